/** What the inference session needs of the browser, so that tests can do without one. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { Predictor } from "../../engine/wasm/predictor";
import type { WasmTracer } from "../../engine/wasm/tracer";
import type { Basis } from "../../math/basis";
import type { ImageSet } from "../../math/image-set";
import type { Pca } from "../../math/pca";
import type { NetSpec } from "../../nets/spec";
import type { PackedNet } from "../../runs/packed-net";
import type { ChosenClasses, LoadedImages } from "../platform";
import type { JpegSource } from "./jpeg";

export interface InferencePlatform {
  loadDataset(chosen: ChosenClasses): Promise<LoadedImages>;
  /** The net that comes with the page. */
  shippedNet(): Promise<PackedNet>;
  /** A net of those shapes, with any weights. */
  buildModel(net: NetSpec): Promise<LayersModel>;
  createPredictor(model: LayersModel): Promise<Predictor>;
  /** A tracer of a model that makes codes, as it is outside training; its samples have targets. */
  createTracer(encoder: LayersModel): Promise<WasmTracer>;
  /**
   * Fits PCA to the images at `indices`, in a thread of its own: it takes seconds. It has as many components as
   * codes of that size need, or more.
   */
  fitPca(set: ImageSet, indices: Uint32Array, latentSize: number): Promise<Pca>;
  /** Its first components, to multiply by. */
  basisOfPca(pca: Pca, most: number): Promise<Basis>;
  /** Makes a JPEG file of the images at `indices`, in a thread of its own: each takes a while. */
  startJpeg(set: ImageSet, indices: Uint32Array): JpegSource;
  /** Milliseconds. */
  now(): number;
  yieldToHost(): Promise<void>;
}
