/** `npm run -s sweep`: a net against latent size, beside PCA and JPEG with as many bytes. */

import type { RunConfig } from "../config/config";
import { SETTINGS } from "../config/settings";
import { PRESETS } from "../nets/presets";
import { choice, flag, integer, integers, parseArguments, text } from "./args";
import { DEVICE_CHOICES, deviceName } from "./devices";
import { collect } from "./report/collect";
import { nodeReportHost, type ReportHost } from "./report/host";
import type { RunImages } from "./run";
import { measure, type SweepRun } from "./sweep/measure";
import { type PlannedRun, plannedRuns, slotOf } from "./sweep/plan";
import { plotOf } from "./sweep/plot";
import { References } from "./sweep/references";
import { csvOf, markdown, parseReport, rowsOf, type SweepReport } from "./sweep/report";
import { effortText } from "./train-report";

const SYNTAX = {
  name: "sweep",
  summary:
    "Trains a net at each latent size (nested: one net, cut off at each size) and sets it beside PCA " +
    "and JPEG\nwith as many bytes. Each finished run is kept: the same command goes on where it was " +
    "interrupted.",
  options: {
    preset: choice(PRESETS, "loom", "The net, trained by its recipe"),
    latents: integers(
      SETTINGS.latentSize.type.limits,
      [2, 4, 8, 16, 32, 64, 128, 256],
      "Numbers in the code",
    ),
    seeds: integers(SETTINGS.seed.type.limits, [1], "Each draws a split, weights and order"),
    epochs: integer(
      SETTINGS.epochs.type.limits,
      undefined,
      "Passes over the images, instead of the recipe's",
    ),
    device: choice(DEVICE_CHOICES, "auto", "What computes"),
    threads: integer(SETTINGS.threads.type.limits, null, "Threads of the WASM device"),
    out: text(
      "DIR",
      "Folder for the table as Markdown, CSV and JSON, and the plot as SVG; else bench/results",
    ),
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
export async function sweep(
  argv: readonly string[],
  host: ReportHost = nodeReportHost(),
): Promise<void> {
  const options = parseArguments(SYNTAX, argv, (help) => host.stdout.write(help));
  if (!options) return;
  const { preset, latents, seeds, epochs, threads, fresh } = options;
  const overrides = epochs === undefined ? {} : { epochs };
  const device = deviceName(options.device);
  const references = referencesFor(host, latents.at(-1)!);
  const report = await collect<PlannedRun, SweepRun, SweepReport>(
    {
      place: {
        folder: options.out ?? host.results,
        option: options.out === null ? null : "--out",
        // Other epochs than the recipe's have a file of their own: a trial replaces no real sweep.
        name: epochs === undefined ? `sweep-${preset}` : `sweep-${preset}-${epochs}-epochs`,
      },
      planned: plannedRuns({
        preset,
        latents,
        seeds,
        overrides: { ...overrides, device, threads },
      }),
      overrides,
      fresh,
      parse: parseReport,
      runsOf: ({ runs }) => runs,
      configOf: ({ result }) => result.config,
      slotOf,
      covers: ({ points }, plan) =>
        plan.latents.every((latent) => points.some((point) => point.latent === latent)),
      async train(plan, control, progress) {
        const { images, references: known } = await references(plan.config);
        return measure({ ...plan, images, references: known, control, progress }, host.run);
      },
      told,
      report: (kept, runs) => ({ ...kept, preset, runs }),
      contents: (report) => ({
        md: markdown(report),
        csv: csvOf(report),
        json: `${jsonOf(report, 2)}\n`,
        svg: plotOf(report),
      }),
    },
    host,
  );
  host.stdout.write(options.json ? `${jsonOf(report)}\n` : markdown(report));
}

/** A config's images with what PCA and JPEG make of them, prepared once for each split. */
function referencesFor(host: ReportHost, largest: number) {
  const known = new Map<RunImages, References>();
  return async (config: RunConfig) => {
    const images = await host.images(config);
    const references = known.get(images) ?? new References(images, largest);
    known.set(images, references);
    return { images, references };
  };
}

function told({ result, points }: SweepRun): string {
  const figures = points.map(
    ({ latent, net, pca, jpeg }) =>
      `${points.length > 1 ? `${latent}: ` : ""}SSIM ${net.ssimWriteup.toFixed(4)} by the write-up's ` +
      `protocol (PCA ${pca.ssimWriteup.toFixed(4)}, JPEG ${jpeg?.ssimWriteup.toFixed(4) ?? "–"})`,
  );
  return `${figures.join("; ")}; ${effortText(result)}`;
}

function jsonOf(report: SweepReport, indent?: number): string {
  return JSON.stringify({ ...report, rows: rowsOf(report.runs) }, null, indent);
}
