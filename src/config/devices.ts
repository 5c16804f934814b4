/** A machine's devices, how fast each of them trains a net, which one is taken, and that in words. */

import type { ImageShape } from "../math/image-set";
import { netKey } from "../nets/key";
import type { NetChoice } from "../nets/presets";
import type { DeviceName, RunConfig } from "./config";
import { LOSS_TERMS } from "./loss";

export type NamedDevice = Exclude<DeviceName, "auto">;

/** A device that a machine could train on. */
export interface DeviceOption {
  readonly name: NamedDevice;
  /** For people: "WebGPU (nvidia ampere)". */
  readonly label: string;
  readonly available: boolean;
  /** Whether Automatic may take it: a GPU in software and the slow reference are for choice by hand. */
  readonly automatic: boolean;
  /** Why it is not available, or why Automatic leaves it alone; for people, else empty. */
  readonly reason: string;
}

/** One device, tried on a net. */
export interface Trial {
  readonly name: NamedDevice;
  readonly label: string;
  /** In training; null where it was not timed. */
  readonly imagesPerSecond: number | null;
  /** Why it was not, for people; else empty. */
  readonly reason: string;
}

/** What the devices of a machine make of one net. */
export interface Calibration {
  /** Of `calibrationKey`: another key, another calibration. */
  readonly key: string;
  readonly trials: readonly Trial[];
  /** The device that Automatic takes; null while there are trials to come. */
  readonly chosen: NamedDevice | null;
}

/** How many kernels of a device are compiled, of those that a net needs. */
export interface Compilation {
  readonly device: NamedDevice;
  /** 1 to `all`. */
  readonly done: number;
  readonly all: number;
}

/** A device failed, and the next one goes on from the last checkpoint. */
export interface DeviceLoss {
  /** Steps trained by then. */
  readonly step: number;
  /** The device's label. */
  readonly from: string;
  /** What happened, for people. */
  readonly reason: string;
  /** Steps since the checkpoint, which are taken again. */
  readonly repeats: number;
}

/** The next device is where the lost one was. */
export interface DeviceChange extends DeviceLoss {
  /** Its label. */
  readonly to: string;
}

/** What, of a machine, its speed depends on. */
export interface Hardware {
  readonly devices: readonly DeviceOption[];
  readonly maxThreads: number;
}

/** Settings that a net's speed depends on. */
export type SpeedSettings = NetChoice & Pick<RunConfig, "batchSize" | "loss" | "threads">;

/** Rises with every change of the engine that makes a device faster or slower than another. */
const ENGINE = 1;

/**
 * Stands for net, batch and machine: what was measured under one key says nothing of another.
 *
 * @param image that the net is for
 */
export function calibrationKey(
  settings: SpeedSettings,
  image: ImageShape,
  { devices, maxThreads }: Hardware,
): string {
  const { batchSize, loss, threads } = settings;
  const there = devices.filter((device) => device.automatic).map((device) => device.label);
  return JSON.stringify([
    ENGINE,
    netKey(settings, image),
    batchSize,
    LOSS_TERMS.filter((term) => loss[term] !== undefined),
    Math.min(threads ?? maxThreads, maxThreads),
    there,
  ]);
}

/** The fastest of those that were timed; the first of equals, null where there is none. */
export function fastest(trials: readonly Trial[]): Trial | null {
  return trials.reduce<Trial | null>(
    (best, trial) => (rateOf(trial) > (best ? rateOf(best) : 0) ? trial : best),
    null,
  );
}

/**
 * Devices in the order in which they are tried, the chosen one first; after it, where it is lost,
 * the fastest of the others, then those that nobody timed. Ones that failed their trial come last.
 */
export function deviceOrder(
  devices: readonly DeviceOption[],
  { trials, chosen }: Pick<Calibration, "trials" | "chosen">,
): NamedDevice[] {
  const place = ({ name }: DeviceOption): number => {
    if (name === chosen) return Number.POSITIVE_INFINITY;
    const trial = trials.find((one) => one.name === name);
    if (!trial) return 0;
    return trial.imagesPerSecond ?? -1;
  };
  return devices
    .filter((device) => device.automatic)
    .sort((a, b) => place(b) - place(a))
    .map(({ name }) => name);
}

/** Why the chosen device is, in a sentence. */
export function choiceReason({ trials, chosen }: Calibration): string {
  const choice = trials.find((trial) => trial.name === chosen);
  if (!choice) return "";
  const timed = trials.filter((trial) => trial.imagesPerSecond !== null);
  if (trials.length === 1) return "It is the only device here that Automatic may take.";
  if (timed.length === 1) return "It is the only one of them that trains as it should.";
  const other = fastest(timed.filter((trial) => trial !== choice));
  if (!other) return "";
  return `It trains this net ${times(rateOf(choice) / rateOf(other))} as fast as the next, ${other.label}.`;
}

function rateOf(trial: Trial): number {
  return trial.imagesPerSecond ?? 0;
}

/** 1.234 → "1.2 times", 22.4 → "22 times". */
function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times`;
}

/** "Automatic takes WASM: …", then each device that was tried with its images a second. */
export function choiceWords(calibration: Calibration): string {
  const { trials, chosen } = calibration;
  const choice = trials.find(({ name }) => name === chosen);
  if (!choice) return "Automatic finds no device here.";
  const taken = `Automatic takes ${choice.label}. ${choiceReason(calibration)}`.trim();
  const tried = trials.filter((trial) => trial.imagesPerSecond !== null || trial.reason !== "");
  return tried.length === 0 ? taken : `${taken} ${tried.map(trialWords).join(" ")}`;
}

/** "WASM, 2 threads: 1,830 images/s." */
function trialWords({ label, imagesPerSecond, reason }: Trial): string {
  if (imagesPerSecond === null) return `${label}: ${sentence(reason)}`;
  const digits = imagesPerSecond < 10 ? 1 : 0;
  const rate = imagesPerSecond.toLocaleString("en", { maximumFractionDigits: digits });
  return `${label}: ${rate} images/s.`;
}

/** A GPU compiles them for each net anew, which may take it some seconds. */
export function compilationWords({ done, all }: Compilation): string {
  return `Compiling kernels, ${done} of ${all}`;
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
  const when = step === 0 ? "could not be used" : `failed after step ${step.toLocaleString("en")}`;
  return `${from} ${when}: ${sentence(reason)}`;
}

function steps({ repeats }: DeviceLoss): string {
  return repeats === 1 ? "the last step" : `the last ${repeats.toLocaleString("en")} steps`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
