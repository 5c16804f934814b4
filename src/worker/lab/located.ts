import type { ImageSet } from "../../math/image-set";

/** Images and which of them a question is about. */
export interface Located extends ImageSet {
  readonly indices: Uint32Array;
  /** They are a data set's, so that an index always stands for the same image. */
  readonly isDataset: boolean;
}
