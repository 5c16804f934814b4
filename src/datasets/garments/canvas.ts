/** A grey 28 × 28 canvas that fills outlines and draws lines, with smooth edges. */

import type { Rng } from "../../math/rng";
import { IMAGE_PIXELS, IMAGE_SIDE } from "../fashion-mnist";

/** Coordinates run from 0 to 28, x to the right and y down; pixel (0, 0) is centred at (0.5, 0.5). */
export type Point = readonly [x: number, y: number];
/** Brightness at a place, 0 (black) to 1. */
export type Shade = (x: number, y: number) => number;

/** An outline's rows are sampled at 4 heights a pixel; along x, coverage is exact. */
const SAMPLES = 4;
const SAMPLE_ROWS = IMAGE_SIDE * SAMPLES;
const CURVE_STEPS = 6;

export class Canvas {
  readonly #pixels = new Float64Array(IMAGE_PIXELS);
  readonly #coverage = new Float64Array(IMAGE_PIXELS);

  clear(): void {
    this.#pixels.fill(0);
  }

  /** Fills what is inside the closed outline (even–odd rule). */
  fill(outline: readonly Point[], shade: Shade, opacity = 1): void {
    this.#coverage.fill(0);
    const crossings = Array.from({ length: SAMPLE_ROWS }, (): number[] => []);
    let from = outline.at(-1)!;
    for (const to of outline) {
      const [[x0, y0], [x1, y1]] = from[1] < to[1] ? [from, to] : [to, from];
      const last = Math.min(SAMPLE_ROWS, Math.ceil(y1 * SAMPLES - 0.5));
      const slope = (x1 - x0) / (y1 - y0);
      for (let row = Math.max(0, Math.ceil(y0 * SAMPLES - 0.5)); row < last; row++) {
        crossings[row]!.push(x0 + slope * ((row + 0.5) / SAMPLES - y0));
      }
      from = to;
    }
    crossings.forEach((xs, sample) => {
      xs.sort((a, b) => a - b);
      const row = Math.floor(sample / SAMPLES) * IMAGE_SIDE;
      for (let i = 0; i + 1 < xs.length; i += 2) this.#cover(row, xs[i]!, xs[i + 1]!);
    });
    this.#blend(shade, opacity);
  }

  /** Draws a line through the points, with round ends; widths under a pixel come out fainter. */
  stroke(points: readonly Point[], width: number, shade: Shade, opacity = 1): void {
    this.#coverage.fill(0);
    const strength = Math.min(1, width);
    const reach = Math.max(width, 1) / 2 + 0.5;
    for (let i = 1; i < points.length; i++) {
      this.#coverSegment(points[i - 1]!, points[i]!, reach, strength);
    }
    this.#blend(shade, opacity);
  }

  /** Adds grain to what is not black, as cloth and cameras have it. */
  addGrain(rng: Rng, amount: number): void {
    for (let i = 0; i < IMAGE_PIXELS; i++) {
      const value = this.#pixels[i]!;
      if (value > 0) this.#pixels[i] = value * (1 + amount * (rng.float() + rng.float() - 1));
    }
  }

  /** Writes the 784 pixels as bytes, from the offset on. */
  writeTo(bytes: Uint8Array, offset: number): void {
    for (let i = 0; i < IMAGE_PIXELS; i++) {
      bytes[offset + i] = Math.round(255 * Math.min(1, Math.max(0, this.#pixels[i]!)));
    }
  }

  #cover(row: number, from: number, to: number): void {
    const left = Math.max(0, from);
    const right = Math.min(IMAGE_SIDE, to);
    for (let column = Math.floor(left); column < right; column++) {
      const covered = Math.min(right, column + 1) - Math.max(left, column);
      this.#coverage[row + column] = this.#coverage[row + column]! + covered / SAMPLES;
    }
  }

  /** Pixels up to `reach` from the segment, fainter over the last one; lines that cross do not add up. */
  #coverSegment(from: Point, to: Point, reach: number, strength: number): void {
    const [x0, y0] = from;
    const dx = to[0] - x0;
    const dy = to[1] - y0;
    const length = dx * dx + dy * dy;
    const left = Math.max(0, Math.floor(Math.min(x0, to[0]) - reach));
    const right = Math.min(IMAGE_SIDE, Math.ceil(Math.max(x0, to[0]) + reach));
    const top = Math.max(0, Math.floor(Math.min(y0, to[1]) - reach));
    const bottom = Math.min(IMAGE_SIDE, Math.ceil(Math.max(y0, to[1]) + reach));
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const x = column + 0.5 - x0;
        const y = row + 0.5 - y0;
        const along = length === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / length));
        const inside = reach - Math.sqrt((x - along * dx) ** 2 + (y - along * dy) ** 2);
        const covered = strength * Math.min(1, Math.max(0, inside));
        const at = row * IMAGE_SIDE + column;
        this.#coverage[at] = Math.max(this.#coverage[at]!, covered);
      }
    }
  }

  #blend(shade: Shade, opacity: number): void {
    for (let i = 0; i < IMAGE_PIXELS; i++) {
      const share = opacity * this.#coverage[i]!;
      if (share === 0) continue;
      const colour = shade((i % IMAGE_SIDE) + 0.5, Math.floor(i / IMAGE_SIDE) + 0.5);
      this.#pixels[i] = this.#pixels[i]! * (1 - share) + colour * share;
    }
  }
}

/** Points of a quadratic Bézier curve, without its first. */
export function curve(from: Point, control: Point, to: Point): Point[] {
  return Array.from({ length: CURVE_STEPS }, (_, i): Point => {
    const t = (i + 1) / CURVE_STEPS;
    const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return [a * from[0] + b * control[0] + c * to[0], a * from[1] + b * control[1] + c * to[1]];
  });
}

/** The points seen in a mirror that stands upright at x. */
export function mirrored(points: readonly Point[], x: number): Point[] {
  return points.map(([px, py]): Point => [2 * x - px, py]);
}
