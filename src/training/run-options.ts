/** What a run needs of its host. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { RunConfig } from "../config/config";
import type { Dataset, Split } from "../datasets/dataset";
import type { Trainer } from "../engine/device";
import type { OptimizerState } from "../engine/optimizer";
import type { Predictor } from "../engine/wasm/predictor";
import type { QualityFigures } from "../metrics/metrics";
import type { Checkpoint } from "../runs/checkpoint";
import type { RunControl } from "./control";
import type { RunEvent } from "./events";

/** What a predictor is for. */
export interface PredictorWork {
  /** Most inputs in one pass. */
  readonly batchSize: number;
  /** Whether it is worth all threads. */
  readonly isHeavy: boolean;
}

export type CreatePredictor = (model: LayersModel, work: PredictorWork) => Promise<Predictor>;

export interface CloseUpView {
  isWanted(): boolean;
  /** The model has the weights after that step; resolves once they are shown. */
  show(step: number): Promise<void>;
}

/** A step of the optimiser that is about to be taken. */
export interface NextStep {
  /** Its number, from 1. */
  readonly step: number;
  /** Of the batch's images. */
  readonly indices: Uint32Array;
  readonly learningRate: number;
  /** The optimiser's, before it. */
  readonly state: OptimizerState;
}

export interface SlowStepView {
  isWanted(): boolean;
  /** The model has the weights before the step, which is taken once this has resolved. */
  take(step: NextStep): Promise<void>;
}

export interface RunOptions {
  readonly config: RunConfig;
  readonly dataset: Dataset;
  readonly split: Split;
  /** With the initial weights of the run; afterwards its model has those that were kept. */
  readonly trainer: Trainer;
  /**
   * Runs halves of the model beside the trainer, for figures of a net that draws its codes; left out where
   * nobody asks for them.
   */
  readonly createPredictor?: CreatePredictor;
  /** Where the run goes on from; left out for one that begins. */
  readonly checkpoint?: Checkpoint | null;
  /**
   * Least milliseconds between two checkpoints at the end of epochs or of single steps; at the
   * beginning of a pause and at the end of training there is one in any case, and within epochs the
   * first after a second, then one every ten. Left out where nobody keeps them.
   */
  readonly checkpointEvery?: number;
  /**
   * Images whose reconstructions are shown: of the untrained net, after steps 1, 2, 4, 8 … of the
   * first epoch, after every epoch and on pause. May be empty.
   */
  readonly previewIndices: Uint32Array;
  /** Whether the model shall have the weights that each of those reconstructions is made by. */
  readonly isLookedInto?: () => boolean;
  /** Somebody who looks at the weights between previews, too; left out where nobody can. */
  readonly closeUp?: CloseUpView;
  /** Somebody before whom single steps of a paused run are taken apart; left out where nobody can. */
  readonly slowStep?: SlowStepView;
  readonly control: RunControl;
  readonly emit: (event: RunEvent) => void;
  /** Seconds spent before that belong to the run, such as fitting the PCA that it starts from. */
  readonly preparation?: number;
  /** PCA of the run's latent size on the test split; asked for at the end. */
  readonly pca: () => Promise<QualityFigures>;
  /** Milliseconds on any steady clock. */
  readonly now: () => number;
  /** Lets the host handle its messages; awaited after each step. */
  readonly yieldToHost: () => Promise<void>;
}
