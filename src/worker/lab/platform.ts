/** What the lab's session needs of the browser, so that tests can do without one. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { Predictor } from "../../engine/wasm/predictor";
import type { ImageSet } from "../../math/image-set";
import type { Pca } from "../../math/pca";
import type { NetSpec } from "../../nets/spec";
import type { PackedNet } from "../../runs/packed-net";
import type { LoadedImages } from "../platform";
import type { JpegSource } from "./jpeg";

export interface LabPlatform {
  loadDataset(classes: readonly number[]): Promise<LoadedImages>;
  /** The net that comes with the page. */
  shippedNet(): Promise<PackedNet>;
  /** A net of those shapes, with any weights. */
  buildModel(net: NetSpec): Promise<LayersModel>;
  createPredictor(model: LayersModel): Promise<Predictor>;
  /** Fits PCA to the images at `indices`, in a thread of its own: it takes seconds. */
  fitPca(set: ImageSet, indices: Uint32Array): Promise<Pca>;
  /** Makes a JPEG file of the images at `indices`, in a thread of its own: each takes a while. */
  startJpeg(set: ImageSet, indices: Uint32Array): JpegSource;
  /** Milliseconds. */
  now(): number;
  yieldToHost(): Promise<void>;
}
