/**
 * All that page and training worker say to each other.
 *
 * Training is a stream, not a call: commands go to the worker, events come back, and every
 * event of a run carries its `runId`, so that the page can drop what belongs to an older one.
 */

import type { RunConfig } from "../config/config";
import type {
  Calibration,
  Compilation,
  DeviceChange,
  DeviceLoss,
  DeviceOption,
} from "../config/devices";
import type { DataRef, DataSpec } from "../datasets/dataset";
import type { ImageShape } from "../math/image-set";
import type { QualityFigures } from "../metrics/metrics";
import type { Checkpoint } from "../runs/checkpoint";
import type { EpochFigures, RunResult, RunStart, TestImages } from "../runs/results";

export type Command =
  /** Asks for the classes' images: answered by `dataset` (and `dataProgress` on the way). */
  | {
      readonly type: "load";
      readonly data: DataRef;
      readonly classes: readonly number[];
      readonly split: RunConfig["split"];
      readonly seed: number;
    }
  /**
   * Begins a run, ending any other. With `paused`, it waits before the first step. With a
   * checkpoint, it goes on from there; its steps and epochs before that are not told again.
   */
  | {
      readonly type: "start";
      readonly runId: string;
      readonly config: RunConfig;
      readonly paused: boolean;
      readonly checkpoint: Checkpoint | null;
      /** What is known of the devices' speed with this net; null to have it measured. */
      readonly calibration: Calibration | null;
    }
  | { readonly type: "pause"; readonly runId: string }
  | { readonly type: "resume"; readonly runId: string }
  /** One step of the optimiser, then paused again. */
  | { readonly type: "step"; readonly runId: string }
  /** Ends training early and evaluates what there is. */
  | { readonly type: "stop"; readonly runId: string }
  /** Drops the run without evaluating it. */
  | { readonly type: "reset" }
  /** Asks for PCA of another latent size, on the images last loaded; the newest request wins. */
  | { readonly type: "reference"; readonly latentSize: number }
  /** Times all devices on that net, answered by `calibration`; not while a run is under way. */
  | { readonly type: "measure"; readonly config: RunConfig }
  /** Asks what a net consists of, answered by `net`; the newest request wins. */
  /**
   * Looks into the net of a run that is stored, on the images last loaded: answered by `activations`
   * while an image is watched. Not while a run is under way.
   */
  | {
      readonly type: "look";
      readonly runId: string;
      readonly config: RunConfig;
      /** In the order of `model.getWeights()`, one array after the other. */
      readonly weights: Float32Array;
      /** The last step that they have seen. */
      readonly step: number;
    }
  /** Whether single steps of a paused run are taken apart from now on: each is told by `slowStep`. */
  | { readonly type: "slowly"; readonly isWanted: boolean }
  /** Asks what layers make of an image: answered by `activations` with every preview from now on. */
  | { readonly type: "watch"; readonly choice: ActivationChoice | null };

/** Which of the fixed validation images is followed through which layers. */
export interface ActivationChoice {
  readonly index: number;
  /** Names of layers, each once. */
  readonly layers: readonly string[];
  /** The layer whose numbers are wanted as they are, with its weights: answered by `inside`. */
  readonly inside?: string;
}

