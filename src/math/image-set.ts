/** Images of one shape, as every part of the project passes them around. */

/** Pixels down and across, and numbers a pixel: 1 for grey, 3 for red, green and blue. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface ImageSet {
  readonly shape: ImageShape;
  /**
   * A byte a number, 0 (black) to 255, one image after another; row by row from the top, a pixel's
   * channels side by side.
   */
  readonly images: Uint8Array;
}

/** Numbers in one image of that shape. */
export function sizeOf({ height, width, channels }: ImageShape): number {
  return height * width * channels;
}

export function sameShape(a: ImageShape, b: ImageShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}

/** Values in [0, 1] as bytes, to the nearest; what lies outside counts as its nearer end. */
export function toBytes(values: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length);
  // A loop: `Uint8Array.from` takes 17 times as long, which a slider's every step would wait for.
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Math.round(255 * Math.min(1, Math.max(0, values[i]!)));
  }
  return bytes;
}

/** The images at `indices` of a set, one after another. */
export function pickImages(
  { shape, images }: ImageSet,
  indices: Uint32Array,
): Uint8Array<ArrayBuffer> {
  const size = sizeOf(shape);
  const picked = new Uint8Array(indices.length * size);
  for (const [row, index] of indices.entries()) {
    picked.set(images.subarray(index * size, (index + 1) * size), row * size);
  }
  return picked;
}
