/** A run as it stands at one moment: all that it takes to go on as if it had never ended. */

/**
 * The numbers of it.
 *
 * The order of the batches, dropout masks and mirrored images are functions of the seed and of
 * epoch or step, so none of them is in here.
 */
export interface RunProgress {
  /** What trained it: another device rounds differently, and it would be another run. */
  readonly device: string;
  /** Of the newest step, from 1; 0 before the first. */
  readonly epoch: number;
  /** Steps taken, over all epochs. */
  readonly step: number;
  /** Steps that the optimiser had taken before the run, of a net that came trained; left out for none. */
  readonly before?: number;
  /** Images of that epoch trained on so far; 0 once the epoch is over and validated. */
  readonly images: number;
  /** Sum over those images of the loss that their step saw. */
  readonly lossSum: number;
  /** Spent on those images. */
  readonly epochSeconds: number;
  /** Spent on the whole run so far, pauses left out. */
  readonly seconds: number;
  /** Training images, and the seconds that their steps took: the run's speed. */
  readonly trainedImages: number;
  readonly trainedSeconds: number;
  /** The best epoch so far and its monitored value; null before the first validation. */
  readonly best: { readonly epoch: number; readonly value: number } | null;
  /** The epoch whose weights would be kept if training ended now; null before the first validation. */
  readonly kept: {
    readonly epoch: number;
    readonly step: number;
    readonly trainLoss: number;
    readonly validationLoss: number;
  } | null;
}

/** With its arrays, each flat: weights in the order of `model.getWeights()`. */
export interface Checkpoint {
  readonly progress: RunProgress;
  readonly weights: Float32Array;
  /** Weights of the best epoch; null before there is one, or where they were handed on before. */
  readonly best: Float32Array | null;
  /** What the optimiser keeps, as its `OptimizerState` has it. */
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly a?: Float32Array;
}