/** Numbers in tfjs's order: a pixel's channels side by side. */
export interface LayerNumbers {
  /** [height, width, maps], or [numbers]; of weights, as Keras has them. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Weights by Keras's names: "kernel", "bias", "gamma", "moving_mean" … */
export type LayerWeights = Readonly<Record<string, LayerNumbers>>;

/** One layer's work on one image, and the weights that did it. */
export interface LayerInside {
  readonly layer: string;
  /** What it takes, in the order of its inputs; the image's pixels are from 0 to 1. */
  readonly inputs: readonly LayerNumbers[];
  readonly output: LayerNumbers;
  readonly weights: LayerWeights;
  /** What they were before the first step; null where that cannot be had. */
  readonly start: LayerWeights | null;
}

/** How numbers lie around 0. */
export interface Spread {
  /** The largest distance from 0. */
  readonly most: number;
  /** The root of the mean of their squares. */
  readonly rms: number;
  /** Of equal bins from −most to most. */
  readonly counts: Uint32Array;
}

/** What a training step tells of one layer: for all of the batch together. */
export interface SlowLayer {
  readonly layer: string;
  readonly output: Spread;
  /** Of the batch's mean loss by what the layer makes; null where that has no part in it. */
  readonly gradient: Spread | null;
  /** Length of that gradient. */
  readonly gradientNorm: number | null;
  /** Maps, or numbers of a vector; and how many of them are 0 everywhere in the batch. */
  readonly units: number;
  readonly dead: number;
  /** Null for a layer that trains none. */
  readonly weights: {
    readonly values: Spread;
    readonly gradient: Spread;
    readonly gradientNorm: number;
    /** How far they go, as a share of their length; null from 0. */
    readonly change: number | null;
  } | null;
}

/** What Adam does with one weight. */
export interface SlowWeight {
  readonly layer: string;
  readonly before: number;
  readonly gradient: number;
  /** The running means of gradients, and of their squares. */
  readonly mean: { readonly before: number; readonly after: number };
  readonly square: { readonly before: number; readonly after: number };
  readonly after: number;
}

/** A training step taken apart. */
export interface SlowStep {
  /** The batch's first images, and how many it has. */
  readonly images: ImageStrip;
  readonly count: number;
  readonly learningRate: number;
  /** Of the batch: by the net as it was, as it trained (with dropout), and as it is then. */
  readonly lossBefore: number;
  readonly loss: number;
  readonly lossAfter: number;
  /** In the net's order. */
  readonly layers: readonly SlowLayer[];
  /** That with the largest gradient; null where no Adam trains. */
  readonly weight: SlowWeight | null;
}

/** What a layer makes of one image. */
export interface LayerActivation {
  readonly layer: string;
  /** [height, width, maps], or [numbers]. */
  readonly shape: readonly number[];
  /** How far each number is from 0: 255 is the layer's largest. Map by map. */
  readonly values: Uint8Array;
}

export type RunPhase = "preparing" | "training" | "paused" | "evaluating" | "finished" | "failed";

export type FailureCode =
  | "data"
  | "device"
  | "not-finite"
  | "checkpoint"
  | "memory"
  | "worker-crashed"
  /** A file of the page itself could not be had. */
  | "not-loaded"
  | "bad-config"
  | "internal";

/** Images of one shape as bytes, 0 to 255, one after another. */
export interface ImageStrip {
  readonly shape: ImageShape;
  readonly count: number;
  /** count × height × width × channels; a pixel's channels side by side. */
  readonly pixels: Uint8Array;
}

export type WorkerEvent =
  /** Once, when the worker has started. */
  | {
      readonly type: "ready";
      readonly devices: readonly DeviceOption[];
      /** Why WASM has one thread here, for people; empty where threads are possible. */
      readonly oneThread: string;
      readonly maxThreads: number;
    }
  /** After each device that was tried; with a chosen one after the last. */
  | { readonly type: "calibration"; readonly calibration: Calibration }
  /** After each kernel; the last one has `done` equal to `all`. */
  | ({ readonly type: "compiling" } & Compilation)
  | { readonly type: "dataProgress"; readonly loadedBytes: number; readonly totalBytes: number }
  | {
      readonly type: "dataset";
      readonly spec: DataSpec;
      /** Why the garments are synthetic, for people; empty for the real ones. */
      readonly sourceNote: string;
      readonly classes: readonly number[];
      readonly trainImages: number;
      readonly validationImages: number;
      readonly testImages: number;
      /** Fixed validation images that previews reconstruct, and their class ids. */
      readonly previewOriginals: ImageStrip;
      readonly previewLabels: readonly number[];
    }
  | ({
      readonly type: "started";
      readonly runId: string;
      readonly config: RunConfig;
    } & RunStart)
  /** The device has failed, and the next one goes on from the last checkpoint: `deviceChanged` follows. */
  | ({ readonly type: "deviceLost"; readonly runId: string } & DeviceLoss)
  /** Training goes on where it was, on another device. */
  | {
      readonly type: "deviceChanged";
      readonly runId: string;
      readonly change: DeviceChange;
      readonly deviceName: string;
      readonly threads: number;
    }
  | { readonly type: "phase"; readonly runId: string; readonly phase: RunPhase }
  /** At most about 10 a second; `losses` has every step since the last one, none dropped. */
  | {
      readonly type: "steps";
      readonly runId: string;
      /** Step number, from 1, of the first loss. */
      readonly firstStep: number;
      readonly losses: Float32Array;
      /** Epoch under way, from 1. */
      readonly epoch: number;
      readonly imagesPerSecond: number;
      /** From measured steps; null until there are enough. */
      readonly secondsLeft: number | null;
    }
  | ({ readonly type: "epoch"; readonly runId: string } & EpochFigures)
  /**
   * The run as it stands, to be stored: a second after its start and every ten within epochs, at
   * the end of an epoch (at most about one a second), on pause and at the end of training. All
   * losses before it have been posted.
   */
  | { readonly type: "checkpoint"; readonly runId: string; readonly checkpoint: Checkpoint }
  /**
   * Reconstructions of the fixed validation images: of the untrained net, after steps 1, 2, 4, 8 …
   * of the first epoch, after every epoch, on pause, and of the best weights once they are put back.
   */
  | {
      readonly type: "preview";
      readonly runId: string;
      /** The epoch that the step belongs to; 0 for the untrained net. */
      readonly epoch: number;
      /** The last step that these weights have seen. */
      readonly step: number;
      readonly reconstructions: ImageStrip;
      /** One per image. */
      readonly ssim: readonly number[];
      readonly ssimWriteup: readonly number[];
    }
  /** Of the weights that the last preview was of, or those looked at; again when another image is chosen. */
  | {
      readonly type: "activations";
      readonly runId: string;
      /** The last step that these weights have seen. */
      readonly step: number;
      readonly index: number;
      /** None where the net's layers cannot be computed one by one. */
      readonly layers: readonly LayerActivation[];
    }
  /** Beside them, of a run: the codes of all those images, as the net makes them outside training. */
  | {
      readonly type: "codes";
      readonly runId: string;
      readonly step: number;
      readonly images: number;
      /** One after the other. */
      readonly codes: Float32Array;
    }
  /** Likewise, and of a net in training again and again while its layer is asked for. */
  | {
      readonly type: "inside";
      readonly runId: string;
      readonly step: number;
      readonly index: number;
      /** Null where the layer's numbers cannot be had. */
      readonly inside: LayerInside | null;
    }
  /** Before a step is taken that shall be taken apart: what it does, on a copy of the net. */
  | {
      readonly type: "slowStep";
      readonly runId: string;
      /** Its number, from 1. */
      readonly step: number;
      /** Null where that cannot be had. */
      readonly slow: SlowStep | null;
    }
  /** PCA of the same latent size, fitted on the same training split. */
  | {
      readonly type: "pca";
      readonly latentSize: number;
      readonly data: DataRef;
      readonly classes: readonly number[];
      readonly split: RunConfig["split"];
      readonly seed: number;
      readonly validation: QualityFigures;
      readonly test: QualityFigures;
      readonly reconstructions: ImageStrip;
      readonly ssim: readonly number[];
      readonly ssimWriteup: readonly number[];
    }
  /** A net's layers, weights and multiply-adds; the net itself is not kept. */
  | {
      readonly type: "finished";
      readonly runId: string;
      readonly result: RunResult;
      readonly test: TestImages;
    }
  | {
      readonly type: "failed";
      /** Empty where no run was under way. */
      readonly runId: string;
      readonly code: FailureCode;
      /** What happened, one sentence. */
      readonly message: string;
      /** What to do about it, one sentence. */
      readonly remedy: string;
    };
