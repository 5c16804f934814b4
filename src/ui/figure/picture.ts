/** A small picture in a figure, its pixels sharp at any size. */

import { make } from "./svg";

/** Pixels as canvases take them. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  /** height × width × 4 bytes. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Makes a canvas as large as the picture, in its pixels, and puts it there. */
export function paintRaster(canvas: HTMLCanvasElement, { width, height, rgba }: Raster): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(rgba, width, height), 0, 0);
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function picturePart(raster: Raster, rect: Rect): SVGElement {
  const canvas = document.createElement("canvas");
  paintRaster(canvas, raster);
  return make("image", {
    ...rect,
    href: canvas.toDataURL(),
    preserveAspectRatio: "none",
    style: "image-rendering:pixelated",
  });
}
