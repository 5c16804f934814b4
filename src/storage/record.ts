/** What is kept of a run beside its weights. */

import type { RunConfig } from "../config/config";
import type { DeviceChange } from "../config/devices";
import { builtIn } from "../datasets/catalogue";
import type { DataSource, DataSpec } from "../datasets/dataset";
import { FASHION_MNIST, SYNTHETIC_GARMENTS } from "../datasets/fashion-mnist";
import type { RunProgress } from "../runs/checkpoint";
import type { EpochFigures, RunResult, RunStart, TestImages } from "../runs/results";
import { memorableName } from "./names";

/** The largest net has 4 M weights, 16 MB; a `.loom` file with Adam's moments and best weights 64 MB. */
export const MOST_FILE_BYTES = 200e6;

export type RunStatus = "running" | "paused" | "interrupted" | "finished" | "failed";

export interface RunRecord {
  /** Of this layout; records of a later one are left alone. */
  readonly version: 1;
  readonly id: string;
  /** "amber-willow-12", unless somebody has given it another. */
  readonly name: string;
  readonly starred: boolean;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When it was deleted; null for a run that was not. For a while it can be brought back. */
  readonly deletedAt: number | null;
  readonly config: RunConfig;
  /** As last stored: a tab that is gone leaves `running` behind (see `statusNow`). */
  readonly status: RunStatus;
  /** Null until the images were there. */
  readonly source: DataSource | null;
  /** What its images are; records from before it was kept lack it (see `specOf`). */
  readonly spec?: DataSpec;
  /** Device and sizes; null until it was prepared. */
  readonly start: RunStart | null;
  readonly imagesPerSecond: number;
  /** Of every step up to the newest checkpoint, step 1 first. */
  readonly losses: Float32Array;
  readonly epochs: readonly EpochFigures[];
  /** Devices that failed up to the newest checkpoint; records from before it was kept lack it. */
  readonly deviceChanges?: readonly DeviceChange[];
  /** Of the newest checkpoint; null before the first. */
  readonly progress: RunProgress | null;
  readonly result: RunResult | null;
  readonly test: TestImages | null;
  /** What a failed run failed of, one sentence. */
  readonly failure: string | null;
  /** The run whose training this one continues. */
  readonly continues: string | null;
}

/** A run that begins now. */
export function newRecord(id: string, config: RunConfig, now: number): RunRecord {
  return {
    version: 1,
    id,
    name: memorableName(Math.random),
    starred: false,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    config,
    status: "running",
    source: null,
    start: null,
    imagesPerSecond: 0,
    losses: new Float32Array(0),
    epochs: [],
    deviceChanges: [],
    progress: null,
    result: null,
    test: null,
    failure: null,
    continues: null,
  };
}

/** What of a run tells of its images. */
export type OfImages = Partial<Pick<RunRecord, "spec" | "source" | "config">>;

/** What a run's images are: before runs said so there were no others than Fashion-MNIST's. */
export function specOf({ spec, source, config }: OfImages): DataSpec {
  if (spec) return spec;
  if (source === "synthetic") return SYNTHETIC_GARMENTS;
  // Settings of that time do not name a data set.
  return builtIn(config?.data ?? FASHION_MNIST.id) ?? FASHION_MNIST;
}

/** An id that no other run of any tab has; `crypto.randomUUID` is missing on plain http. */
export function newRunId(): string {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return `${Date.now().toString(36)}-${high!.toString(36)}${low!.toString(36)}`;
}

/**
 * A run's status, given which runs some tab is training.
 *
 * @param held ids of those runs
 */
export function statusNow(
  { id, status }: Pick<RunRecord, "id" | "status">,
  held: ReadonlySet<string>,
): RunStatus {
  const underway = status === "running" || status === "paused";
  return underway && !held.has(id) ? "interrupted" : status;
}
