/** Where runs are kept: the browser's database, or memory where there is none. */

import type { Checkpoint } from "../runs/checkpoint";
import type { RunRecord } from "./record";
import type { StorageError } from "./trouble";

/** Weights of the best epoch by the monitored value, or those of the newest checkpoint. */
export type WeightsKind = "best" | "last";

/** What of a checkpoint is stored beside the record; `best` may have been stored before. */
export type RunArrays = Omit<Checkpoint, "progress">;

/** Reconstructions of the preview images at one moment of a run. */
export interface Frame {
  readonly epoch: number;
  readonly step: number;
  readonly count: number;
  /** In the shape of the run's images. */
  readonly pixels: Uint8Array;
  /** One per image. */
  readonly ssim: readonly number[];
  readonly ssimWriteup: readonly number[];
}

export interface StorageUsage {
  /** Bytes that this page has stored; null where the browser does not tell. */
  readonly used: number | null;
  /** Bytes that it may store in all. */
  readonly quota: number | null;
  /** Whether the browser has promised to keep them when the disk runs full. */
  readonly persisted: boolean;
}

/** All methods reject with a StorageError and nothing else. */
export interface RunStore {
  /** `memory` lasts until the tab is closed. */
  readonly kind: "disk" | "memory";
  /**
   * All runs that are not deleted, the newest first.
   *
   * @param onDamaged is told of each that is left out, for a figure that no run has
   */
  list(onDamaged?: (error: StorageError) => void): Promise<RunRecord[]>;
  /** Null for one that is not there; a deleted one is, until it is purged. Rejects for a damaged one. */
  get(id: string): Promise<RunRecord | null>;
  /** Adds a run, with its arrays where it comes with some; a run of that id is replaced. */
  put(record: RunRecord, arrays?: RunArrays): Promise<void>;
  /**
   * Changes a run, all of it or nothing; what is not named stays as it is, best weights too.
   * False where the run is no longer there.
   */
  update(id: string, change: Partial<Omit<RunRecord, "id">>, arrays?: RunArrays): Promise<boolean>;
  /** Marks a run as deleted; until it is purged, `restore` brings it back. */
  remove(id: string): Promise<void>;
  restore(id: string): Promise<void>;
  /** Ends for good what was deleted before that time, in milliseconds since 1970. */
  purge(deletedBefore: number): Promise<void>;
  /** Flat, in the order of `model.getWeights()`; null where none are stored. */
  weights(id: string, kind: WeightsKind): Promise<Float32Array | null>;
  /** All that the run can go on from; null where there is nothing. */
  checkpoint(id: string): Promise<Checkpoint | null>;
  putFrame(id: string, frame: Frame): Promise<void>;
  /** In the order of their steps. */
  frames(id: string): Promise<Frame[]>;
  usage(): Promise<StorageUsage>;
  /** Asks the browser to keep the runs when the disk runs full; whether it will. */
  persist(): Promise<boolean>;
  /** Calls back after a run was added, changed or deleted, in this tab or another. */
  subscribe(listener: (id: string) => void): () => void;
  close(): void;
}
