/** A chart as a file: PNG, SVG or CSV. */

import type { RunConfig } from "../../../config/config";
import { exportName } from "../../../config/export-targets";
import type { Run } from "../../../state/state";
import { pngOf } from "../../figure/png";
import { runInWords } from "../../kit/recipe/changes";
import { saveFile } from "../../kit/saveFile";
import { elboCsv, lossCsv, ssimCsv } from "./csv";
import { type ChartSheet, pictureOf } from "./picture";

/** Pixels of a PNG to one of the page: sharp in print and on any screen. */
const SCALE = 2;

const FIGURES = { loss: lossCsv, ssim: ssimCsv, elbo: elboCsv } as const;

export function saveCsv(run: Run, sheet: ChartSheet): void {
  const csv = FIGURES[sheet.name](run);
  saveFile(new Blob([csv], { type: "text/csv" }), fileName(sheet, run.config, "csv"));
}

/** A run whose chart is saved. */
type Saved = Pick<Run, "config" | "spec">;

const captionOf = ({ config, spec }: Saved): string => runInWords(config, spec ?? undefined);

export function saveSvg(room: HTMLElement, run: Saved, sheet: ChartSheet): void {
  const text = new XMLSerializer().serializeToString(pictureOf(room, sheet, captionOf(run)));
  saveFile(new Blob([text], { type: "image/svg+xml" }), fileName(sheet, run.config, "svg"));
}

/** @throws where the browser cannot draw the picture or fetch its letters */
export async function savePng(room: HTMLElement, run: Saved, sheet: ChartSheet): Promise<void> {
  const picture = pictureOf(room, sheet, captionOf(run));
  const png = await pngOf(picture, picture.viewBox.baseVal.width * SCALE);
  saveFile(png, fileName(sheet, run.config, "png"));
}

/** "latent-loom-loss-loom-64-seed3.png" */
function fileName(
  { name }: Pick<ChartSheet, "name">,
  config: Pick<RunConfig, "preset" | "net" | "latentSize" | "seed">,
  ending: string,
): string {
  return `latent-loom-${name}-${exportName(config)}-seed${config.seed}.${ending}`;
}
