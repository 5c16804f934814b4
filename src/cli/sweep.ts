/** `npm run -s sweep`: a net against latent size, beside PCA and JPEG with as many bytes. */

import { isTask } from "../config/code-size";
import type { RunConfig } from "../config/config";
import { withNetsSize } from "../config/net";
import { SETTINGS } from "../config/settings";
import { specFor } from "../datasets/catalogue";
import { PRESETS } from "../nets/presets";
import { NetError } from "../nets/summary";
import { choice, flag, integer, integers, optional, parseArguments, text } from "./args";
import { atHand, dataSuffix, IMAGES } from "./dataset/own";
import { DEVICE_CHOICES, deviceName } from "./devices";
import { UsageError } from "./errors";
import { netFileName, OWN_NET, settle } from "./recipe";
import { collect, isOfOtherRecipe } from "./report/collect";
import { nodeReportHost, type ReportHost } from "./report/host";
import type { RunImages } from "./run";
import { measure, type SweepRun } from "./sweep/measure";
import { type PlannedRun, plannedRuns, slotOf } from "./sweep/plan";
import { plotOf } from "./sweep/plot";
import { References } from "./sweep/references";
import { csvOf, markdown, parseReport, rowsOf, type SweepReport } from "./sweep/report";
import { effortText } from "./train-report";

/** The net where none is named. */
const USUAL_PRESET = "loom";
const USUAL_SIZES = [2, 4, 8, 16, 32, 64, 128, 256];

const SYNTAX = {
  name: "sweep",
  summary:
    "Trains a net at each latent size (nested: one net, cut off at each size) and sets it beside PCA " +
    "and JPEG\nwith as many bytes. Each finished run is kept: the same command goes on where it was " +
    "interrupted.",
  options: {
    preset: optional(choice(PRESETS, USUAL_PRESET, "The net, trained by its recipe")),
    net: OWN_NET,
    latents: optional(
      integers(SETTINGS.latentSize.type.limits, USUAL_SIZES, "Numbers in the code"),
    ),
    ...IMAGES,
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
  const { seeds, epochs, threads, fresh } = options;
  const device = deviceName(options.device);
  const preset = options.preset ?? (options.net === null ? USUAL_PRESET : undefined);
  const { data, classes } = options;
  const given = { preset, net: options.net ?? undefined, data, classes, epochs, device, threads };
  const config = await settle(given, null);
  const latents = options.latents ?? sizesOf(config);
  const planned = planOrRefuse(() => plannedRuns({ config, latents, seeds }));
  // A net of one's own may have another loss than the recipe's.
  const overrides = {
    ...(epochs === undefined ? {} : { epochs }),
    ...(config.net === null ? {} : { loss: config.loss }),
    data: config.data,
    classes: config.classes,
  };
  const name = `sweep-${netFileName(config)}${dataSuffix(config)}`;
  const references = referencesFor(host, latents.at(-1)!);
  const report = await collect<PlannedRun, SweepRun, SweepReport>(
    {
      place: {
        folder: options.out ?? host.results,
        option: options.out === null ? null : "--out",
        // Other epochs than the recipe's have a file of their own: a trial replaces no real sweep.
        name: epochs === undefined ? name : `${name}-${epochs}-epochs`,
      },
      planned,
      isOutdated: (run) => isOfOtherRecipe(run, overrides),
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
      report: (kept, runs) => ({ ...kept, preset: config.preset, net: config.net, runs }),
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

/** The usual ones where the net can have them, but for those in which PCA keeps all of an image; else its own. */
function sizesOf(config: RunConfig): readonly number[] {
  const spec = specFor(config.data, atHand);
  try {
    withNetsSize(config, USUAL_SIZES[0], spec);
    return USUAL_SIZES.filter((size) => isTask(size, spec));
  } catch (error) {
    if (error instanceof NetError) return [config.latentSize];
    throw error;
  }
}

/** @throws UsageError where the net's code cannot have a size that is wanted */
function planOrRefuse(plan: () => PlannedRun[]): PlannedRun[] {
  try {
    return plan();
  } catch (error) {
    if (error instanceof NetError) throw new UsageError(`--latents: ${error.message}`);
    throw error;
  }
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
