/** What an exporting worker can be asked: one net in one form. */

import type { RunConfig } from "../config/config";
import type { ExportTarget } from "../config/export-targets";
import type { ImageShape } from "../math/image-set";
import type { Question } from "./rpc";

export interface TrainedNet {
  readonly config: RunConfig;
  /** Of its images; Fashion-MNIST's where it is not said. */
  readonly shape?: ImageShape;
  /** In the order of `model.getWeights()`, one array after the other. */
  readonly weights: Float32Array;
}

/** A net of the page's own, or the nested net that comes with the page. */
export type ExportedNet = TrainedNet | "shipped";

export interface ExportRequest {
  readonly target: ExportTarget;
  readonly net: ExportedNet;
}

export type ExportQuestions = {
  /** Answered by one zip. */
  write: Question<ExportRequest, Uint8Array<ArrayBuffer>>;
};
