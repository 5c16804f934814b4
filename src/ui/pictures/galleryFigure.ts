/** The thumbnails in sight as a figure: each a picture of its own, its SSIM in letters. */

import { IMAGE_PIXELS } from "../../config/config";
import { picturePart } from "../figure/picture";
import { make } from "../figure/svg";
import { errorPixels, greyPixels } from "./draw";
import { CAPTION, type GalleryLayout, rowsInSight } from "./layout";
import type { Ink, Sheet, Sight } from "./painter";

/** Whole rows only, in the canvas's CSS pixels. */
export function galleryFigure(
  layout: GalleryLayout,
  { order, pixels, originals, values }: Sheet,
  ink: Ink,
  { top, height }: Pick<Sight, "top" | "height">,
): SVGElement {
  const { columns, side, pitchX, pitchY } = layout;
  const part = make("g", {});
  const [from, to] = rowsInSight(layout, top, height);
  for (let place = from * columns; place < Math.min(order.length, to * columns); place++) {
    const image = order[place]!;
    const y = Math.round(Math.floor(place / columns) * pitchY - top);
    if (y < 0 || y + side + CAPTION > height) continue;
    const x = Math.round((place % columns) * pitchX + (pitchX - side) / 2);
    const of = (bytes: Uint8Array) =>
      bytes.subarray(image * IMAGE_PIXELS, (image + 1) * IMAGE_PIXELS);
    const rgba = originals
      ? errorPixels(of(originals), of(pixels), ink.errors)
      : greyPixels(of(pixels));
    const words = { x: x + side / 2, y: y + side + 13, "text-anchor": "middle", fill: ink.text };
    part.append(
      picturePart(rgba, { x, y, width: side, height: side }),
      make("text", words, values[image]!.toFixed(3)),
    );
  }
  return part;
}
