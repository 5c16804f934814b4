/** How strong numbers are, as canvas pixels. */

/**
 * RGBA of bytes: one colour, as opaque as the byte is large.
 *
 * @param colour as computed styles have it, "rgb(11, 122, 117)"
 */
export function strengthPixels(bytes: Uint8Array, colour: string): Uint8ClampedArray<ArrayBuffer> {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  const rgba = new Uint8ClampedArray(bytes.length * 4);
  for (let i = 0; i < bytes.length; i++) {
    rgba[i * 4] = red;
    rgba[i * 4 + 1] = green;
    rgba[i * 4 + 2] = blue;
    rgba[i * 4 + 3] = bytes[i]!;
  }
  return rgba;
}

/** How many numbers are exactly 0. */
export const countZeros = (bytes: Uint8Array): number =>
  bytes.reduce((zeros, byte) => (byte === 0 ? zeros + 1 : zeros), 0);
