/** What a worker for models of others can be asked: it reads one, says what it found, and hands it over. */

import type { RunConfig } from "../config/config";
import type { ImageShape } from "../math/image-set";
import type { Question } from "./rpc";

/** What is chosen in place of what was guessed; each as the worker has offered it. */
export interface ModelChoices {
  /** The layer that makes the code, by the file's own name. */
  readonly code?: string;
  /** What the model has for black and white. */
  readonly takes?: string;
  readonly makes?: string;
}

/** What a file was found to be. */
export interface FoundModel {
  readonly name: string;
  readonly image: ImageShape;
  readonly layers: number;
  readonly parameters: number;
  /** Where its code is, and the code's shape. */
  readonly code: string;
  readonly codeShape: readonly number[];
  /** Layers that could make it. */
  readonly codes: readonly string[];
  readonly takes: string;
  readonly makes: string;
  /** What they may be. */
  readonly ranges: readonly string[];
  /** Mean squared error of reconstructions of some of the images; null where there are none. */
  readonly error: number | null;
  /** What is otherwise here than in the file, a sentence each. */
  readonly notes: readonly string[];
}

/** The model as a run that has taken no step. */
export interface TakenModel {
  /** By which it trains on. */
  readonly config: RunConfig;
  /** In the order of `model.getWeights()`, one array after the other. */
  readonly weights: Float32Array;
  /** That the optimiser had taken. */
  readonly steps: number;
  /** Of the optimiser, as large as all that is trained. */
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/** Images that guesses are tried on, and that the run is for. */
export type ImportImages = Pick<RunConfig, "data" | "classes" | "split" | "seed">;

export type ImportQuestions = {
  /** Reads the file of a model, or an encoder's and a decoder's; fails with a line for each thing that there is no form of. */
  open: Question<
    readonly { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }[],
    ImageShape
  >;
  /** What the file last opened is by those choices; `images` of its shape, or null. */
  find: Question<
    { readonly choices: ModelChoices; readonly images: ImportImages | null },
    FoundModel
  >;
  take: Question<{ readonly choices: ModelChoices; readonly images: ImportImages }, TakenModel>;
};
