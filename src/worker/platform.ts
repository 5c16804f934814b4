/** What the session needs of the browser, so that tests can do without one. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { RunConfig } from "../config/config";
import type { DeviceOption } from "../config/devices";
import type { Dataset } from "../datasets/dataset";
import type { TrainerOptions } from "../engine/device";
import type { Predictor } from "../engine/wasm/predictor";
import type { WasmTracer } from "../engine/wasm/tracer";
import type { Pca } from "../math/pca";
import type { NetSpec } from "../nets/spec";
import type { ChoiceHost } from "../training/device-choice";
import type { PredictorWork } from "../training/run-options";
import type { PcaData } from "./pca-figures";
import type { PcaSource } from "./reference";

export interface SessionPlatform extends ChoiceHost {
  /** Why WASM has one thread here, for people; empty where threads can share memory. */
  readonly oneThread: string;
  probeDevices(): Promise<readonly DeviceOption[]>;
  loadDataset(
    chosen: ChosenClasses,
    onProgress: (loadedBytes: number, totalBytes: number) => void,
  ): Promise<LoadedImages>;
  /**
   * A net with the seed's initial weights; `pca` is asked for where the net starts from it, and is
   * null where other weights will take their place.
   */
  buildModel(net: NetSpec, seed: number, pca: (() => Promise<Pca>) | null): Promise<LayersModel>;
  /** Runs a model beside a trainer: on one image at a time where nothing else is said. */
  createPredictor(model: LayersModel, work?: PredictorWork): Promise<Predictor>;
  /** Takes steps of a model, with all that they come by. */
  createTracer(model: LayersModel, options: TrainerOptions): Promise<WasmTracer>;
  /** Begins to fit PCA, in a thread of its own. */
  createPca(data: PcaData): PcaSource;
}

/** Whole classes of a data set. */
export type ChosenClasses = Pick<RunConfig, "data" | "classes">;

export interface LoadedImages {
  readonly dataset: Dataset;
  /** Why the garments are synthetic, for people; empty for the real ones. */
  readonly note: string;
}
