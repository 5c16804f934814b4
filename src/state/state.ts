/** All that the page shows, except pixels (see images.ts and frames.ts). */

import { DEFAULT_CONFIG, type RunConfig, runKey } from "../config/config";
import type { DataChoice } from "../config/config-schema";
import type {
  Calibration,
  Compilation,
  DeviceChange,
  DeviceLoss,
  DeviceOption,
} from "../config/devices";
import { builtIn, type Catalogue } from "../datasets/catalogue";
import { type DataSpec, sameImages } from "../datasets/dataset";
import { FASHION_MNIST } from "../datasets/fashion-mnist";
import type { QualityFigures } from "../metrics/metrics";
import { netKey } from "../nets/key";
import type { NetChoice } from "../nets/presets";
import type { NetSpec } from "../nets/spec";
import type { FailureCode, RunPhase } from "../protocol/messages";
import type { EpochFigures, RunResult, RunStart } from "../runs/results";
import { EMPTY_QUEUE, type Queue, type QueuedRun } from "./queue";
import { EMPTY_SERIES, type LossSeries } from "./series";
import { sameData } from "./settings";
import type { LinkedRun } from "./write-result-link";

export interface DataInfo {
  readonly spec: DataSpec;
  readonly sourceNote: string;
  readonly classes: readonly number[];
  readonly trainImages: number;
  readonly validationImages: number;
  readonly testImages: number;
  readonly previewLabels: readonly number[];
}

export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly remedy: string;
}

export interface PcaFigures {
  readonly validation: QualityFigures;
  readonly test: QualityFigures;
  readonly ssim: readonly number[];
  readonly ssimWriteup: readonly number[];
}

/** A stored run that waits to be gone on with is `interrupted`; the worker never says so. */
export type ShownPhase = RunPhase | "interrupted";

export interface Run {
  readonly id: string;
  readonly config: RunConfig;
  /** What its images are; null until they are there. */
  readonly spec: DataSpec | null;
  /** Its place in the queue, where it comes from there. */
  readonly queued: QueuedRun | null;
  readonly phase: ShownPhase;
  /** What was asked of the worker and not yet answered. */
  readonly asked: "pause" | "resume" | "stop" | null;
  /** Null until the worker has prepared the run. */
  readonly started: RunStart | null;
  readonly losses: LossSeries;
  readonly epochs: readonly EpochFigures[];
  /** Epoch under way, from 1; 0 before the first step. */
  readonly epoch: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number | null;
  readonly result: RunResult | null;
  /** A device that has failed, while the next one catches up. */
  readonly deviceLost: DeviceLoss | null;
  readonly deviceChanges: readonly DeviceChange[];
  /** The newest of them, where it happened during this visit. */
  readonly deviceChange: DeviceChange | null;
  /** It began with a net that came trained. */
  readonly imported: boolean;
}

/** How the charts show the curves; all of them share their epochs and the cursor. */
export interface ChartView {
  /** Of the training loss: 0, every step as it is, to MOST_SMOOTHING. */
  readonly smoothing: number;
  /** The axis of the loss. */
  readonly logarithmic: boolean;
  /** Epochs that all charts show; null for all that there are. */
  readonly zoom: readonly [from: number, to: number] | null;
}

export const MOST_SMOOTHING = 0.99;

export interface AppState {
  readonly settings: RunConfig;
  /** Data sets of one's own that are kept in this browser. */
  readonly ownData: readonly DataSpec[];
  /**
   * A net that is being made and is none yet, drawn as far as it goes; the settings have the last
   * one that was. Null where the form's net is that of the settings.
   */
  readonly draft: NetSpec | null;
  /** Null until the worker has said which it found. */
  readonly devices: readonly DeviceOption[] | null;
  /** Why WASM has one thread here, for people; empty where it may have more. */
  readonly oneThread: string;
  readonly maxThreads: number;
  /** How fast the devices train nets, by `calibrationKey`. */
  readonly calibrations: Readonly<Record<string, Calibration>>;
  /** The devices are being timed because somebody asked for it. */
  readonly measuring: boolean;
  /** Kernels that a GPU is compiling; null while it is not. */
  readonly compiling: Compilation | null;
  /** Bytes of the images on their way; null when nothing is being loaded. */
  readonly loading: { readonly loadedBytes: number; readonly totalBytes: number } | null;
  readonly data: DataInfo | null;
  /** By `pcaKey`. */
  readonly pca: Readonly<Record<string, PcaFigures>>;
  readonly run: Run | null;
  /** Run whose net all views look at, or `SHIPPED`; null until it is known what is kept here. */
  readonly currentNet: string | null;
  /** Views on the screen that show the current net. */
  readonly looking: number;
  /** Runs of this visit that the present one replaced, oldest first, at most MOST_EARLIER. */
  readonly earlier: readonly Run[];
  /** Runs that wait for their turn. */
  readonly queue: Queue;
  /** Settings were changed by hand since the run was asked for. */
  readonly edited: boolean;
  /** Step of the run that charts and pictures tell about; null for the newest. */
  readonly cursor: number | null;
  readonly charts: ChartView;
  /** What the page's address said that was left out, a sentence each. */
  readonly linkProblems: readonly string[];
  /** What the page's address says that a run came to; null where it says nothing. */
  readonly linked: LinkedRun | null;
  readonly failure: Failure | null;
}

