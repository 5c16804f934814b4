/** Devices that were tried, chosen or lost, in sentences: on the page and on the command line. */

import {
  type Calibration,
  type Compilation,
  choiceReason,
  type DeviceChange,
  type DeviceLoss,
  type Trial,
} from "./devices";

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
