/** A ladder: the nets on the way from one to another, one change at a time, as runs of one plan. */

import { type RunConfig, runKey } from "../../config/config";
import { ladderSteps } from "../../config/ladder";
import { lossInTerms } from "../../config/loss";
import type { DataSpec } from "../../datasets/dataset";
import type { LadderRung } from "../../report/ladder";
import type { RunRecord } from "../../storage/record";
import type { Plan } from "../plans";
import { withSeeds } from "../seeds";
import { stopOf } from "../stopped";

/** A net and its recipe at one end of a ladder. */
export interface LadderEnd {
  readonly title: string;
  readonly config: RunConfig;
}

export interface Ladder extends Plan {
  /** The ends' titles. */
  readonly from: string;
  readonly to: string;
  /** The start, and a net for each change, by the first seed. */
  readonly steps: readonly { readonly change: string; readonly config: RunConfig }[];
  readonly seeds: readonly number[];
}

export interface LadderChoice {
  readonly from: LadderEnd;
  readonly to: LadderEnd;
  /** Ids of changes, in the order in which they are made; the others follow. */
  readonly order: readonly string[];
  /** How many. */
  readonly seeds: number;
  /** Passes over the images of every net; null for those of its recipe. */
  readonly epochs: number | null;
}

/**
 * The steps between two nets with their recipes. All else, such as images and device, is the start's.
 *
 * @throws NetError, NetTextError, RangeError or ConfigError where a net is none for those images
 */
export function stepsOf(
  { from, to, order, epochs }: Omit<LadderChoice, "seeds">,
  spec: DataSpec,
): ReturnType<typeof ladderSteps> {
  const [first, last] = [from.config, to.config].map((config) =>
    epochs === null ? config : { ...config, epochs },
  ) as [RunConfig, RunConfig];
  return ladderSteps(first, last, { start: from.title, spec, order });
}

/** @throws as stepsOf */
export function planLadder(choice: LadderChoice, spec: DataSpec, tag: string): Ladder {
  const { from, to, seeds } = choice;
  const steps = stepsOf(choice, spec).map(({ change, config }) => ({ change, config }));
  return {
    tag,
    from: from.title,
    to: to.title,
    steps,
    seeds: withSeeds(from.config, seeds).map(({ seed }) => seed),
  };
}

/** The runs of a ladder: all steps of a seed before the next one, so that the whole way is there early. */
export const configsOf = ({ steps, seeds }: Ladder): readonly RunConfig[] =>
  seeds.flatMap((seed) => steps.map(({ config }) => ({ ...config, seed })));

/** A run that has been judged. */
export type LadderRecord = RunRecord & {
  readonly result: NonNullable<RunRecord["result"]>;
  readonly test: NonNullable<RunRecord["test"]>;
};

/**
 * The kept runs that are a ladder's, in the order of `configsOf`: any that were trained to the end with
 * such settings, of whatever plan. The newest tells on which images, where a data set has a stand-in.
 *
 * @param records newest first
 */
export function keptRuns(
  ladder: Ladder,
  records: readonly RunRecord[],
): readonly (LadderRecord | undefined)[] {
  const slots = configsOf(ladder).map(runKey);
  const wanted = new Set(slots);
  const found = new Map<string, LadderRecord>();
  let source: string | null = null;
  for (const record of records) {
    if (!isJudged(record)) continue;
    const slot = runKey(record.config);
    if (!wanted.has(slot) || found.has(slot)) continue;
    source ??= record.result.data;
    if (record.result.data === source) found.set(slot, record);
  }
  return slots.map((slot) => found.get(slot));
}

/** One that was stopped on its way is none of its settings, nor is one that began as another. */
function isJudged(record: RunRecord): record is LadderRecord {
  const { result, test, start, continues, deletedAt } = record;
  if (!result || !test || continues !== null || deletedAt !== null) return false;
  return stopOf({ ...record, started: start }) === null;
}

/** Of a ladder's runs those that are neither kept nor among `underWay`. */
export function missingOf(
  ladder: Ladder,
  kept: readonly (RunRecord | undefined)[],
  underWay: readonly RunConfig[],
): readonly RunConfig[] {
  const there = new Set(underWay.map(runKey));
  return configsOf(ladder).filter((config, i) => !kept[i] && !there.has(runKey(config)));
}

/** The run that a ladder goes on with, one that a closed tab cut short; undefined where there is none. */
export function cutShort(
  ladder: Ladder,
  records: readonly RunRecord[],
  isInterrupted: (record: RunRecord) => boolean,
): RunRecord | undefined {
  const missing = new Set(missingOf(ladder, keptRuns(ladder, records), []).map(runKey));
  return records.find(
    (record) =>
      record.progress !== null &&
      record.continues === null &&
      missing.has(runKey(record.config)) &&
      isInterrupted(record),
  );
}

/** The change of the step that a run of such settings is; null where it is none of the ladder. */
export function changeOf({ steps, seeds }: Ladder, config: RunConfig): string | null {
  const { seed } = config;
  if (!seeds.includes(seed)) return null;
  const own = runKey(config);
  return steps.find((step) => runKey({ ...step.config, seed }) === own)?.change ?? null;
}

/** What there is of each step, for the report. @param kept as `keptRuns` has them */
export function rungsOf(
  { steps, seeds }: Ladder,
  kept: readonly (LadderRecord | undefined)[],
): LadderRung[] {
  return steps.map(({ change, config }, step) => ({
    change,
    loss: lossInTerms(config.loss),
    runs: seeds.flatMap((seed, place) => {
      const record = kept[place * steps.length + step];
      if (!record) return [];
      const { validationLoss, parameters, seconds, epochs } = record.result;
      const { ssimWriteup } = record.test;
      return [{ seed, ssimWriteup, validationLoss, parameters, seconds, epochs }];
    }),
  }));
}