/** More curves behind the present one cannot be told apart. */
export const MOST_EARLIER = 4;

export const INITIAL_STATE: AppState = {
  settings: DEFAULT_CONFIG,
  ownData: [],
  draft: null,
  devices: null,
  oneThread: "",
  maxThreads: 1,
  calibrations: {},
  measuring: false,
  compiling: null,
  loading: { loadedBytes: 0, totalBytes: 0 },
  data: null,
  pca: {},
  run: null,
  currentNet: null,
  looking: 0,
  earlier: [],
  queue: EMPTY_QUEUE,
  edited: false,
  cursor: null,
  // A loss of one batch says little: at 0.9 about ten of them count.
  charts: { smoothing: 0.9, logarithmic: false, zoom: null },
  linkProblems: [],
  linked: null,
  failure: null,
};

export const NEW_RUN: Omit<Run, "id" | "config" | "queued"> = {
  spec: null,
  phase: "preparing",
  asked: null,
  started: null,
  losses: EMPTY_SERIES,
  epochs: [],
  epoch: 0,
  imagesPerSecond: 0,
  secondsLeft: null,
  result: null,
  deviceLost: null,
  deviceChanges: [],
  deviceChange: null,
  imported: false,
};

/** PCA is fitted on a training split, so its result belongs to all that draws one. */
export function pcaKey(of: Pick<RunConfig, "latentSize" | keyof DataChoice>): string {
  return JSON.stringify([of.data, of.classes, of.split, of.seed, of.latentSize]);
}

/** The data sets that can be loaded here. */
export const atHand =
  ({ ownData }: Pick<AppState, "ownData">): Catalogue =>
  (ref) =>
    ownData.find(({ id }) => id === ref) ?? builtIn(ref);

/** All data sets that are known here: the loaded one, the run's, and those that can be loaded. */
function catalogueOf(state: Pick<AppState, "data" | "run" | "ownData">): Catalogue {
  const { data, run } = state;
  return (ref) => [data?.spec, run?.spec].find((spec) => spec?.id === ref) ?? atHand(state)(ref);
}

/** What the images of those settings are; what the loaded ones are where that is not known. */
export function specOfConfig(state: AppState, { data }: Pick<RunConfig, "data">): DataSpec {
  return catalogueOf(state)(data) ?? dataSpec(state);
}

/** What the images are that the form is for. */
export const formSpec = (state: AppState): DataSpec => specOfConfig(state, state.settings);

/** What tells a net from others, for the images of its own settings. */
export function netKeyOf(state: AppState, config: NetChoice & Pick<RunConfig, "data">): string {
  return netKey(config, specOfConfig(state, config));
}

/** Whether the worker is busy with the run: settings then wait for a restart. */
export function isActive(run: Run | null): run is Run {
  return run !== null && !["finished", "failed", "interrupted"].includes(run.phase);
}

/** Settings that the figures on the page belong to: the run's, or the form's before there is one. */
export function shownConfig(state: AppState): RunConfig {
  return state.run?.config ?? state.settings;
}

/** Settings that the pictures belong to: the run's, until other images have taken their place. */
export function picturedConfig({ run, settings }: AppState): RunConfig {
  if (!run) return settings;
  const stays = sameData(run.config, settings) || isActive(run);
  return stays ? run.config : settings;
}

/** What the loaded images are; before any, what they will be unless another set is chosen. */
export function dataSpec(state: AppState): DataSpec {
  return state.data?.spec ?? atHand(state)(state.settings.data) ?? FASHION_MNIST;
}

/** What the pictures show, and figures tell about: the run's images, as `picturedConfig` has it. */
export function picturedSpec(state: AppState): DataSpec {
  const { run } = state;
  return run?.spec && picturedConfig(state) === run.config ? run.spec : dataSpec(state);
}

/** Whether the run whose pictures are shown is of images that are not those loaded. */
export function isForeign(state: AppState): boolean {
  return !sameImages(picturedSpec(state), dataSpec(state));
}

/** Settings of the net that the figure draws: of a run under way, else of the one to come. */
export function drawnConfig({ run, settings }: AppState): RunConfig {
  return isActive(run) ? run.config : settings;
}

/** What the link says that a run of the settings came to that the figures on the page belong to. */
export function linkedFigures(state: AppState): QualityFigures | null {
  const { linked } = state;
  return linked && linked.key === runKey(shownConfig(state)) ? linked.figures : null;
}

/** PCA's figures for what the page shows, where they have arrived. */
export function shownPca(state: AppState): PcaFigures | null {
  return state.pca[pcaKey(shownConfig(state))] ?? null;
}
