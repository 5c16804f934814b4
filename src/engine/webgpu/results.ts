/** What the GPU leaves of the batches of a call, as figures of batches and of samples. */

import type { Scores } from "../device";
import { sizeOf } from "../graph";
import type { Plan } from "../plan";
import type { BatchSettings } from "./executor";
import { SCORE_WORDS } from "./kernels/score";
import { penaltyOf, penaltyWords } from "./kernels/update";

export interface BatchLoss {
  /** Mean over the batch. */
  readonly data: number;
  /** Of the weights. */
  readonly penalty: number;
}

/** The numbers of one call, in the order in which an executor reads them. */
export class CallResults {
  readonly #batches: readonly BatchSettings[];
  readonly #plan: Plan;
  readonly #batchSize: number;
  /** [slot][image] */
  readonly #losses: Float32Array;
  /** [slot][sums] */
  readonly #penalties: Float32Array;
  /** [slot][image][SCORE_WORDS]; empty but for scoring. */
  readonly #scores: Float32Array;

  constructor(
    values: Float32Array,
    batches: readonly BatchSettings[],
    plan: Plan,
    batchSize: number,
  ) {
    const places = batches.length * batchSize;
    const scoresAt = places + batches.length * penaltyWords(plan.penalties);
    this.#batches = batches;
    this.#plan = plan;
    this.#batchSize = batchSize;
    this.#losses = values.subarray(0, places);
    this.#penalties = values.subarray(places, scoresAt);
    this.#scores = values.subarray(scoresAt);
  }

  /** Of each batch. */
  get losses(): BatchLoss[] {
    const size = sizeOf(this.#plan.output);
    return this.#batches.map(({ images }, slot) => {
      const from = slot * this.#batchSize;
      let sum = 0;
      for (const loss of this.#losses.subarray(from, from + images)) sum += loss;
      return { data: sum / (images * size), penalty: this.#penaltyOf(slot) };
    });
  }

  /** Of each sample, in the order of the call. */
  get scores(): Scores {
    const size = sizeOf(this.#plan.output);
    const count = this.#batches.reduce((sum, { images }) => sum + images, 0);
    const scores = emptyScores(count);
    let to = 0;
    for (const [slot, { images }] of this.#batches.entries()) {
      const penalty = this.#penaltyOf(slot);
      for (let image = 0; image < images; image++) {
        const place = slot * this.#batchSize + image;
        const at = place * SCORE_WORDS;
        scores.loss[to] = this.#losses[place]! / size + penalty;
        scores.bce[to] = this.#scores[at]!;
        scores.mse[to] = this.#scores[at + 1]!;
        scores.ssim[to] = 1 - this.#scores[at + 2]!;
        scores.ssimWriteup[to] = 1 - this.#scores[at + 3]!;
        to += 1;
      }
    }
    return scores;
  }

  #penaltyOf(slot: number): number {
    const each = this.#penalties.length / this.#batches.length;
    return penaltyOf(this.#penalties.subarray(slot * each, (slot + 1) * each));
  }
}

function emptyScores(count: number): Scores {
  const column = () => new Float32Array(count);
  return {
    loss: new Float64Array(count),
    bce: column(),
    mse: column(),
    ssim: column(),
    ssimWriteup: column(),
  };
}

/** The scores of several calls, one after another. */
export function joinScores(parts: readonly Scores[]): Scores {
  const joined = emptyScores(parts.reduce((sum, { loss }) => sum + loss.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.loss.set(part.loss, at);
    for (const figure of ["bce", "mse", "ssim", "ssimWriteup"] as const) {
      joined[figure].set(part[figure], at);
    }
    at += part.loss.length;
  }
  return joined;
}
