/** `npm run -s ladder`: from one net to another, one change at a time, and what each brings. */

import type { RunConfig } from "../config/config";
import { type LadderStep, ladderSteps } from "../config/ladder";
import { SETTINGS } from "../config/settings";
import {
  choice,
  flag,
  integer,
  integers,
  type Option,
  parseArguments,
  requiredText,
  text,
} from "./args";
import { dataSuffix, IMAGES } from "./dataset/own";
import { DEVICE_CHOICES, deviceName } from "./devices";
import { UsageError } from "./errors";
import {
  csvOf,
  type KeptRun,
  type LadderReport,
  markdown,
  Places,
  parseReport,
  rowsOf,
} from "./ladder/report";
import { netFileName, netName, settleNamed } from "./recipe";
import { collect } from "./report/collect";
import { nodeReportHost, type ReportHost } from "./report/host";
import { effortText } from "./train-report";

const NET = "a preset, a net's text or file, or the result.json of train --save";

const SYNTAX = {
  name: "ladder",
  summary:
    "Trains the nets on the way from one to another, one change at a time, and tells what each change brings.\n" +
    "Each finished run is kept: the same command goes on where it was interrupted.",
  options: {
    from: requiredText("NET", `The start: ${NET}`),
    to: requiredText("NET", "Where it leads: likewise"),
    order: ids("Changes that come first, by the names that --plan gives; the others follow"),
    ...IMAGES,
    seeds: integers(SETTINGS.seed.type.limits, [1, 2, 3], "Each draws a split, weights and order"),
    epochs: integer(
      SETTINGS.epochs.type.limits,
      undefined,
      "Passes over the images, instead of the recipes'",
    ),
    plan: flag("Tells the steps and the changes' names, and trains nothing"),
    device: choice(DEVICE_CHOICES, "auto", "What computes"),
    threads: integer(SETTINGS.threads.type.limits, null, "Threads of the WASM device"),
    out: text("DIR", "Folder for the table as Markdown, CSV and JSON; else bench/results"),
    fresh: flag("Trains again what is there already"),
    json: flag("Prints the steps as one JSON list"),
  },
  notes:
    "A step's difference from the one before is taken image by image, on the test images of each seed.\n" +
    "Its 95% interval is over the seeds by Student's t, or of one seed over the images by the bootstrap;\n" +
    "where 0 lies in it, the change brought nothing that chance does not.",
};

/** Names separated by commas, of which only the nets tell what they may be. */
function ids(help: string): Option<readonly string[]> {
  return {
    kind: "value",
    placeholder: "NAME,…",
    help,
    fallback: [],
    required: false,
    read(given) {
      const names = given.split(",").map((name) => name.trim());
      if (names.includes("")) throw new RangeError("names separated by commas");
      return [...new Set(names)];
    },
  };
}

interface PlannedRun {
  readonly config: RunConfig;
}

/**
 * Runs the command.
 *
 * @throws UsageError for arguments that are not allowed, CommandError where an earlier report cannot
 *   be gone on with, InterruptedError after Ctrl-C, NonFiniteLossError, DataError
 */
export async function ladder(
  argv: readonly string[],
  host: ReportHost = nodeReportHost(),
): Promise<void> {
  const options = parseArguments(SYNTAX, argv, (help) => host.stdout.write(help));
  if (!options) return;
  const { seeds, epochs, threads, fresh } = options;
  const { data, classes } = options;
  const flags = { data, classes, epochs, device: deviceName(options.device), threads };
  const from = await settleNamed(options.from, flags);
  const to = await settleNamed(options.to, flags);
  const steps = await stepsOf(from, to, options.order, host);
  if (options.plan) {
    host.stdout.write(options.json ? `${JSON.stringify(steps)}\n` : planText(steps));
    return;
  }
  const places = new Places(steps);
  const name = `ladder-${netFileName(from)}-${netFileName(to)}${dataSuffix(from)}`;
  const report = await collect<PlannedRun, KeptRun, LadderReport>(
    {
      place: {
        folder: options.out ?? host.results,
        option: options.out === null ? null : "--out",
        name: epochs === undefined ? name : `${name}-${epochs}-epochs`,
      },
      // All steps of a seed before the next one: the whole way is there early.
      planned: seeds.flatMap((seed) =>
        steps.map(({ config }) => ({ config: { ...config, seed } })),
      ),
      // Runs of other orders of the same changes are kept beside them.
      isOutdated: () => false,
      fresh,
      parse: parseReport,
      runsOf: ({ runs }) => runs,
      configOf: ({ result }) => result.config,
      slotOf: (config) => places.slotOf(config),
      covers: () => true,
      async train({ config }, control, progress) {
        let images: readonly number[] = [];
        const result = await host.run({
          config,
          images: await host.images(config),
          control,
          progress,
          onTested: ({ ssimWriteup }) => {
            images = Array.from(ssimWriteup, (value) => Number(value.toFixed(6)));
          },
        });
        return { result, ssimWriteup: images };
      },
      told: ({ result }) =>
        `SSIM ${result.test.ssimWriteup.toFixed(4)} by the write-up's protocol, ` +
        `${result.parameters.toLocaleString("en")} weights; ${effortText(result)}`,
      report: (kept, runs) => ({ ...kept, runs }),
      contents: (kept) => ({
        md: markdown(kept, steps, seeds),
        csv: csvOf(kept, steps, seeds),
        json: `${JSON.stringify({ ...kept, rows: rowsOf(kept, steps, seeds) }, null, 1)}\n`,
      }),
    },
    host,
  );
  const rows = rowsOf(report, steps, seeds);
  host.stdout.write(options.json ? `${JSON.stringify(rows)}\n` : markdown(report, steps, seeds));
}

async function stepsOf(
  from: RunConfig,
  to: RunConfig,
  order: readonly string[],
  host: ReportHost,
): Promise<readonly LadderStep[]> {
  const { dataset } = await host.images(from);
  try {
    const steps = ladderSteps(from, to, { start: netName(from), spec: dataset.spec, order });
    if (steps.length > 1) return steps;
    throw new UsageError("--from and --to are the same net with the same recipe.");
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--order: ${error.message}`);
    throw error;
  }
}

function planText(steps: readonly LadderStep[]): string {
  return steps
    .map(({ step, change, ids: names }) => {
      return `${step}  ${change}${names.length > 0 ? `  (${names.join(", ")})` : ""}\n`;
    })
    .join("");
}
