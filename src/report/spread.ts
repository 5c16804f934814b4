/** A figure over several seeds: its mean, and how far the seeds are apart. */

import type { QualityFigures } from "../metrics/metrics";

export interface Spread {
  readonly mean: number;
  /** Sample standard deviation (n − 1); null for a single value. */
  readonly deviation: number | null;
}

/** @throws RangeError when there is no value */
export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  if (count === 0) throw new RangeError("A mean needs at least one value.");
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)) };
}

/** Figures of reconstructions over the seeds. */
export type FigureSpreads = Readonly<Record<keyof QualityFigures, Spread>>;

/** @throws RangeError when there are none */
export function figureSpreads(all: readonly QualityFigures[]): FigureSpreads {
  const over = (name: keyof QualityFigures) => spreadOf(all.map((figures) => figures[name]));
  return {
    mse: over("mse"),
    psnr: over("psnr"),
    ssim: over("ssim"),
    ssimWriteup: over("ssimWriteup"),
  };
}

/** "0.9170 ± 0.0012", or the mean alone where there is one value. */
export function spreadText({ mean, deviation }: Spread, digits: number): string {
  const shown = mean.toFixed(digits);
  return deviation === null ? shown : `${shown} ± ${deviation.toFixed(digits)}`;
}
