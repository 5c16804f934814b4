/** From a file that somebody brings to a garment of 28 × 28 pixels: what only a browser can do. */

import { type GarmentSteps, PictureError, toGarment } from "../../../../datasets/picture/garment";
import type { Pixels } from "../../../../datasets/picture/grey";

/** Photographs of phones have up to 20 MB; what is larger is no picture that somebody just took. */
const MOST_BYTES = 40e6;
const READABLE = /^image\/(png|jpeg|webp)$/;
/** Longer side in pixels that is worked on: 18 times what is left in the end. */
const WORKING_SIDE = 512;

/**
 * Decodes a picture and finds the garment in it.
 *
 * @throws PictureError with what is wrong, and what to bring instead
 */
export async function garmentOf(file: Blob): Promise<GarmentSteps> {
  if (file.size > MOST_BYTES) {
    throw new PictureError(
      `The picture has ${Math.round(file.size / 1e6)} MB: bring one of at most 40 MB.`,
    );
  }
  const bitmap = await decode(file);
  try {
    return toGarment(readPixels(bitmap));
  } finally {
    bitmap.close();
  }
}

async function decode(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch {
    if (READABLE.test(file.type)) {
      throw new PictureError(
        "This picture is damaged, or too large for this browser: bring another, as PNG, JPEG or WebP.",
      );
    }
    const kind = file.type === "" ? "this file" : `a file of ${file.type}`;
    throw new PictureError(
      `This browser cannot read ${kind} as a picture: bring a PNG, JPEG or WebP.`,
    );
  }
}

function readPixels(bitmap: ImageBitmap): Pixels {
  const scale = Math.min(1, WORKING_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    willReadFrequently: true,
  });
  if (!context) throw new PictureError("This browser has no canvas to read the picture with.");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}
