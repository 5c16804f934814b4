/** What `sweep` found: a row a latent size, over the seeds, beside PCA and JPEG. */

import * as v from "valibot";
import { decimal, list, oneOf, parseWith, whole } from "../../checks/schema";
import { DEFAULT_CONFIG, type RunConfig } from "../../config/config";
import { MOST_NUMBERS } from "../../config/net";
import { RECIPES } from "../../config/recipes";
import { SETTINGS } from "../../config/settings";
import { classList, dataTitle } from "../../datasets/catalogue";
import { splitWords } from "../../datasets/split";
import type { QualityFigures } from "../../metrics/metrics";
import { PRESETS, type PresetName } from "../../nets/presets";
import {
  type FigureSpreads,
  figureSpreads,
  type Spread,
  spreadOf,
  spreadText,
} from "../../report/spread";
import { type Column, csv, markdownTable } from "../../report/table";
import { fewTestImages, type RunResult } from "../../runs/results";
import { QUALITY_FIGURES, RUN_RESULT } from "../../runs/results-schema";
import { atHand } from "../dataset/own";
import { netName } from "../recipe";
import { KEPT, type Kept, MOST_RUNS } from "../report/files";
import { systemText } from "../report/system-info";
import type { SweepPoint, SweepRun } from "./measure";
import { servesAllSizes } from "./plan";

export interface SweepReport extends Kept {
  /** Whose recipe the net is trained by. */
  readonly preset: PresetName;
  /** The text of a net of one's own, as it was given; null for the preset's. */
  readonly net: RunConfig["net"];
  readonly runs: readonly SweepRun[];
}

const STORED = v.object({
  ...KEPT,
  preset: oneOf(PRESETS),
  // Reports from before nets of one's own have none.
  net: v.optional(SETTINGS.net.type.schema("net"), null),
  runs: list(
    v.object({
      result: RUN_RESULT,
      points: list(
        v.object({
          latent: whole({ min: 1, max: MOST_NUMBERS }),
          net: QUALITY_FIGURES,
          pca: QUALITY_FIGURES,
          pcaBytes: QUALITY_FIGURES,
          jpeg: v.nullable(
            v.object({
              ...QUALITY_FIGURES.entries,
              quality: decimal({ min: 0, max: 100 }),
              bytes: decimal({ min: 0, max: MOST_NUMBERS }),
            }),
          ),
        }),
        SETTINGS.latentSize.type.limits.max,
      ),
    }),
    MOST_RUNS,
  ),
}) satisfies v.GenericSchema<unknown, SweepReport>;

/** @throws SchemaError for what is no such report */
export function parseReport(content: unknown): SweepReport {
  return parseWith(STORED, content);
}

/** One latent size over the seeds. */
export interface Row {
  readonly latent: number;
  readonly seeds: readonly number[];
  readonly net: FigureSpreads;
  readonly pca: FigureSpreads;
  readonly pcaBytes: FigureSpreads;
  /** Null where JPEG needs more bytes with some seed's images. */
  readonly jpeg: (FigureSpreads & { readonly bytes: Spread }) | null;
  readonly epochs: Spread;
  readonly seconds: Spread;
}

interface Measured extends SweepRun {
  readonly point: SweepPoint;
}

/** The rows, by ascending size. */
export function rowsOf(runs: readonly SweepRun[]): Row[] {
  const all = measuredOf(runs);
  const sizes = [...new Set(all.map(({ point }) => point.latent))];
  return sizes.map((latent) => {
    const same = all.filter(({ point }) => point.latent === latent);
    const points = same.map(({ point }) => point);
    const jpegs = points.flatMap(({ jpeg }) => (jpeg ? [jpeg] : []));
    return {
      latent,
      seeds: same.map(({ result }) => result.seed),
      net: figureSpreads(points.map(({ net }) => net)),
      pca: figureSpreads(points.map(({ pca }) => pca)),
      pcaBytes: figureSpreads(points.map(({ pcaBytes }) => pcaBytes)),
      jpeg:
        jpegs.length < points.length
          ? null
          : { ...figureSpreads(jpegs), bytes: spreadOf(jpegs.map(({ bytes }) => bytes)) },
      epochs: spreadOf(same.map(({ result }) => result.epochs)),
      seconds: spreadOf(same.map(({ result }) => result.seconds)),
    };
  });
}

/** Every point with its run, by size and then by seed. */
function measuredOf(runs: readonly SweepRun[]): Measured[] {
  return runs
    .flatMap((run) => run.points.map((point) => ({ ...run, point })))
    .sort((a, b) => a.point.latent - b.point.latent || a.result.seed - b.result.seed);
}

const FIGURES = [
  { name: "ssimWriteup", title: "SSIM, write-up protocol", digits: 4 },
  { name: "ssim", title: "SSIM, Wang", digits: 4 },
  { name: "mse", title: "MSE", digits: 5 },
] as const;

function columns(net: string): Column<Row>[] {
  const figures = FIGURES.flatMap(({ name, title, digits }): Column<Row>[] => [
    {
      title: `${net}: ${title}`,
      right: true,
      cell: ({ net }) => spreadText(net[name], digits),
    },
    { title: "PCA", right: true, cell: ({ pca }) => spreadText(pca[name], digits) },
    {
      title: "JPEG",
      right: true,
      cell: ({ jpeg }) => (jpeg ? spreadText(jpeg[name], digits) : "–"),
    },
  ]);
  return [
    { title: "numbers", right: true, cell: ({ latent }) => String(latent) },
    ...figures,
    { title: "epochs", right: true, cell: ({ epochs }) => spreadText(epochs, 0) },
    { title: "seconds", right: true, cell: ({ seconds }) => spreadText(seconds, 0) },
  ];
}

