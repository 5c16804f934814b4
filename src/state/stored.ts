/** Stored runs on their way back to the page: shown, gone on with, or continued for more epochs. */

import type { RunConfig } from "../config/config";
import { SETTINGS } from "../config/settings";
import { newRecord, type RunRecord, specOf } from "../storage/record";
import type { RunStore } from "../storage/store";
import { appendLosses, EMPTY_SERIES } from "./series";
import { NEW_RUN, type Run } from "./state";

/** Whether a run began with a net that came trained. */
export const isImported = (progress: RunRecord["progress"]): boolean =>
  progress?.before !== undefined;

/** The run as the page shows it. */
export function runOf(record: RunRecord, phase: Run["phase"]): Run {
  const { id, config, losses, epochs, progress, imagesPerSecond, result, deviceChanges } = record;
  return {
    ...NEW_RUN,
    id,
    config,
    spec: specOf(record),
    queued: null,
    phase,
    started: record.start,
    losses: appendLosses(EMPTY_SERIES, 1, losses),
    epochs,
    epoch: progress?.epoch ?? 0,
    imagesPerSecond,
    result,
    deviceChanges: deviceChanges ?? result?.deviceChanges ?? [],
    imported: isImported(progress),
  };
}

/**
 * Stores a copy of a run that has more epochs to train, and none of the patience that may have ended
 * the first; the run itself keeps its result.
 *
 * @returns the copy; null where the run has nothing to go on from
 */
export async function storeContinuation(
  runs: RunStore,
  id: string,
  newId: string,
  moreEpochs: number,
): Promise<RunRecord | null> {
  const record = await runs.get(id);
  const checkpoint = await runs.checkpoint(id);
  if (!record || !checkpoint) return null;
  const epochs = Math.min(SETTINGS.epochs.type.limits.max, checkpoint.progress.epoch + moreEpochs);
  const config: RunConfig = { ...record.config, epochs, patience: null };
  const { source, spec, start, imagesPerSecond, losses, progress, deviceChanges = [] } = record;
  const copy: RunRecord = {
    ...newRecord(newId, config, Date.now()),
    status: "interrupted",
    source,
    start,
    imagesPerSecond,
    losses,
    progress,
    deviceChanges,
    ...(spec && { spec }),
    epochs: record.epochs,
    continues: id,
  };
  await runs.put(copy, checkpoint);
  for (const frame of await runs.frames(id)) await runs.putFrame(newId, frame);
  return copy;
}
