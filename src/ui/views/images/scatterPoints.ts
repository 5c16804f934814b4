/** Where each image's point is: the logarithm of MSE to the right, SSIM upwards. */

import { type ScaleLinear, scaleLinear } from "d3-scale";
import { quantile } from "../../../math/histogram";

export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ScatterPlot {
  readonly area: PlotArea;
  /** CSS pixels. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** From a base-10 logarithm of MSE, and from an SSIM, to CSS pixels within the area. */
  readonly xScale: ScaleLinear<number, number>;
  readonly yScale: ScaleLinear<number, number>;
}

/** MSE of a perfect image has no logarithm: what is smaller counts as this. */
const SMALLEST_MSE = 1e-6;

/** All but a few extreme images set the ranges; those few stand at the edge. */
export function plotPoints(mse: Float32Array, ssim: Float32Array, area: PlotArea): ScatterPlot {
  const logs = mse.map((value) => Math.log10(Math.max(SMALLEST_MSE, value)));
  const [low] = rangeOf(ssim, 0.002, 1, 0.05);
  const { left, top, width, height } = area;
  const xScale = scaleLinear()
    .domain(rangeOf(logs, 0.002, 0.998, 0.25))
    .range([left, left + width])
    .clamp(true);
  const yScale = scaleLinear()
    .domain([Math.min(0.95, low), 1])
    .range([top + height, top])
    .clamp(true);
  return {
    area,
    x: logs.map((value) => xScale(value)),
    y: ssim.map((value) => yScale(value)),
    xScale,
    yScale,
  };
}

/** From one quantile to another, widened to whole multiples of `unit`. */
function rangeOf(
  values: Float32Array,
  from: number,
  to: number,
  unit: number,
): readonly [number, number] {
  const low = Math.floor(quantile(values, from) / unit) * unit;
  const high = Math.ceil(quantile(values, to) / unit) * unit;
  return [low, Math.max(high, low + unit)];
}

/** The image whose point is nearest, within so many pixels; null where none is. */
export function nearest({ x, y }: ScatterPlot, atX: number, atY: number, reach: number) {
  let best: number | null = null;
  let least = reach ** 2;
  for (let i = 0; i < x.length; i++) {
    const distance = (x[i]! - atX) ** 2 + (y[i]! - atY) ** 2;
    if (distance > least) continue;
    least = distance;
    best = i;
  }
  return best;
}
