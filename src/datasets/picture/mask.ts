/** Which pixels of a picture are of the garment. */

import type { Blurred } from "./blur";
import type { Channels } from "./grey";
import { differencesFrom, type Ground, TOLERANCE } from "./ground";

/** Standard deviations of the ground's noise that a pixel has to stand out by. */
const NOISE = 3.5;
/**
 * Share of the garment's contrast that a single pixel has to stand out by: next to a sharp edge
 * JPEG leaves ripples of up to a tenth of it. What is fainter has to stand out blurred, too, and
 * hang together with what is clear.
 */
const CLEAR = 0.15;
/** The contrast is what so many of the pixels that differ at all differ by at most. */
const MOST = 0.95;
/** A part that is smaller than this share of the picture's longer side is dust. */
const DUST = 0.01;

/**
 * 1 for each pixel that differs from the ground, to either side, and is no speck of dust.
 *
 * @param differences of the picture from the ground, by `differencesFrom`
 * @param opaque 0 for pixels that show nothing
 */
export function garmentMask(
  differences: Channels,
  blurred: Blurred,
  ground: Ground,
  opaque: Uint8Array,
  width: number,
): Uint8Array {
  const { noise } = ground;
  const own = strengths(differences);
  const around = strengths(differencesFrom(blurred.channels, ground));
  const least = Math.max(TOLERANCE, NOISE * noise);
  const clear = Math.max(least, CLEAR * contrast(own, least));
  const faint = Math.max(TOLERANCE, noise);
  const leastAround = Math.max(TOLERANCE, NOISE * noise * blurred.noiseLeft);
  const mask = new Uint8Array(own.length);
  const isClear = new Uint8Array(own.length);
  for (let at = 0; at < mask.length; at++) {
    if (opaque[at] === 0) continue;
    isClear[at] = Number(own[at]! > clear);
    mask[at] = Number(own[at]! > clear || (own[at]! > faint && around[at]! > leastAround));
  }
  return withoutDust(mask, width, isClear);
}

/** How far each pixel is from the ground: the root mean square over the channels. */
export function strengths(differences: Channels): Float32Array {
  const [red, green, blue] = differences;
  if (!green || !blue) return red!.map(Math.abs);
  return red!.map((own, at) => Math.sqrt((own ** 2 + green[at]! ** 2 + blue[at]! ** 2) / 3));
}

function contrast(strengths: Float32Array, least: number): number {
  const seen = strengths.filter((own) => own > least).sort();
  return seen[Math.floor(MOST * seen.length)] ?? 0;
}

/**
 * The mask without parts, joined at sides or corners, that are too small to be of a garment.
 *
 * @param isClear 1 for pixels of which every part has to have one
 */
export function withoutDust(mask: Uint8Array, width: number, isClear = mask): Uint8Array {
  const height = mask.length / width;
  const least = DUST * Math.max(width, height);
  const left = mask.slice();
  const clean = new Uint8Array(mask.length);
  for (let first = 0; first < left.length; first++) {
    if (left[first] === 0) continue;
    left[first] = 0;
    const part = [first];
    const top = Math.floor(first / width);
    let [x0, x1, bottom] = [width, 0, top];
    for (let n = 0; n < part.length; n++) {
      const at = part[n]!;
      const x = at % width;
      const y = (at - x) / width;
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y > bottom) bottom = y;
      for (let v = Math.max(0, y - 1); v <= y + 1 && v < height; v++) {
        for (let u = Math.max(0, x - 1); u <= x + 1 && u < width; u++) {
          const other = v * width + u;
          if (left[other] === 0) continue;
          left[other] = 0;
          part.push(other);
        }
      }
    }
    if (Math.max(x1 - x0, bottom - top) + 1 < least) continue;
    if (!part.some((at) => isClear[at]! > 0)) continue;
    for (const at of part) clean[at] = 1;
  }
  return clean;
}

/** 1 for each pixel that hangs together with the edge through pixels that are not in the mask. */
export function outsideOf(mask: Uint8Array, width: number): Uint8Array {
  const outside = new Uint8Array(mask.length);
  const open: number[] = [];
  const visit = (at: number) => {
    if (mask[at]! > 0 || outside[at]! > 0) return;
    outside[at] = 1;
    open.push(at);
  };
  for (let x = 0; x < width; x++) {
    visit(x);
    visit(mask.length - width + x);
  }
  for (let at = 0; at < mask.length; at += width) {
    visit(at);
    visit(at + width - 1);
  }
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at % width > 0) visit(at - 1);
    if (at % width < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at + width < mask.length) visit(at + width);
  }
  return outside;
}
