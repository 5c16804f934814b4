/** From a picture that somebody brings to an image of the data set's form: what only a browser can do. */

import { type GarmentSteps, PictureError, toGarment } from "../../../../datasets/picture/garment";
import type { Pixels } from "../../../../datasets/picture/grey";
import { type ImageShape, sizeOf } from "../../../../math/image-set";

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
  return withBitmap(file, (bitmap) => toGarment(readPixels(bitmap)));
}

/**
 * The middle of a picture as an image of that shape: nothing is known of what a data set of one's own
 * shows, so nothing is looked for in it.
 *
 * @throws PictureError with what is wrong, and what to bring instead
 */
export async function imageOf(file: Blob, shape: ImageShape): Promise<Uint8Array> {
  const { width, height, channels } = shape;
  const { rgba } = await withBitmap(file, (bitmap) => {
    const scale = Math.min(bitmap.width / width, bitmap.height / height);
    const [w, h] = [width * scale, height * scale];
    return drawn(width, height, (context) =>
      context.drawImage(
        bitmap,
        (bitmap.width - w) / 2,
        (bitmap.height - h) / 2,
        w,
        h,
        0,
        0,
        width,
        height,
      ),
    );
  });
  const image = new Uint8Array(sizeOf(shape));
  for (let i = 0; i < width * height; i++) {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(4 * i, 4 * i + 3);
    if (channels === 3) image.set([red, green, blue], 3 * i);
    // As grey as it looks (BT.601).
    else image[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return image;
}

async function withBitmap<Read>(file: Blob, read: (bitmap: ImageBitmap) => Read): Promise<Read> {
  if (file.size > MOST_BYTES) {
    throw new PictureError(
      `The picture has ${Math.round(file.size / 1e6)} MB: bring one of at most 40 MB.`,
    );
  }
  const bitmap = await decode(file);
  try {
    return read(bitmap);
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
  return drawn(width, height, (context) => context.drawImage(bitmap, 0, 0, width, height));
}

function drawn(
  width: number,
  height: number,
  draw: (context: OffscreenCanvasRenderingContext2D) => void,
) {
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    willReadFrequently: true,
  });
  if (!context) throw new PictureError("This browser has no canvas to read the picture with.");
  context.imageSmoothingQuality = "high";
  draw(context);
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}
