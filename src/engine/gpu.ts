/** How this engine's WebGPU device, and tfjs's, get at a GPU: the browser's, or Dawn's in Node. */

import { DeviceError } from "./errors";
import { type AdapterFacts, factsOf } from "./renderers";

export interface WebgpuPlatform {
  /**
   * A device of the trainer's own, which destroys it when it is disposed of.
   *
   * @throws DeviceError where there is none
   */
  openDevice(): Promise<GPUDevice>;
  /** Hears how many of the kernels have been compiled; they take up to some seconds. */
  readonly onCompiled?: (done: number, all: number) => void;
}

/** As large as they can be had: the first two for our buffers, all of them for tfjs's kernels. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeWorkgroupSizeX",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/** The adapters of devices: Safari's first 26 and Chrome before 132 have no `device.adapterInfo`. */
const ADAPTERS = new WeakMap<GPUDevice, AdapterFacts>();

/** What is known of a device's adapter, however it was opened. */
export function adapterOf(device: GPUDevice): AdapterFacts {
  return ADAPTERS.get(device) ?? factsOf({ info: device.adapterInfo });
}

/**
 * Opens the faster of the machine's GPUs, with buffers as large as it allows.
 *
 * @param gpu `navigator.gpu`, undefined in browsers without WebGPU
 * @throws DeviceError where there is no GPU, or it refuses
 */
export async function openGpu(gpu: Pick<GPU, "requestAdapter"> | undefined): Promise<GPUDevice> {
  if (!gpu) throw new DeviceError("There is no WebGPU here.");
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new DeviceError("WebGPU finds no graphics card that it may use.");
  const { limits } = adapter;
  try {
    const device = await adapter.requestDevice({
      label: "Latent Loom",
      requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, limits[name]])),
      requiredFeatures: adapter.features.has("timestamp-query") ? ["timestamp-query"] : [],
    });
    ADAPTERS.set(device, factsOf(adapter));
    return device;
  } catch (error) {
    // The browser's words, for those who mend a driver; "what to do" comes before them.
    throw new DeviceError(
      `The graphics card is there, but its driver does not let the page compute on it; a newer driver or browser may (${sentenceOf(error)}).`,
    );
  }
}

/** Without its full stop. */
const sentenceOf = (error: unknown): string => messageOf(error).trim().replace(/\.$/, "");

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
