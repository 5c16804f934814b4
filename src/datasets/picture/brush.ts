/** Drawing on an image: a round brush with a soft edge, and its mirror image. */

import type { ImageShape } from "../../math/image-set";

export interface Point {
  /** Pixels from the left and from the top; the middle of the first pixel is at 0.5. */
  readonly x: number;
  readonly y: number;
}

export interface Brush {
  /** Pixels, 0.5 or more. */
  readonly radius: number;
  /** What it paints: 0, which erases, to 255. */
  readonly grey: number;
  /** Paints the same left and right of the middle, as most garments are. */
  readonly mirrored: boolean;
}

/** Draws one stroke from a point to the next, in place: grey, in images in colour too. */
export function paint(
  image: Uint8Array,
  { height, width, channels }: ImageShape,
  from: Point,
  to: Point,
  brush: Brush,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = { x: x + 0.5, y: y + 0.5 };
      let amount = cover(pixel, from, to, brush.radius);
      if (brush.mirrored) {
        const mirrored = { x: width - pixel.x, y: pixel.y };
        amount = Math.max(amount, cover(mirrored, from, to, brush.radius));
      }
      if (amount === 0) continue;
      const first = (y * width + x) * channels;
      for (let at = first; at < first + channels; at++) {
        image[at] = Math.round(image[at]! + (brush.grey - image[at]!) * amount);
      }
    }
  }
}

/** How much of a pixel the stroke covers: 1 inside, falling to 0 over one pixel at its edge. */
function cover(pixel: Point, from: Point, to: Point, radius: number): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((pixel.x - from.x) * dx + (pixel.y - from.y) * dy) / length;
  const t = Math.min(1, Math.max(0, along));
  const distance = Math.hypot(pixel.x - from.x - t * dx, pixel.y - from.y - t * dy);
  return Math.min(1, Math.max(0, radius + 0.5 - distance));
}
