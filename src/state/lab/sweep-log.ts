/** The sweeps of this and earlier visits: their plans, and the results of runs that have finished. */

import * as v from "valibot";
import type { RunConfig } from "../../config/config";
import { SETTINGS } from "../../config/settings";
import { DATA_REF } from "../../datasets/spec-schema";
import { SPLITS } from "../../datasets/split";
import { PRESETS } from "../../nets/presets";
import { RUN_RESULT } from "../../runs/results-schema";
import { newRunId } from "../../storage/record";
import type { App } from "../app";
import { createPlanLog, type PlanLog, type TextStorage } from "../plans";
import { stopOf } from "../stopped";
import { missingOf, type Sweep, type SweepPlan, withRun } from "./sweep";

/** Sweeps that are kept: a result is 1.2 KB, a sweep of 8 sizes and 3 seeds 30 KB. */
const MOST_SWEEPS = 12;

export interface SweepLog extends Omit<PlanLog<Sweep>, "add" | "replace" | "find"> {
  /** Queues a plan's runs; returns the sweep's tag. */
  begin(plan: SweepPlan): string;
  dispose(): void;
}

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Size = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(SETTINGS.latentSize.type.limits.min),
  v.maxValue(SETTINGS.latentSize.type.limits.max),
);

const SWEEP = v.object({
  tag: v.string(),
  plan: v.object({
    preset: v.picklist(PRESETS),
    sizes: v.pipe(v.array(Size), v.minLength(1)),
    seeds: v.pipe(v.array(Count), v.minLength(1)),
    epochs: v.nullable(v.pipe(Count, v.minValue(1))),
    /** Plans from before it was kept lack it: they are Fashion-MNIST's. */
    data: v.optional(DATA_REF, SETTINGS.data.before),
    classes: v.pipe(v.array(Count), v.minLength(1)),
    split: v.picklist(SPLITS),
  }),
  runs: v.array(v.object({ id: v.string(), result: RUN_RESULT })),
}) satisfies v.GenericSchema<unknown, Sweep>;

/** @param storage null where the browser allows none: sweeps then last as long as the page */
export function createSweepLog(app: App, storage: TextStorage | null): SweepLog {
  const { find, add, replace, ...log } = createPlanLog<Sweep>(app, storage, {
    key: "latent-loom-sweeps",
    most: MOST_SWEEPS,
    schema: SWEEP,
    missing: (sweep, underWay) => missingOf(sweep, app.store.getState().settings, underWay),
  });
  const unsubscribe = app.store.subscribe(({ run }, before) => {
    if (!run?.result || run.result === before.run?.result) return;
    const sweep = run.queued && find(run.queued.tag);
    // One that was stopped on its way is still missing: its curve is of nets trained to the end.
    if (!sweep || stopOf(run)) return;
    replace(withRun(sweep, { id: run.id, result: run.result }));
  });
  return {
    ...log,
    begin(plan) {
      const tag = `sweep ${newRunId()}`;
      add({ tag, plan, runs: [] });
      return tag;
    },
    dispose: unsubscribe,
  };
}

/** Settings of the form that a sweep's images come from. */
export function planFor(
  settings: RunConfig,
  choice: Pick<SweepPlan, "preset" | "sizes" | "seeds" | "epochs">,
): SweepPlan {
  const { data, classes, split } = settings;
  return { ...choice, data, classes, split };
}
