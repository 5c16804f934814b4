/** How cloth takes the light: brightness, rounding towards the edges, folds, stripes, prints. */

import type { Rng } from "../../math/rng";
import type { Shade } from "./canvas";

export function between(rng: Rng, low: number, high: number): number {
  return low + (high - low) * rng.float();
}

export function chance(rng: Rng, probability: number): boolean {
  return rng.float() < probability;
}

/** Mostly light, as photographs of garments are, with some dark ones among them. */
export function clothBrightness(rng: Rng): number {
  return chance(rng, 0.25) ? between(rng, 0.18, 0.45) : between(rng, 0.5, 0.95);
}

/** A dark fold or a light crest: a blurred line. */
interface Fold {
  readonly x: number;
  readonly y: number;
  readonly cos: number;
  readonly sin: number;
  readonly halfLength: number;
  readonly width: number;
  readonly depth: number;
}

/**
 * Plain cloth with rounded sides and folds.
 *
 * @param brightness 0 to 1
 * @param axis x of the middle of the body (or leg) at a height
 * @param halfWidth from there to its sides: cloth turns away from the light towards them
 */
export function cloth(
  rng: Rng,
  brightness: number,
  axis: (x: number, y: number) => number,
  halfWidth: number,
): Shade {
  const roundness = between(rng, 0.05, 0.25);
  const slope = between(rng, -0.12, 0.08);
  const side = between(rng, -0.1, 0.1);
  const folds = Array.from({ length: 2 + rng.int(4) }, () => randomFold(rng, brightness));
  return (x, y) => {
    const across = (x - axis(x, y)) / halfWidth;
    let light = 1 - roundness * across * across + side * across + slope * (y / 28 - 0.5);
    for (const fold of folds) light += foldAt(fold, x, y);
    return brightness * light;
  };
}

/** With probability a half plain, else striped across, striped along, printed or in two colours. */
export function decorated(rng: Rng, plain: Shade, printX: number, printY: number): Shade {
  const contrast = chance(rng, 0.5) ? between(rng, 0.35, 0.8) : between(rng, 1.2, 1.7);
  const kind = rng.float();
  if (kind < 0.5) return plain;
  if (kind < 0.68) {
    const period = between(rng, 2.2, 6);
    const phase = between(rng, 0, period);
    return (x, y) => plain(x, y) * ((y + phase) % period < period / 2 ? contrast : 1);
  }
  if (kind < 0.74) {
    const period = between(rng, 2.2, 5);
    return (x, y) => plain(x, y) * ((x + 28) % period < period / 2.5 ? contrast : 1);
  }
  if (kind < 0.94) {
    const halfWidth = between(rng, 1.5, 4);
    const halfHeight = between(rng, 1, 4);
    const round = chance(rng, 0.5);
    return (x, y) => {
      const dx = Math.abs(x - printX) / halfWidth;
      const dy = Math.abs(y - printY) / halfHeight;
      const outside = round ? Math.hypot(dx, dy) - 1 : Math.max(dx, dy) - 1;
      // The print's edge is about half a pixel soft.
      const share = Math.min(1, Math.max(0, 0.5 - outside * 2));
      return plain(x, y) * (1 + (contrast - 1) * share);
    };
  }
  const border = between(rng, 10, 20);
  return (x, y) => plain(x, y) * (y < border ? contrast : 1);
}

function randomFold(rng: Rng, brightness: number): Fold {
  // Cloth hangs: folds are steep more often than flat.
  const angle = Math.PI / 2 + between(rng, -0.9, 0.9);
  return {
    x: between(rng, 7, 21),
    y: between(rng, 6, 26),
    cos: Math.cos(angle),
    sin: Math.sin(angle),
    halfLength: between(rng, 2, 7),
    width: between(rng, 0.6, 1.6),
    // Folds show more on light cloth.
    depth: between(rng, -0.2, 0.1) * (0.5 + brightness / 2),
  };
}

function foldAt(fold: Fold, x: number, y: number): number {
  const dx = x - fold.x;
  const dy = y - fold.y;
  const along = (dx * fold.cos + dy * fold.sin) / fold.halfLength;
  const across = (dy * fold.cos - dx * fold.sin) / fold.width;
  return fold.depth * Math.exp(-across * across - along * along);
}
