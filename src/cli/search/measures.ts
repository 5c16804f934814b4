/** What a search measures of each candidate, on the validation split. */

import type { QualityFigures } from "../../metrics/metrics";
import { isNested, type NetSpec } from "../../nets/spec";

/** A column of the table. */
export interface Measure {
  readonly title: string;
  /** How many of its first numbers a code keeps; null for all. */
  readonly kept: number | null;
  readonly figure: keyof QualityFigures;
  readonly digits: number;
}

/** Sizes at which a net that serves every size is judged. */
const NESTED_SIZES = [8, 32, 64, 128, 256];

/** @param net one that serves every size is judged at several */
export function measuresOf(net: NetSpec, latentSize: number): Measure[] {
  if (!isNested(net)) {
    return [
      { title: "SSIM (write-up)", kept: null, figure: "ssimWriteup", digits: 4 },
      { title: "SSIM", kept: null, figure: "ssim", digits: 4 },
      { title: "MSE", kept: null, figure: "mse", digits: 5 },
    ];
  }
  return NESTED_SIZES.filter((size) => size <= latentSize).map((kept) => {
    return { title: `SSIM (write-up) at ${kept}`, kept, figure: "ssimWriteup", digits: 4 };
  });
}

/** The measures' figures by their titles; each size is judged once. */
export async function figuresOf(
  measures: readonly Measure[],
  qualityAt: (kept: number | null) => Promise<QualityFigures>,
): Promise<Record<string, number>> {
  const known = new Map<number | null, QualityFigures>();
  const figures: Record<string, number> = {};
  for (const { title, kept, figure } of measures) {
    const quality = known.get(kept) ?? (await qualityAt(kept));
    known.set(kept, quality);
    figures[title] = quality[figure];
  }
  return figures;
}

/** Cells of the table's row. */
export function cells(
  measures: readonly Measure[],
  figures: Readonly<Record<string, number>>,
): string {
  return measures.map(({ title, digits }) => figures[title]!.toFixed(digits)).join(" | ");
}
