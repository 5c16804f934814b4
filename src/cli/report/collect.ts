/** Trains the runs that a report lacks, and writes the report after each of them. */

import { isDeepStrictEqual } from "node:util";
import type { RunConfig } from "../../config/config";
import { configFor } from "../../config/recipes";
import type { RunControl } from "../../training/control";
import { prepareFolder } from "../folders";
import { doJobs, type Job } from "../jobs";
import { cannotGoOn, type Kept, openReport, type ReportPlace, writeReport } from "./files";
import type { ReportHost } from "./host";

/** A kind of report, and the runs of it that are wanted. */
export interface Collection<Plan extends { readonly config: RunConfig }, Run, Report extends Kept> {
  readonly place: ReportPlace;
  /** At least one. */
  readonly planned: readonly Plan[];
  /** Whether a run that is kept, and is not among the planned ones, can no longer be told beside them. */
  isOutdated(config: RunConfig): boolean;
  /** Takes up no report that is there already. */
  readonly fresh: boolean;
  /** @throws Error for what is no such report */
  parse(content: unknown): Report;
  runsOf(report: Report): readonly Run[];
  configOf(run: Run): RunConfig;
  /** Names a run's place in the report, for people too: a later run of that place replaces it. */
  slotOf(config: RunConfig): string;
  /** Whether a run with the plan's settings has all that is asked for. */
  covers(run: Run, plan: Plan): boolean;
  train(
    plan: Plan,
    control: RunControl,
    progress: (fraction: number, text: string) => void,
  ): Promise<Run>;
  /** A finished run in one line. */
  told(run: Run): string;
  report(kept: Kept, runs: readonly Run[]): Report;
  /** The report's files by their endings. */
  contents(report: Report): Readonly<Record<string, string>>;
}

/**
 * Goes on with the report that is there, or begins one.
 *
 * @throws UsageError or CommandError where none can be written, CommandError where the report that is
 *   there cannot be gone on with, InterruptedError after Ctrl-C, and what training throws
 */
export async function collect<
  Plan extends { readonly config: RunConfig },
  Run,
  Report extends Kept,
>(work: Collection<Plan, Run, Report>, host: ReportHost): Promise<Report> {
  const { place, planned } = work;
  await prepareFolder(place);
  const { dataset, note } = await host.images(planned[0]!.config);
  if (note) host.stderr.write(`${note}\n`);
  const now = { date: host.today(), machine: host.machine, data: dataset.spec.source };
  const earlier = work.fresh ? null : await openReport(place, now, work.parse);
  const runs = new Map(
    (earlier ? work.runsOf(earlier) : []).map((run) => [work.slotOf(work.configOf(run)), run]),
  );
  refuseOutdated(work, [...runs.values()]);

  const { date, machine, data } = earlier ?? now;
  const isMissing = (plan: Plan): boolean => {
    const run = runs.get(work.slotOf(plan.config));
    if (!run || !work.covers(run, plan)) return true;
    return !isSameRun(work.configOf(run), plan.config);
  };
  const keep = async (): Promise<{ report: Report; paths: string[] }> => {
    const finished = !planned.some(isMissing);
    const report = work.report({ date, machine, data, finished }, [...runs.values()]);
    return { report, paths: await writeReport(place, date, work.contents(report)) };
  };
  const missing = planned.filter(isMissing);
  const there = () => `${planned.filter((plan) => !isMissing(plan)).length} of ${planned.length}`;
  if (missing.length < planned.length) host.stderr.write(`${there()} runs are there already.\n`);
  const jobs = missing.map((plan): Job => {
    const slot = work.slotOf(plan.config);
    return {
      name: slot,
      async work(control, progress) {
        const run = await work.train(plan, control, progress);
        runs.set(slot, run);
        await keep();
        return work.told(run);
      },
    };
  });
  const resume = () =>
    `Stopped: ${there()} runs are finished and kept in ${place.folder}. ` +
    `The same command${work.fresh ? " without --fresh" : ""} goes on with the rest.`;
  await doJobs(jobs, resume, host);
  const { report, paths } = await keep();
  host.stderr.write(`Written: ${paths.join(", ")}\n`);
  return report;
}

/** Threads change the time that a run takes, and not one bit of its result. */
function isSameRun(a: RunConfig, b: RunConfig): boolean {
  return isDeepStrictEqual({ ...a, threads: null }, { ...b, threads: null });
}

/**
 * Whether a run is not of its preset's recipe as that is now.
 *
 * @param overrides settings that differ from the recipes' in all runs of a report
 */
export function isOfOtherRecipe(config: RunConfig, overrides: Partial<RunConfig>): boolean {
  const { preset, net, latentSize, seed, device, threads } = config;
  // Device and threads are the machine's part of it: tables tell them, or times show them.
  const now = configFor(preset, { net, latentSize, seed, device, threads, ...overrides });
  return !isDeepStrictEqual(config, now);
}

/** Runs that stay in the report must belong to those that are trained now. @throws CommandError */
function refuseOutdated<Plan extends { readonly config: RunConfig }, Run, Report extends Kept>(
  { place, planned, isOutdated, configOf, slotOf }: Collection<Plan, Run, Report>,
  runs: readonly Run[],
): void {
  const replaced = new Set(planned.map(({ config }) => slotOf(config)));
  for (const config of runs.map(configOf)) {
    if (!replaced.has(slotOf(config)) && isOutdated(config)) {
      throw cannotGoOn(
        `The newest ${place.name} report in ${place.folder}`,
        `the recipe of ${slotOf(config)} has changed since, and it is not among the runs asked for`,
      );
    }
  }
}
