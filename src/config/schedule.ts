/** Learning rates over a run: constant, cosine decay or one cycle, with a warm-up. */

import type { RunConfig } from "./config";

/** What one cycle starts with, as a fraction of its peak. */
const CYCLE_START = 1 / 25;
/** What one cycle ends with, as a fraction of its peak. */
const CYCLE_END = 1e-4;

/**
 * The learning rate of step `step` of `steps`, counted from 1.
 *
 * The first w = round(warmup · steps) steps rise linearly to the peak r, `learningRate`: step t has
 * r·t/w. Then come, with p = (t − w − 1) / (steps − w) of what is left behind it,
 *
 * - `constant`: r.
 * - `cosine`: r·(1 + cos πp)/2 (Loshchilov & Hutter 2017, one period without restart). The last
 *   step is just over 0, so that none is wasted.
 * - `oneCycle`: as cosine, but it rises from r/25 and falls to exactly r/10⁴ with the last step
 *   (Smith & Topin 2018, with fast.ai's cosine fall). Adam's momentum stays as it is.
 *
 * @throws RangeError when the step is not one of them
 */
export function learningRateAt(
  { learningRate, schedule, warmup }: Pick<RunConfig, "learningRate" | "schedule" | "warmup">,
  step: number,
  steps: number,
): number {
  if (!Number.isInteger(step) || step < 1 || step > steps) {
    throw new RangeError(`Step ${step} is not one of 1 to ${steps}.`);
  }
  const rising = Math.round(warmup * steps);
  const low = schedule === "oneCycle" ? CYCLE_START : 0;
  if (step <= rising) return learningRate * (low + (1 - low) * (step / rising));
  switch (schedule) {
    case "constant":
      return learningRate;
    case "cosine":
      return learningRate * fall((step - rising - 1) / (steps - rising));
    case "oneCycle": {
      const progress = (step - rising) / (steps - rising);
      return learningRate * (CYCLE_END + (1 - CYCLE_END) * fall(progress));
    }
  }
}

/** Half a cosine, from 1 at 0 to 0 at 1. */
function fall(progress: number): number {
  return (1 + Math.cos(Math.PI * progress)) / 2;
}
