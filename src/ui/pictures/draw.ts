/** Turns bytes into canvas pixels: grey garments, and errors in two colours around neutral. */

export type Rgb = readonly [number, number, number];

export interface ErrorColours {
  /** The reconstruction is brighter than the original. */
  readonly over: Rgb;
  /** The reconstruction is darker. */
  readonly under: Rgb;
  readonly zero: Rgb;
}

/** The two ends of the map; where both images agree it is as neutral as the page. */
export const ERROR_COLOURS: Readonly<Record<"light" | "dark", ErrorColours>> = {
  light: { over: [178, 24, 43], under: [33, 102, 172], zero: [255, 255, 255] },
  dark: { over: [255, 111, 97], under: [94, 163, 242], zero: [38, 40, 44] },
};

/** Errors of this size and above take the full colour; most lie well below. */
const FULL_ERROR = 128;

/** "rgb(178 24 43)" */
export const cssColour = (colour: Rgb): string => `rgb(${colour.join(" ")})`;

/** Opaque grey of each byte as one little-endian RGBA word. */
export const GREY = Uint32Array.from({ length: 256 }, (_, byte) => 0xff000000 | (byte * 0x010101));

/** RGBA of grey bytes. */
export function greyPixels(bytes: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const words = new Uint32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) words[i] = GREY[bytes[i]!]!;
  return new Uint8ClampedArray(words.buffer);
}

/** RGBA of reconstruction − original: `zero` where they agree. */
export function errorPixels(
  original: Uint8Array,
  reconstruction: Uint8Array,
  colours: ErrorColours,
): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(original.length * 4);
  for (let i = 0; i < original.length; i++) {
    const error = reconstruction[i]! - original[i]!;
    const end = error > 0 ? colours.over : colours.under;
    // The square root lifts small errors, which are most of them, above the threshold of seeing.
    const amount = Math.sqrt(Math.min(1, Math.abs(error) / FULL_ERROR));
    for (let c = 0; c < 3; c++) {
      rgba[i * 4 + c] = colours.zero[c]! + (end[c]! - colours.zero[c]!) * amount;
    }
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}

const ramps = new WeakMap<ErrorColours, Uint32Array>();

/** Colours of the errors −255 to 255, as `errorPixels` draws them: little-endian RGBA words. */
export function errorRamp(colours: ErrorColours): Uint32Array {
  const known = ramps.get(colours);
  if (known) return known;
  const originals = Uint8Array.from({ length: 511 }, (_, i) => Math.max(0, 255 - i));
  const others = Uint8Array.from({ length: 511 }, (_, i) => Math.max(0, i - 255));
  const ramp = new Uint32Array(errorPixels(originals, others, colours).buffer);
  ramps.set(colours, ramp);
  return ramp;
}

/** RGBA of values in [0, 1]: 1 is white, 0 and below black, as SSIM maps are printed. */
export function mapPixels(values: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  return greyPixels(
    Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
  );
}

/** Mean brightness of each of the 28 rows, 0 to 1. */
export function rowBrightness(bytes: Uint8Array, side: number): number[] {
  return Array.from({ length: side }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < side; column++) sum += bytes[row * side + column]!;
    return sum / side / 255;
  });
}
