/** A sweep as files: numbers for programs, a table for a paper, a figure for a slide. */

import { RECIPES } from "../../config/recipes";
import { dataTitle } from "../../datasets/catalogue";
import { SYNTHETIC_GARMENTS } from "../../datasets/fashion-mnist";
import type { QualityFigures } from "../../metrics/metrics";
import { type Panel, type Series, svg } from "../../report/plot";
import { type Spread, spreadText } from "../../report/spread";
import { csv } from "../../report/table";
import { isPublishedData, PUBLISHED } from "../../runs/published";
import { rowsOf, type Sweep, type SweepRow, type SweptRun } from "./sweep";

/** A line for each run, every figure in full. */
export function sweepCsv({ plan, runs }: Sweep): string {
  const figures = (of: string, from: (run: SweptRun) => QualityFigures) => ({
    [`${of}_ssim_writeup`]: (run: SweptRun) => from(run).ssimWriteup,
    [`${of}_ssim_wang`]: (run: SweptRun) => from(run).ssim,
    [`${of}_mse`]: (run: SweptRun) => from(run).mse,
    [`${of}_psnr`]: (run: SweptRun) => from(run).psnr,
  });
  return csv<SweptRun>(
    {
      preset: () => plan.preset,
      data: ({ result }) => result.data,
      classes: ({ result }) => result.config.classes.join(" "),
      split: ({ result }) => result.split,
      latent: ({ result }) => result.latent,
      seed: ({ result }) => result.seed,
      validation_loss: ({ result }) => result.validationLoss,
      ...figures("net", ({ result }) => result.test),
      ...figures("pca", ({ result }) => result.pca),
      parameters: ({ result }) => result.parameters,
      epochs: ({ result }) => result.epochs,
      best_epoch: ({ result }) => result.bestEpoch,
      device: ({ result }) => result.device,
      seconds: ({ result }) => result.seconds,
    },
    rowsOf(runs).flatMap((row) => row.runs),
  );
}

/** A table for LaTeX with the package booktabs: a line for each size, means over the seeds. */
export function sweepLatex({ plan, runs }: Sweep): string {
  const rows = rowsOf(runs);
  const seeds = new Set(runs.map(({ result }) => result.seed)).size;
  const cell = (spread: Spread, digits: number) =>
    `$${spreadText(spread, digits).replace("±", "\\pm")}$`;
  const lines = rows.map(({ latent, net, pca, validationLoss }) =>
    [
      String(latent),
      cell(net.ssimWriteup, 3),
      cell(pca.ssimWriteup, 3),
      cell(net.ssim, 3),
      cell(pca.ssim, 3),
      cell(timesThousand(net.mse), 2),
      cell(timesThousand(pca.mse), 2),
      cell(validationLoss, 4),
    ].join(" & "),
  );
  return `% Needs \\usepackage{booktabs}.
\\begin{table}
  \\centering
  \\caption{${caption(plan.preset, runs, seeds)}}
  \\begin{tabular}{rrrrrrrr}
    \\toprule
    & \\multicolumn{2}{c}{SSIM, write-up} & \\multicolumn{2}{c}{SSIM, Wang} & \\multicolumn{2}{c}{MSE $\\times 10^3$} & validation \\\\
    numbers & net & PCA & net & PCA & net & PCA & loss \\\\
    \\midrule
${lines.map((line) => `    ${line} \\\\\n`).join("")}    \\bottomrule
  \\end{tabular}
\\end{table}
`;
}

function caption(preset: Sweep["plan"]["preset"], runs: readonly SweptRun[], seeds: number) {
  const data = dataOf(runs).replace(/^Synthetic/, "synthetic");
  const spread =
    seeds > 1 ? `, mean $\\pm$ sample standard deviation over ${seeds} seeds` : ", one seed";
  const images = runs[0]?.result.testImages ?? 0;
  return `${RECIPES[preset].title} against PCA by latent size, on ${images} test images of ${data}${spread}.`;
}

function timesThousand({ mean, deviation }: Spread): Spread {
  return { mean: 1000 * mean, deviation: deviation === null ? null : 1000 * deviation };
}

const FIGURES = [
  { name: "ssimWriteup", title: "SSIM, write-up protocol", scale: "towards one" },
  { name: "ssim", title: "SSIM, Wang", scale: "towards one" },
  { name: "mse", title: "MSE", scale: "factors" },
] as const;

/** The curves as an SVG file, for light and for dark pages; at least one run. */
export function sweepSvg({ plan, runs }: Sweep): string {
  const rows = rowsOf(runs);
  const { title } = RECIPES[plan.preset];
  const points = (spread: (row: SweepRow) => Spread): Series["points"] =>
    rows.map((row) => {
      const { mean, deviation } = spread(row);
      return [row.latent, mean, deviation ?? 0];
    });
  const panels = FIGURES.map(
    ({ name, title: heading, scale }): Panel => ({
      title: heading,
      scale,
      series: [
        { name: title, mark: "net", points: points(({ net }) => net[name]) },
        { name: "PCA", mark: "pca", points: points(({ pca }) => pca[name]) },
        ...(name === "ssimWriteup" ? publishedIn(runs) : []),
      ],
    }),
  );
  const loss: Panel = {
    title: "Validation loss",
    scale: "factors",
    series: [{ name: title, mark: "net", points: points(({ validationLoss }) => validationLoss) }],
  };
  return svg({
    title: `${title} against latent size`,
    subtitle: subtitle(runs),
    description: `Four panels against the size of the code, ${rows[0]?.latent} to ${rows.at(-1)?.latent} numbers: SSIM by both protocols, squared error, and validation loss.`,
    xLabel: "numbers in the code",
    panels: [...panels, loss],
  });
}

function subtitle(runs: readonly SweptRun[]): string {
  const seeds = [...new Set(runs.map(({ result }) => result.seed))].sort((a, b) => a - b);
  return `${dataOf(runs)}, ${runs[0]?.result.testImages} test images, seed${seeds.length === 1 ? "" : "s"} ${seeds.join(", ")}.`;
}

/** What the runs' images are called; a run on what stands in for them tells for all. */
function dataOf(runs: readonly SweptRun[]): string {
  const titles = runs.map(({ result: { config, data } }) => dataTitle(config.data, data));
  return titles.find((title) => title === SYNTHETIC_GARMENTS.title) ?? titles[0] ?? "";
}

/** The write-up's two points, where the sweep's images are its own. */
function publishedIn(runs: readonly SweptRun[]): Series[] {
  const first = runs[0]?.result;
  if (!first || !isPublishedData(first.config, first.data)) return [];
  const points = Object.values(PUBLISHED).map(
    ({ latentSize, ssimWriteup }) => [latentSize, ssimWriteup] as const,
  );
  return [{ name: "published", mark: "published", points }];
}
