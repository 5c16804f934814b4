/** Devices in Node: WASM with its threads, WebGPU through Dawn, and tfjs in plain JavaScript. */

import { availableParallelism } from "node:os";
import * as tf from "@tensorflow/tfjs";
import type { DeviceName } from "../config/config";
import type { DeviceOption } from "../config/devices";
import { webgpuOptions } from "../training/gpu-options";
import type { DeviceHost } from "../training/trainer";
import { actAsBrowser, dawn, installedDawn, nodeWebgpuPlatform, noGpu } from "./dawn";
import { nodeWasmPlatform } from "./wasm-platform";

export const DEVICE_CHOICES = ["auto", "wasm", "webgpu", "tfjs", "tfjs-webgpu"] as const;

/** The configuration's name for what the command line calls `tfjs`. */
export function deviceName(choice: (typeof DEVICE_CHOICES)[number]): DeviceName {
  return choice === "tfjs" ? "tfjs-cpu" : choice;
}

const WASM: DeviceOption = {
  name: "wasm",
  label: "WASM",
  available: true,
  automatic: true,
  reason: "",
};
const REFERENCE: DeviceOption = {
  name: "tfjs-cpu",
  label: "tfjs CPU",
  available: true,
  automatic: false,
  reason: "",
};

/**
 * @param device what is to be trained on; Dawn is started only where that may be a GPU, and on
 *   Chromium's software driver only where it is asked for by name
 */
export async function nodeDevices(device: DeviceName = "wasm"): Promise<DeviceHost> {
  // Else tfjs recommends its native package, in four lines on stderr.
  tf.env().set("PROD", true);
  await tf.setBackend("cpu");
  const gpu = device === "wasm" || device === "tfjs-cpu" ? [] : await gpuOptions(device);
  return {
    wasm: nodeWasmPlatform,
    webgpu: nodeWebgpuPlatform,
    devices: [WASM, ...gpu, REFERENCE],
    cores: availableParallelism(),
  };
}

/** Automatic has no use for the software driver that Chromium brings. */
async function gpuOptions(device: DeviceName): Promise<DeviceOption[]> {
  const gpu = await (device === "auto" ? installedDawn() : dawn());
  if (gpu && device === "tfjs-webgpu") await actAsBrowser(gpu);
  const options = await webgpuOptions(gpu ?? undefined, noGpu());
  return options.filter(({ name }) => name === "webgpu" || name === device);
}
