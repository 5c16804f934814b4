/** The ladders of this and earlier visits. What they come to is in the runs that are kept. */

import * as v from "valibot";
import type { RunConfig } from "../../config/config";
import { RUN_CONFIG } from "../../runs/results-schema";
import { newRunId, type RunRecord } from "../../storage/record";
import type { App } from "../app";
import { createPlanLog, type PlanLog, type TextStorage } from "../plans";
import type { Queue } from "../queue";
import { statusOf } from "../runs";
import { type AppState, isActive } from "../state";
import { cutShort, keptRuns, type Ladder, missingOf } from "./ladder";

/** Ladders that are kept: one of 7 steps has 5 KB. */
const MOST_LADDERS = 12;
/** Changes between two nets at most: each layer of the largest net, and each setting. */
const MOST_STEPS = 500;

const Seed = v.pipe(v.number(), v.integer(), v.minValue(0));
const LADDER = v.object({
  tag: v.string(),
  from: v.string(),
  to: v.string(),
  steps: v.pipe(
    v.array(v.object({ change: v.string(), config: RUN_CONFIG })),
    v.minLength(2),
    v.maxLength(MOST_STEPS),
  ),
  seeds: v.pipe(v.array(Seed), v.minLength(1), v.maxLength(100)),
}) satisfies v.GenericSchema<unknown, Ladder>;

export interface LadderLog extends Pick<PlanLog<Ladder>, "store" | "stop" | "remove"> {
  /** Keeps a ladder and queues those of its runs that are not kept. */
  begin(ladder: Ladder): void;
  /** Goes on with a run of the ladder that a closed tab cut short, and then with what is missing. */
  resume(tag: string): Promise<void>;
}

/** Settings of the run under way; null where none is. */
export const activeConfig = ({ run }: Pick<AppState, "run">): RunConfig | null =>
  isActive(run) ? run.config : null;

/** Settings of all that trains or waits. */
export const underWay = (active: RunConfig | null, { waiting }: Queue): readonly RunConfig[] => [
  ...(active ? [active] : []),
  ...waiting.map(({ config }) => config),
];

export const newLadderTag = (): string => `ladder ${newRunId()}`;

/** @param storage null where the browser allows none: ladders then last as long as the page */
export function createLadderLog(
  app: Pick<App, "store" | "runs" | "resumeRun" | "enqueue" | "unqueue" | "startQueue">,
  storage: TextStorage | null,
): LadderLog {
  const records = () => app.runs.state.getState().records ?? [];
  const { store, find, add, stop, remove, resume } = createPlanLog<Ladder>(app, storage, {
    key: "latent-loom-ladders",
    most: MOST_LADDERS,
    schema: LADDER,
    // Whatever queued them: they are known by their settings.
    missing(ladder) {
      const state = app.store.getState();
      const coming = underWay(activeConfig(state), state.queue);
      return missingOf(ladder, keptRuns(ladder, records()), coming);
    },
  });
  return {
    store,
    begin: add,
    stop,
    remove,
    async resume(tag) {
      const ladder = find(tag);
      const state = app.runs.state.getState();
      const isInterrupted = (record: RunRecord) => statusOf(state, record) === "interrupted";
      const record = ladder && cutShort(ladder, records(), isInterrupted);
      if (record && !activeConfig(app.store.getState())) await app.resumeRun(record.id);
      resume(tag);
    },
  };
}
