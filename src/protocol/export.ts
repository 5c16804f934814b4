/** What page and export worker say to each other: one net in one form, and the worker has done its work. */

import type { RunConfig } from "../config/config";
import type { ExportTarget } from "../config/export-targets";
import type { ImageShape } from "../math/image-set";

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

export type ExportEvent =
  | { readonly type: "done"; readonly zip: Uint8Array<ArrayBuffer> }
  | {
      readonly type: "failed";
      /** What happened, one sentence. */
      readonly message: string;
      /** What to do about it, one sentence. */
      readonly remedy: string;
    };