/** The report as Markdown: what it is, one row a size, and how to read it. */
export function markdown(report: SweepReport): string {
  const { runs, preset, net, date, machine } = report;
  const { latentSize } = RECIPES[preset].recipe;
  const { data } = runs[0]?.result.config ?? DEFAULT_CONFIG;
  const rows = rowsOf(runs);
  const lines = [
    ...warningsOf(report).flatMap((warning) => [`**${warning}**`, ""]),
    `${imagesText(report)} ${date}, ${systemText(machine)}.`,
    "",
    ...(net === null ? [] : [`By the recipe of ${preset}:`, "", `    ${net}`, ""]),
    markdownTable(columns(netName(report)), rows),
    "",
    servesAllSizes({ preset, net, latentSize, data })
      ? "One net a seed, trained once and judged with the first numbers of its code."
      : "A net of its own for each size.",
  ];
  if (rows.some(({ seeds }) => seeds.length > 1)) {
    lines.push("Mean ± sample standard deviation over the seeds.");
  }
  lines.push(
    "PCA has as many numbers. A number counts as one byte: rounded to 256 steps of its range over " +
      `the training images, PCA's lose at most ${largestLoss(rows)} of SSIM; the figures here are of ` +
      "numbers not rounded. JPEG is MozJPEG at the " +
      "highest quality that takes at most as many bytes an image, with the whole test split in one " +
      "file, so that its headers and tables cost next to nothing; – where its lowest quality takes more.",
  );
  return `${lines.join("\n")}\n`;
}

/** What a byte a number costs PCA at most, by either SSIM: "0.0007". */
function largestLoss(rows: readonly Row[]): string {
  const losses = rows.flatMap(({ pca, pcaBytes }) => [
    pca.ssim.mean - pcaBytes.ssim.mean,
    pca.ssimWriteup.mean - pcaBytes.ssimWriteup.mean,
  ]);
  // Rounded up, so that "at most" holds.
  return (Math.ceil(Math.max(0, ...losses) * 1e4) / 1e4).toFixed(4);
}

/** What readers must know before they believe the figures, a sentence each. */
export function warningsOf({ runs, preset, data, finished }: SweepReport): string[] {
  const warnings: string[] = [];
  const { epochs } = RECIPES[preset].recipe;
  const others = [
    ...new Set(runs.map(({ result }) => result.config.epochs).filter((given) => given !== epochs)),
  ];
  if (others.length > 0)
    warnings.push(`Epochs: ${others.join(" or ")}, not the recipe's ${epochs}.`);
  if (data === "synthetic") warnings.push("Synthetic garments, not Fashion-MNIST.");
  const few = fewTestImages(runs.map(({ result }) => result));
  if (few !== null) warnings.push(few);
  if (!finished) warnings.push("Not finished: runs are missing.");
  return warnings;
}

/** "Fashion-MNIST (T-shirt/top, Trouser), stratified split, 1,400 test images, seeds 1, 2." */
export function imagesText({
  runs,
  data,
}: Pick<SweepReport, "data"> & {
  readonly runs: readonly Pick<SweepRun, "result">[];
}): string {
  const results = runs.map(({ result }) => result);
  const each = (text: (result: RunResult) => string) =>
    [...new Set(results.map(text))].join(" or ");
  const classes = each(({ config }) => classList(config.data, config.classes, atHand));
  const images = each(({ testImages }) => testImages.toLocaleString("en"));
  const seeds = [...new Set(results.map(({ seed }) => seed))].sort((a, b) => a - b);
  const source = each(({ config }) => dataTitle(config.data, data, atHand));
  return (
    `${source} (${classes}), ${each(({ config }) => splitWords(config.split))}, ${images} test images, ` +
    `seed${seeds.length === 1 ? "" : "s"} ${seeds.join(", ")}.`
  );
}

/** The points as CSV, a line for each size and seed, with every figure in full. */
export function csvOf({ runs, preset, net, date }: SweepReport): string {
  const figures = (of: string, from: (point: SweepPoint) => QualityFigures | null) => ({
    [`${of}_ssim_writeup`]: ({ point }: Measured) => from(point)?.ssimWriteup ?? null,
    [`${of}_ssim_wang`]: ({ point }: Measured) => from(point)?.ssim ?? null,
    [`${of}_mse`]: ({ point }: Measured) => from(point)?.mse ?? null,
    [`${of}_psnr`]: ({ point }: Measured) => from(point)?.psnr ?? null,
  });
  return csv<Measured>(
    {
      date: () => date,
      preset: () => preset,
      data: ({ result }) => result.data,
      latent: ({ point }) => point.latent,
      trained_latent: ({ result }) => result.latent,
      seed: ({ result }) => result.seed,
      ...figures("net", ({ net }) => net),
      ...figures("pca", ({ pca }) => pca),
      ...figures("pca_bytes", ({ pcaBytes }) => pcaBytes),
      ...figures("jpeg", ({ jpeg }) => jpeg),
      jpeg_quality: ({ point }) => point.jpeg?.quality ?? null,
      jpeg_bytes: ({ point }) => point.jpeg?.bytes ?? null,
      epochs: ({ result }) => result.epochs,
      seconds: ({ result }) => result.seconds,
      own_net: () => net,
    },
    measuredOf(runs),
  );
}
