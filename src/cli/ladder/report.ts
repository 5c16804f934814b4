/** The runs of a ladder as they are kept, and its rows for people. */

import { createHash } from "node:crypto";
import * as v from "valibot";
import { decimal, list, parseWith } from "../../checks/schema";
import type { RunConfig } from "../../config/config";
import type { LadderStep } from "../../config/ladder";
import { lossInTerms } from "../../config/loss";
import {
  intervalWords,
  LADDER_FIELDS,
  type LadderRow,
  ladderRows,
  ladderTable,
} from "../../report/ladder";
import { csv } from "../../report/table";
import { fewTestImages, type RunResult } from "../../runs/results";
import { RUN_RESULT } from "../../runs/results-schema";
import { KEPT, type Kept, MOST_RUNS } from "../report/files";
import { systemText } from "../report/system-info";
import { imagesText } from "../sweep/report";

export interface KeptRun {
  readonly result: RunResult;
  /** Of each test image, to 6 digits. */
  readonly ssimWriteup: readonly number[];
}

/** Runs of any order of the changes between two nets. */
export interface LadderReport extends Kept {
  readonly runs: readonly KeptRun[];
}

const MOST_IMAGES = 100_000;

const STORED = v.object({
  ...KEPT,
  runs: list(
    v.object({
      result: RUN_RESULT,
      ssimWriteup: list(decimal({ min: -1, max: 1 }), MOST_IMAGES),
    }),
    MOST_RUNS,
  ),
}) satisfies v.GenericSchema<unknown, LadderReport>;

/** @throws SchemaError for what is no such report */
export function parseReport(content: unknown): LadderReport {
  return parseWith(STORED, content);
}

/** The same for two runs whose results are the same bits: threads change none. */
function keyOf(config: RunConfig): string {
  return JSON.stringify({ ...config, threads: null });
}

/** What each run is called, and where it belongs. */
export class Places {
  readonly #steps: ReadonlyMap<string, LadderStep>;

  constructor(steps: readonly LadderStep[]) {
    this.#steps = new Map(steps.map((step) => [seedless(step.config), step]));
  }

  /** The place in the report that a run takes. */
  slotOf(config: RunConfig): string {
    const step = this.#steps.get(seedless(config));
    if (step) return `step ${step.step} (${step.change}), seed ${config.seed}`;
    return `another way's ${createHash("sha256").update(keyOf(config)).digest("hex")}`;
  }
}

const seedless = (config: RunConfig): string => keyOf({ ...config, seed: 0 });

/** A row for each step that has runs of those seeds. */
export function rowsOf(
  { runs }: LadderReport,
  steps: readonly LadderStep[],
  seeds: readonly number[],
): LadderRow[] {
  const byKey = new Map(runs.map((run) => [keyOf(run.result.config), run]));
  return ladderRows(
    steps.map(({ change, config }) => ({
      change,
      loss: lossInTerms(config.loss),
      runs: seeds.flatMap((seed) => {
        const run = byKey.get(keyOf({ ...config, seed }));
        if (!run) return [];
        const { validationLoss, parameters, seconds, epochs } = run.result;
        const ssimWriteup = Float32Array.from(run.ssimWriteup);
        return [{ seed, ssimWriteup, validationLoss, parameters, seconds, epochs }];
      }),
    })),
  );
}

/** The report as Markdown: what it is, a row a step, and how to read it. */
export function markdown(
  report: LadderReport,
  steps: readonly LadderStep[],
  seeds: readonly number[],
): string {
  const { date, machine, data, finished } = report;
  const rows = rowsOf(report, steps, seeds);
  const planned = new Set(
    steps.flatMap(({ config }) => seeds.map((seed) => keyOf({ ...config, seed }))),
  );
  const runs = report.runs.filter(({ result }) => planned.has(keyOf(result.config)));
  const few = fewTestImages(runs.map(({ result }) => result));
  const lines = [
    ...(data === "synthetic" ? ["**Synthetic garments, not Fashion-MNIST.**", ""] : []),
    ...(finished ? [] : ["**Not finished: runs are missing.**", ""]),
    ...(few === null ? [] : [`**${few}**`, ""]),
    `${imagesText({ runs, data })} ${date}, ${systemText(machine)}.`,
    "",
    ladderTable(rows),
    "",
    "Each step has all changes up to its own. What it brought is the mean, over test images and seeds, of its SSIM less " +
      "the step's before, image by image. " +
      `${intervalWords(seeds.length)} Where 0 lies in the interval, the change brought nothing that chance does not. Validation losses of other ` +
      "loss functions do not compare. Seconds are a run's wall time.",
    "",
    "Nets:",
    "",
    ...steps.map(({ step, config }) => `${step}. \`${config.net ?? config.preset}\``),
  ];
  return `${lines.join("\n")}\n`;
}

/** The rows as CSV. */
export function csvOf(
  report: LadderReport,
  steps: readonly LadderStep[],
  seeds: readonly number[],
): string {
  return csv(LADDER_FIELDS, rowsOf(report, steps, seeds));
}
