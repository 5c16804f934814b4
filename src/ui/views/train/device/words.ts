/** Devices as the panel shows them. */

import type { NamedDevice, Trial } from "../../../../config/devices";

/** "tfjs WebGPU (nvidia ampere)" → "tfjs WebGPU", "WASM relaxed SIMD, 2 threads" → "WASM". */
export function titleOf(label: string): string {
  return /^(tfjs )?[^\s(]+/.exec(label)?.[0] ?? label;
}

/** What follows the title: "nvidia ampere", "relaxed SIMD, 2 threads". */
export function detailOf(label: string): string {
  return label
    .slice(titleOf(label).length)
    .trim()
    .replace(/^\((.*)\)$/s, "$1");
}

/** A reason without the name of the hardware, which stands above it. */
export function reasonBeside(detail: string, reason: string): string {
  return detail === "" ? reason : reason.replace(` (${detail})`, "");
}

/** A device's speed as a share of the fastest's: the length of its bar, 0 to 1. */
export function barShare(trials: readonly Trial[], name: NamedDevice): number {
  const fastest = Math.max(...trials.map((trial) => trial.imagesPerSecond ?? 0));
  const own = trials.find((trial) => trial.name === name)?.imagesPerSecond ?? 0;
  return fastest > 0 ? own / fastest : 0;
}
