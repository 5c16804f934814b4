/** The thumbnails in sight as a figure: each a picture of its own, its SSIM in letters. */

import { sizeOf } from "../../math/image-set";
import { picturePart } from "../figure/picture";
import { make } from "../figure/svg";
import { errorRaster, imageRaster } from "./draw";
import { CAPTION, type GalleryLayout, rowsInSight } from "./layout";
import type { Ink, Sheet, Sight } from "./painter";

/** Whole rows only, in the canvas's CSS pixels. */
export function galleryFigure(
  layout: GalleryLayout,
  { order, shape, pixels, originals, values }: Sheet,
  ink: Ink,
  { top, height }: Pick<Sight, "top" | "height">,
): SVGElement {
  const { columns, pitchX, pitchY } = layout;
  const { width, height: tall } = layout.image;
  const size = sizeOf(shape);
  const part = make("g", {});
  const [from, to] = rowsInSight(layout, top, height);
  for (let place = from * columns; place < Math.min(order.length, to * columns); place++) {
    const image = order[place]!;
    const y = Math.round(Math.floor(place / columns) * pitchY - top);
    if (y < 0 || y + tall + CAPTION > height) continue;
    const x = Math.round((place % columns) * pitchX + (pitchX - width) / 2);
    const of = (bytes: Uint8Array) => bytes.subarray(image * size, (image + 1) * size);
    const raster = originals
      ? errorRaster(of(originals), of(pixels), shape, ink.errors)
      : imageRaster(of(pixels), shape);
    const words = { x: x + width / 2, y: y + tall + 13, "text-anchor": "middle", fill: ink.text };
    part.append(
      picturePart(raster, { x, y, width, height: tall }),
      make("text", words, values[image]!.toFixed(3)),
    );
  }
  return part;
}
