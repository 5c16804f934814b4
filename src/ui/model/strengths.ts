/** How strong numbers are, as canvas pixels. */

/** The square root lifts small numbers, which are most of them, above the threshold of seeing. */
export const opacityOf = (strength: number): number => Math.sqrt(strength);

/** Of each byte: a layer of the baseline has 25,088, and a root for each is work for the page. */
const OPACITIES = Uint8Array.from({ length: 256 }, (_, byte) =>
  Math.round(255 * opacityOf(byte / 255)),
);

/**
 * RGBA of bytes: one colour, more opaque where the byte is larger.
 *
 * @param colour as computed styles have it, "rgb(11, 122, 117)"
 */
export function strengthPixels(bytes: Uint8Array, colour: string): Uint8ClampedArray<ArrayBuffer> {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  const rgba = new Uint8ClampedArray(bytes.length * 4);
  for (let i = 0, at = 0; i < bytes.length; i++) {
    rgba[at++] = red;
    rgba[at++] = green;
    rgba[at++] = blue;
    rgba[at++] = OPACITIES[bytes[i]!]!;
  }
  return rgba;
}

/** How many numbers are exactly 0. */
export const countZeros = (bytes: Uint8Array): number =>
  bytes.reduce((zeros, byte) => (byte === 0 ? zeros + 1 : zeros), 0);
