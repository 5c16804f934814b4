import type { DataSpec } from "../../src/datasets/dataset";
import { type ImageSet, type ImageShape, sizeOf } from "../../src/math/image-set";
import type { ImageStrip } from "../../src/protocol/messages";

/** What the tests' images are like unless a test is about shapes. */
export const GREY_28: ImageShape = { height: 28, width: 28, channels: 1 };

/** Bytes as images of 28 × 28 grey pixels. */
export const grey28 = (images: Uint8Array): ImageSet => ({ shape: GREY_28, images });

/** Those as a strip. */
export const strip28 = (pixels: Uint8Array): ImageStrip => stripOf(GREY_28, pixels);

export const stripOf = (
  { height, width, channels }: ImageShape,
  pixels: Uint8Array,
): ImageStrip => {
  const shape = { height, width, channels };
  return { shape, count: pixels.length / sizeOf(shape), pixels };
};

const signs = { classNames: ["Stop", "Yield", "Ahead"], source: "synthetic" } as const;

/** Upright pictures in colour, of three classes: 8 down, 12 across. */
export const COLOUR_8_12: DataSpec = {
  id: "signs-colour",
  title: "Signs in colour",
  height: 8,
  width: 12,
  channels: 3,
  ...signs,
};

/** Grey ones of three classes. */
export const GREY_16: DataSpec = {
  id: "signs-grey",
  title: "Grey signs",
  height: 16,
  width: 16,
  channels: 1,
  ...signs,
};

/** Bytes that differ from number to number, and from image to image. */
export function pattern(shape: ImageShape, count: number, seed = 0): Uint8Array<ArrayBuffer> {
  const size = sizeOf(shape);
  return Uint8Array.from({ length: count * size }, (_, i) => {
    const image = Math.floor(i / size);
    return (i * 37 + image * (29 + 7 * (i % 5)) + 11 * seed + 5) % 256;
  });
}
