/** What the training loop tells while it runs. */

import type { Checkpoint } from "../runs/checkpoint";
import type { EpochFigures, TestImages } from "../runs/results";

export type RunEvent =
  | { readonly type: "phase"; readonly phase: "training" | "paused" | "evaluating" }
  | {
      readonly type: "step";
      /** From 1, over all epochs. */
      readonly step: number;
      /** From 1. */
      readonly epoch: number;
      readonly loss: number;
      readonly imagesPerSecond: number;
      /** Null until there are enough steps to tell. */
      readonly secondsLeft: number | null;
    }
  | ({ readonly type: "epoch" } & EpochFigures)
  | {
      readonly type: "preview";
      /** The epoch that the step belongs to; 0 for the untrained net. */
      readonly epoch: number;
      /** The last step that these weights have seen. */
      readonly step: number;
      /** One row of an image's values in [0, 1] for each preview image. */
      readonly reconstructions: Float32Array;
      readonly ssim: Float32Array;
      readonly ssimWriteup: Float32Array;
    }
  /** Where the host wants them: now and then within epochs, at their ends, on pause and at the end. */
  | { readonly type: "checkpoint"; readonly checkpoint: Checkpoint }
  /** Once, before the result: every image of the test split, in its order. */
  | ({ readonly type: "tested" } & TestImages);
