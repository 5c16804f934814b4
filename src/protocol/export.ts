/** What an exporting worker can be asked: one net in one form. */

import type { RunConfig } from "../config/config";
import type { ExportTarget } from "../config/export-targets";
import type { ImageShape } from "../math/image-set";
import type { Question } from "./rpc";

export interface TrainedNet {
  readonly config: RunConfig;
  /** Of its images. */
  readonly shape: ImageShape;
  /** In the order of `model.getWeights()`, one array after the other. */
  readonly weights: Float32Array;
}

/** A net of the page's own, or the nested net that comes with the page. */
export type ExportedNet = TrainedNet | "shipped";

export interface ExportRequest {
  readonly target: ExportTarget;
  readonly net: ExportedNet;
}

/** A net that is not trained yet. */
export interface UntrainedNet {
  /** Its text (docs/nets.md). */
  readonly net: string;
  /** Of its images. */
  readonly shape: ImageShape;
}

export type ExportQuestions = {
  /** Answered by the program that builds it in Keras. */
  code: Question<UntrainedNet, string>;
  /** Answered by one zip. */
  write: Question<ExportRequest, Uint8Array<ArrayBuffer>>;
};
