/** A sweep as three curves against latent size: both SSIMs, and the squared error. */

import type { QualityFigures } from "../../metrics/metrics";
import { type Panel, type Series, svg } from "../../report/plot";
import { PUBLISHED } from "../../runs/published";
import { netName } from "../recipe";
import { imagesText, type Row, rowsOf, type SweepReport, warningsOf } from "./report";

const FIGURES = [
  { name: "ssimWriteup", title: "SSIM, write-up protocol", scale: "towards one" },
  { name: "ssim", title: "SSIM, Wang", scale: "towards one" },
  { name: "mse", title: "MSE", scale: "factors" },
] as const;

/** The report as an SVG file. */
export function plotOf(report: SweepReport): string {
  const rows = rowsOf(report.runs);
  return svg({
    title: `${netName(report)} beside PCA and JPEG`,
    subtitle: [imagesText(report), ...warningsOf(report)].join(" "),
    description:
      `Three panels against the size of the code, ${rows[0]?.latent} to ${rows.at(-1)?.latent} numbers: ` +
      "SSIM by the write-up's protocol, SSIM by Wang's, and mean squared error.",
    xLabel: "numbers in the code; bytes for JPEG",
    panels: FIGURES.map(
      ({ name, title, scale }): Panel => ({
        title,
        scale,
        series: [
          { name: netName(report), mark: "net", points: pointsOf(rows, ({ net }) => net, name) },
          { name: "PCA", mark: "pca", points: pointsOf(rows, ({ pca }) => pca, name) },
          { name: "JPEG", mark: "jpeg", points: pointsOf(rows, ({ jpeg }) => jpeg, name) },
          ...(name === "ssimWriteup" ? publishedIn(report) : []),
        ],
      }),
    ),
  });
}

function pointsOf(
  rows: readonly Row[],
  from: (row: Row) => Row["net"] | null,
  name: keyof QualityFigures,
): [number, number][] {
  return rows.flatMap((row): [number, number][] => {
    const figures = from(row);
    return figures ? [[row.latent, figures[name].mean]] : [];
  });
}

/** The published results, which are of Fashion-MNIST's images and the write-up's protocol alone. */
function publishedIn({ data }: SweepReport): Series[] {
  if (data !== "fashion-mnist") return [];
  const points = Object.values(PUBLISHED).map(
    ({ latentSize, ssimWriteup }) => [latentSize, ssimWriteup] as const,
  );
  return [{ name: "published", mark: "published", points }];
}
