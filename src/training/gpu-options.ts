/** What WebGPU offers on a machine, as devices to choose from. */

import type { DeviceOption } from "../config/devices";
import { adapterName, factsOf, isSoftwareAdapter, labelled } from "../engine/renderers";
import { withTimeout } from "./timeout";

/** Seconds for the browser to say whether there is a GPU: the page waits for it with all else. */
const TIMEOUT = 10;

/**
 * This engine's device and tfjs's, on the same adapter.
 *
 * @param absent why there may be no `gpu` at all
 */
export async function webgpuOptions(
  gpu: Pick<GPU, "requestAdapter"> | undefined,
  absent: string,
): Promise<DeviceOption[]> {
  const info = await adapterFacts(gpu);
  const card = info ? adapterName(info) : "";
  const isSoftware = info !== null && isSoftwareAdapter(info);
  const missing = gpu ? "WebGPU finds no graphics card that it may use." : absent;
  const found = {
    available: info !== null,
    automatic: info !== null && !isSoftware,
    reason: info === null ? missing : isSoftware ? inSoftware(card) : "",
  };
  return [
    { name: "webgpu", label: labelled("WebGPU", card), ...found },
    { name: "tfjs-webgpu", label: labelled("tfjs WebGPU", card), ...found },
  ];
}

async function adapterFacts(gpu: Pick<GPU, "requestAdapter"> | undefined) {
  if (!gpu) return null;
  try {
    const asked = gpu.requestAdapter({ powerPreference: "high-performance" });
    const adapter = await withTimeout(asked, TIMEOUT);
    return adapter && factsOf(adapter);
  } catch {
    return null;
  }
}

/** Why Automatic leaves a GPU alone that is none. */
export function inSoftware(renderer: string): string {
  return `It computes in software here${renderer ? ` (${renderer})` : ""}: for a test, not for speed.`;
}
