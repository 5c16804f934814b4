/** What `reproduce` found: one row a net, over its seeds, beside the write-up and PCA. */

import * as v from "valibot";
import { list, onOff, parseWith } from "../../checks/schema";
import { RECIPES } from "../../config/recipes";
import { classList, dataTitle } from "../../datasets/catalogue";
import { splitWords } from "../../datasets/split";
import {
  type FigureSpreads,
  figureSpreads,
  type Spread,
  spreadOf,
  spreadText,
} from "../../report/spread";
import { type Column, csv, markdownTable } from "../../report/table";
import { publishedResult } from "../../runs/published";
import { fewTestImages, type RunResult } from "../../runs/results";
import { RUN_RESULT } from "../../runs/results-schema";
import { atHand } from "../dataset/own";
import { KEPT, type Kept, MOST_RUNS } from "../report/files";
import { systemText } from "../report/system-info";
import { inOrder } from "./plan";

export interface ReproduceReport extends Kept {
  /** Fewer epochs than the recipes': no reproduction. */
  readonly quick: boolean;
  readonly runs: readonly RunResult[];
}

const STORED = v.object({
  ...KEPT,
  quick: onOff(),
  runs: list(RUN_RESULT, MOST_RUNS),
}) satisfies v.GenericSchema<unknown, ReproduceReport>;

/** @throws SchemaError for what is no such report */
export function parseReport(content: unknown): ReproduceReport {
  return parseWith(STORED, content);
}

/** One net over its seeds. */
export interface Row {
  readonly preset: string;
  readonly latent: number;
  readonly seeds: readonly number[];
  /** By the write-up's protocol; null where nothing was published, or not for these images. */
  readonly published: number | null;
  readonly net: FigureSpreads;
  readonly pca: FigureSpreads;
  readonly epochs: Spread;
  readonly seconds: Spread;
}

/** The rows, in the order of the table. */
export function rowsOf(runs: readonly RunResult[]): Row[] {
  const nets = new Map<string, RunResult[]>();
  for (const run of inOrder(runs)) {
    const key = `${run.preset} ${run.latent}`;
    nets.set(key, [...(nets.get(key) ?? []), run]);
  }
  return [...nets.values()].map((same) => {
    const { config, data } = same[0]!;
    return {
      preset: config.preset,
      latent: config.latentSize,
      seeds: same.map(({ seed }) => seed),
      published: publishedResult(config, data)?.ssimWriteup ?? null,
      net: figureSpreads(same.map(({ test }) => test)),
      pca: figureSpreads(same.map(({ pca }) => pca)),
      epochs: spreadOf(same.map(({ epochs }) => epochs)),
      seconds: spreadOf(same.map(({ seconds }) => seconds)),
    };
  });
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "net", cell: ({ preset }) => preset },
  { title: "latent", right: true, cell: ({ latent }) => String(latent) },
  { title: "seeds", cell: ({ seeds }) => seeds.join(", ") },
  {
    title: "SSIM, write-up protocol",
    right: true,
    cell: ({ net }) => spreadText(net.ssimWriteup, 4),
  },
  { title: "published", right: true, cell: ({ published }) => published?.toFixed(3) ?? "" },
  { title: "PCA", right: true, cell: ({ pca }) => spreadText(pca.ssimWriteup, 4) },
  { title: "SSIM, Wang", right: true, cell: ({ net }) => spreadText(net.ssim, 4) },
  { title: "PCA", right: true, cell: ({ pca }) => spreadText(pca.ssim, 4) },
  { title: "MSE", right: true, cell: ({ net }) => spreadText(net.mse, 5) },
  { title: "PCA", right: true, cell: ({ pca }) => spreadText(pca.mse, 5) },
  { title: "epochs", right: true, cell: ({ epochs }) => spreadText(epochs, 0) },
  { title: "seconds", right: true, cell: ({ seconds }) => spreadText(seconds, 0) },
];

/** The report as Markdown: what it is, one row a net, and how to read it. */
export function markdown(report: ReproduceReport): string {
  const { runs, date, machine } = report;
  const lines = [...warnings(report), `${dataText(runs)} ${date}, ${systemText(machine)}.`, ""];
  lines.push(
    markdownTable(COLUMNS, rowsOf(runs)),
    "",
    "Mean ± sample standard deviation over the seeds, each with its own split, weights and order. " +
      "Each PCA column is PCA of the same size on the same test images, for the figure left of it. " +
      "Seconds are a run's wall time, from before its net is built (and the PCA it starts from, if " +
      "it does, is fitted) to its result.",
  );
  return `${lines.join("\n")}\n`;
}

function warnings({ runs, quick, data, finished }: ReproduceReport): string[] {
  const warnings: string[] = [];
  if (quick) {
    const epochs = [...new Set(runs.map(({ config }) => config.epochs))].join(", ");
    const recipes = [
      ...new Set(
        runs.map(({ config: { preset } }) => `${RECIPES[preset].recipe.epochs} (${preset})`),
      ),
    ].join(", ");
    warnings.push(
      `**Not a reproduction:** a quick check of at most ${epochs} epochs a run; the recipes have up to ${recipes}.`,
      "",
    );
  }
  if (data === "synthetic") {
    warnings.push("**Synthetic garments, not Fashion-MNIST:** no published figure compares.", "");
  }
  const few = fewTestImages(runs);
  if (few !== null) warnings.push(`**${few}**`, "");
  if (!finished) warnings.push("**Not finished:** runs are missing.", "");
  return warnings;
}

/** "Fashion-MNIST (T-shirt/top, Trouser), stratified split, 1,400 test images; wasm, 2 threads." */
function dataText(runs: readonly RunResult[]): string {
  const each = (text: (run: RunResult) => string) => [...new Set(runs.map(text))].join(" or ");
  const data = each((run) => dataTitle(run.config.data, run.data, atHand));
  const classes = each(({ config }) => classList(config.data, config.classes, atHand));
  const images = each(({ testImages }) => testImages.toLocaleString("en"));
  const devices = each(
    ({ device, threads }) => `${device}, ${threads} thread${threads === 1 ? "" : "s"}`,
  );
  return `${data} (${classes}), ${each(({ config }) => splitWords(config.split))}, ${images} test images; ${devices}.`;
}

/** The runs as CSV, one a line, with every figure in full. */
export function csvOf({ runs, date, quick }: ReproduceReport): string {
  return csv<RunResult>(
    {
      date: () => date,
      quick: () => quick,
      preset: (run) => run.preset,
      latent: (run) => run.latent,
      seed: (run) => run.seed,
      data: (run) => run.data,
      split: (run) => run.split,
      published_ssim_writeup: (run) => publishedResult(run.config, run.data)?.ssimWriteup ?? null,
      ssim_writeup: (run) => run.test.ssimWriteup,
      ssim_wang: (run) => run.test.ssim,
      mse: (run) => run.test.mse,
      psnr: (run) => run.test.psnr,
      bce: (run) => run.test.bce,
      pca_ssim_writeup: (run) => run.pca.ssimWriteup,
      pca_ssim_wang: (run) => run.pca.ssim,
      pca_mse: (run) => run.pca.mse,
      pca_psnr: (run) => run.pca.psnr,
      validation_loss: (run) => run.validationLoss,
      epochs: (run) => run.epochs,
      best_epoch: (run) => run.bestEpoch,
      seconds: (run) => run.seconds,
      images_per_second: (run) => run.imagesPerSecond,
      parameters: (run) => run.parameters,
      device: (run) => run.device,
      threads: (run) => run.threads,
    },
    inOrder(runs),
  );
}
