/** Which devices this browser could train on, and in words why not the others. */

import type { DeviceOption } from "../config/devices";
import { isSoftwareRenderer, labelled } from "../engine/renderers";
import { inSoftware, webgpuOptions } from "../training/gpu-options";

/** What the probe looks at: the worker's global scope, or a stand-in. */
export interface DeviceScope {
  readonly gpu: Pick<GPU, "requestAdapter"> | undefined;
  /** A WebGL 2 context, null where there is none. */
  createWebgl(): WebglInfo | null;
  hasWasmSimd(): Promise<boolean>;
  hasRelaxedSimd(): Promise<boolean>;
}

export interface WebglInfo {
  /** "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 …)" */
  readonly renderer: string;
  /** tfjs renders into float textures (EXT_color_buffer_float). */
  readonly floatTextures: boolean;
}

/** All devices, the unavailable ones with a reason. */
export async function probeDevices(scope: DeviceScope): Promise<DeviceOption[]> {
  const [wasm, webgpu] = await Promise.all([
    probeWasm(scope),
    webgpuOptions(scope.gpu, "This browser has no WebGPU."),
  ]);
  return [
    wasm,
    ...webgpu,
    probeWebgl(scope),
    {
      name: "tfjs-cpu",
      label: "tfjs CPU",
      available: true,
      automatic: false,
      reason: "Plain JavaScript, the reference for all others: about 1,000 times slower than WASM.",
    },
  ];
}

async function probeWasm(scope: DeviceScope): Promise<DeviceOption> {
  // It rejects where there is no WebAssembly at all, as in Safari's lockdown mode.
  const available = await scope.hasWasmSimd().catch(() => false);
  const kind = !available ? "" : (await scope.hasRelaxedSimd()) ? "relaxed SIMD" : "SIMD";
  return {
    name: "wasm",
    label: labelled("WASM", kind),
    available,
    automatic: available,
    reason: available ? "" : "This browser has no SIMD instructions in WebAssembly.",
  };
}

function probeWebgl(scope: DeviceScope): DeviceOption {
  const missing = { name: "tfjs-webgl", available: false, automatic: false } as const;
  const info = scope.createWebgl();
  if (!info) {
    return {
      ...missing,
      label: "tfjs WebGL",
      reason: "This browser gives a worker no WebGL 2.",
    };
  }
  const label = labelled("tfjs WebGL", info.renderer);
  if (!info.floatTextures) {
    return { ...missing, label, reason: "This graphics card draws no 32-bit floats." };
  }
  const isSoftware = isSoftwareRenderer(info.renderer);
  return {
    name: "tfjs-webgl",
    label,
    available: true,
    automatic: !isSoftware,
    reason: isSoftware ? inSoftware(info.renderer) : "",
  };
}
