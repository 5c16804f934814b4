/** Devices as the panel shows them. */

import type { DeviceChange, DeviceLoss, NamedDevice, Trial } from "../../core/devices";
import { whole } from "../common/format";

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

/** While the next device catches up. */
export function lossWords(loss: DeviceLoss): string {
  const again =
    loss.repeats === 0 ? "The next device takes over." : `The next device repeats ${steps(loss)}.`;
  return `${failed(loss)} ${again}`;
}

/** Once training goes on. */
export function changeWords(change: DeviceChange): string {
  const again = change.repeats === 0 ? "" : ` It repeated ${steps(change)}, so nothing is lost.`;
  return `${failed(change)} Training goes on on ${change.to}.${again}`;
}

function failed({ from, step, reason }: DeviceLoss): string {
  const when = step === 0 ? "could not be used" : `failed after step ${whole(step)}`;
  return `${from} ${when}: ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`;
}

function steps({ repeats }: DeviceLoss): string {
  return repeats === 1 ? "the last step" : `the last ${whole(repeats)} steps`;
}
