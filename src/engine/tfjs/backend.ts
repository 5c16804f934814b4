/** Starting tfjs backends, and noticing when the GPU behind one is gone. */

import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { DeviceError, DeviceLostError, NotLoadedError } from "../errors";
import { adapterOf } from "../gpu";
import { adapterName, rendererOf } from "../renderers";
import { mendAbsGradient } from "./abs-gradient";
import { mendAverageGradient } from "./average-gradient";
import { mendBilinearGradient } from "./bilinear-gradient";
import { mendDilatedGradients } from "./dilated-gradient";
import { mendGreaterGradient } from "./greater-gradient";
import { mendLayerConfigs } from "./layer-configs";
import { mendLayerNorm } from "./layer-norm";
import { mendNearestGradient } from "./nearest-gradient";

export type TfjsBackend = "cpu" | "webgl" | "webgpu";

/** Backends whose GPUDevice is gone. */
const lost = new WeakSet<object>();

function isLost(backend: unknown): boolean {
  if (backend instanceof tf.MathBackendWebGL) return backend.gpgpu.gl.isContextLost();
  return typeof backend === "object" && backend !== null && lost.has(backend);
}

/** Opens the GPUDevice that tfjs's WebGPU backend computes on. */
type OpenDevice = () => Promise<GPUDevice>;

/** What the backend's device comes from; null for tfjs's own way, which tells nobody of errors. */
let opener: OpenDevice | null = null;

/**
 * Makes a backend tfjs's current one; where its GPU was lost, with a GPU asked for anew.
 *
 * Software WebGL and WebGPU are taken too: who does not want them does not ask for them.
 * @param openDevice gives tfjs's WebGPU its device; another than before ends the backend that there
 *   was, and the tensors on it
 * @throws DeviceError where this machine has no such backend
 */
export async function activateBackend(
  backend: TfjsBackend,
  openDevice: OpenDevice | null = opener,
): Promise<void> {
  if (backend === "cpu") {
    mendNearestGradient();
    mendBilinearGradient();
  }
  mendAbsGradient();
  mendAverageGradient();
  mendDilatedGradients();
  mendLayerConfigs();
  mendLayerNorm();
  mendGreaterGradient();
  const isSame = backend !== "webgpu" || openDevice === opener;
  if (tf.getBackend() === backend && isSame && !isLost(tf.backend())) return;
  if (backend === "webgl") tf.env().set("SOFTWARE_WEBGL_ENABLED", true);
  if (backend === "webgpu") await registerWebgpu(openDevice);
  renewIfLost(backend);
  let works = false;
  let cause: unknown;
  try {
    works = await tf.setBackend(backend);
    if (works && backend === "webgpu") await watchDevice();
  } catch (error) {
    cause = error;
  }
  if (!works) {
    const reason = cause instanceof Error ? ` (${cause.message})` : "";
    throw new DeviceError(`tfjs cannot start its ${backend} backend here${reason}.`);
  }
}

async function registerWebgpu(openDevice: OpenDevice | null): Promise<void> {
  const { WebGPUBackend } = await importWebgpu();
  if (openDevice === null || openDevice === opener) return;
  if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
  tf.registerBackend("webgpu", async () => {
    const device = await openDevice();
    return new WebGPUBackend(device, device.adapterInfo);
  });
  opener = openDevice;
}

/** 400 kB that only this backend needs. */
async function importWebgpu() {
  try {
    return await import("@tensorflow/tfjs-backend-webgpu");
  } catch (error) {
    console.warn(error);
    throw new NotLoadedError("tfjs's WebGPU backend could not be loaded from the server.");
  }
}

function renewIfLost(name: TfjsBackend): void {
  if (!isLost(tf.findBackend(name))) return;
  const factory = tf.findBackendFactory(name);
  tf.removeBackend(name);
  tf.registerBackend(name, factory);
}

async function watchDevice(): Promise<void> {
  const { WebGPUBackend } = await importWebgpu();
  const backend: unknown = tf.backend();
  if (!(backend instanceof WebGPUBackend)) return;
  void backend.device.lost.then(() => lost.add(backend));
}

/** The name of the card, or program, that tfjs's current backend computes on; empty if not told. */
export function backendCard(): string {
  const backend = tf.backend();
  if (backend instanceof tf.MathBackendWebGL) return rendererOf(backend.gpgpu.gl);
  return isWebgpuBackend(backend) ? adapterName(adapterOf(backend.device)) : "";
}

/** By its device: its class comes with 400 kB that other backends do not need. */
export function isWebgpuBackend(backend: object): backend is WebGPUBackend {
  return "device" in backend;
}

/**
 * Makes the backend current again on which a trainer already has its weights.
 *
 * @throws DeviceLostError where they are gone
 */
export async function returnToBackend(backend: TfjsBackend): Promise<void> {
  if (isLost(tf.findBackend(backend))) throw new DeviceLostError(LOST);
  await activateBackend(backend);
}

const LOST = "The browser took the GPU away (it was reset, or is busy).";

/**
 * Throws once the GPU is lost: tfjs itself goes on and computes with garbage (tfjs#756).
 *
 * @throws DeviceLostError
 */
export function checkNotLost(): void {
  if (isLost(tf.backend())) throw new DeviceLostError(LOST);
}
