/** Pictures in browsers, by their own decoders. */

import { DataFileError, type DecodePicture } from "../../datasets/formats/input";

/** Pixels of a canvas that every browser has: Safari on phones gives up, silently, above 16.7 million. */
const MOST_CANVAS_PIXELS = 16_000_000;

/**
 * Pixels of a picture, upright, as the file has them: colour profiles are left alone.
 *
 * A canvas keeps colours multiplied by alpha, so those of what is nearly transparent come back coarse; put
 * on black or white, as they are then, they differ by a step of 255 at most.
 * @throws DataFileError where this browser has no canvas for workers
 */
export const decodePicture: DecodePicture = async (bytes) => {
  if (typeof OffscreenCanvas === "undefined") {
    throw new DataFileError(
      "This browser cannot read pictures beside the page: bring the images as CSV, NPZ or IDX, or use a newer browser.",
    );
  }
  const bitmap = await createImageBitmap(new Blob([bytes]), {
    premultiplyAlpha: "none",
    colorSpaceConversion: "none",
  });
  try {
    const { width, height } = bitmap;
    const rgba = new Uint8ClampedArray(width * height * 4);
    const rows = Math.min(height, Math.max(1, Math.floor(MOST_CANVAS_PIXELS / width)));
    const context = contextOf(width, rows);
    for (let top = 0; top < height; top += rows) {
      context.clearRect(0, 0, width, rows);
      context.drawImage(bitmap, 0, -top);
      const { data } = context.getImageData(0, 0, width, Math.min(rows, height - top));
      rgba.set(data, top * width * 4);
    }
    return { width, height, rgba };
  } finally {
    bitmap.close();
  }
};

let kept: OffscreenCanvasRenderingContext2D | null = null;

/** A folder's pictures mostly have one size: the canvas stays. */
function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  if (kept?.canvas.width === width && kept.canvas.height === height) return kept;
  // Read back after every picture: on the GPU that takes 10 times as long.
  kept = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!kept) throw new Error("This browser has no canvas for workers.");
  return kept;
}
