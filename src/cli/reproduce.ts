/** `npm run -s reproduce`: nets by their recipes, beside the published figures and PCA. */

import type { RunConfig } from "../config/config";
import { SETTINGS } from "../config/settings";
import type { RunResult } from "../runs/results";
import { choice, choices, flag, integer, integers, optional, parseArguments, text } from "./args";
import { dataSuffix, IMAGES } from "./dataset/own";
import { DEVICE_CHOICES, deviceName } from "./devices";
import { settle } from "./recipe";
import { collect, isOfOtherRecipe } from "./report/collect";
import { nodeReportHost, type ReportHost } from "./report/host";
import { inOrder, plannedRuns, QUICK_EPOCHS, REPRODUCED, slotOf } from "./reproduce/plan";
import { csvOf, markdown, parseReport, type ReproduceReport, rowsOf } from "./reproduce/report";
import { effortText } from "./train-report";

const SEEDS = [1, 2, 3];

const SYNTAX = {
  name: "reproduce",
  summary:
    "Trains the published nets and the loom by their recipes, and sets them beside the published " +
    "figures and PCA.\nEach finished run is kept: the same command goes on where it was interrupted.",
  options: {
    ...IMAGES,
    seeds: optional(
      integers(SETTINGS.seed.type.limits, SEEDS, "Each draws a split, weights and order"),
    ),
    presets: choices(REPRODUCED, "Nets to train"),
    quick: flag(`${QUICK_EPOCHS} epochs and one seed: a check that it works, no reproduction`),
    device: choice(DEVICE_CHOICES, "auto", "What computes"),
    threads: integer(SETTINGS.threads.type.limits, null, "Threads of the WASM device"),
    out: text("DIR", "Folder for the table as Markdown, CSV and JSON; else bench/results"),
    fresh: flag("Trains again what is there already"),
    json: flag("Prints the report as one JSON object"),
  },
};

/**
 * Runs the command.
 *
 * @throws UsageError for arguments that are not allowed, CommandError where an earlier report cannot
 *   be gone on with, InterruptedError after Ctrl-C, NonFiniteLossError, DataError
 */
export async function reproduce(
  argv: readonly string[],
  host: ReportHost = nodeReportHost(),
): Promise<void> {
  const options = parseArguments(SYNTAX, argv, (help) => host.stdout.write(help));
  if (!options) return;
  const { quick, presets, threads, fresh } = options;
  const { data, classes } = await settle({ data: options.data, classes: options.classes }, null);
  const overrides = { data, classes, ...(quick ? { epochs: QUICK_EPOCHS } : {}) };
  const seeds = options.seeds ?? (quick ? SEEDS.slice(0, 1) : SEEDS);
  const device = deviceName(options.device);
  const report = await collect<{ readonly config: RunConfig }, RunResult, ReproduceReport>(
    {
      place: {
        folder: options.out ?? host.results,
        option: options.out === null ? null : "--out",
        name: `reproduce${quick ? "-quick" : ""}${dataSuffix({ data })}`,
      },
      planned: plannedRuns({ presets, seeds, overrides: { ...overrides, device, threads } }),
      isOutdated: (config) => isOfOtherRecipe(config, overrides),
      fresh,
      parse: parseReport,
      runsOf: ({ runs }) => runs,
      configOf: ({ config }) => config,
      slotOf,
      covers: () => true,
      train: async ({ config }, control, progress) =>
        host.run({ config, images: await host.images(config), control, progress }),
      told,
      report: (kept, runs) => ({ ...kept, quick, runs: inOrder(runs) }),
      contents: (report) => ({
        md: markdown(report),
        csv: csvOf(report),
        json: `${jsonOf(report, 2)}\n`,
      }),
    },
    host,
  );
  host.stdout.write(options.json ? `${jsonOf(report)}\n` : markdown(report));
}

function told(result: RunResult): string {
  const { test, pca } = result;
  return (
    `SSIM ${test.ssimWriteup.toFixed(4)} by the write-up's protocol (PCA ${pca.ssimWriteup.toFixed(4)}), ` +
    `${test.ssim.toFixed(4)} by Wang's (PCA ${pca.ssim.toFixed(4)}); ${effortText(result)}`
  );
}

function jsonOf(report: ReproduceReport, indent?: number): string {
  return JSON.stringify({ ...report, rows: rowsOf(report.runs) }, null, indent);
}
