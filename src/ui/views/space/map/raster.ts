/**
 * Draws a map's points and pictures into an image in memory, pixel by pixel.
 *
 * A canvas takes 14,000 shapes one by one; written into its pixels they take a fifth of the time,
 * on every machine, and the canvas is given them all at once.
 */

import { sizeOf } from "../../../../math/image-set";
import type { ImageStrip } from "../../../../protocol/messages";

/** Red, green and blue in the low three bytes, red the lowest, as canvases keep them. */
export type Colour = number;

export const packed = (red: number, green: number, blue: number): Colour =>
  red | (green << 8) | (blue << 16);

/** "#fbfaf7" as a raster has it, and "#fff", to which a build shortens "#ffffff". */
export function colourOfHex(text: string): Colour {
  const digits = text.trim().slice(1);
  const width = digits.length / 3;
  const [red, green, blue] = [0, 1, 2].map((channel) =>
    Number.parseInt(digits.slice(channel * width, (channel + 1) * width).repeat(2 / width), 16),
  ) as [number, number, number];
  return packed(red, green, blue);
}

/** "#fbfaf7", as style sheets and drawings have it. */
export function hexOfColour(colour: Colour): string {
  const channels = [colour, colour >>> 8, colour >>> 16].map((channel) => channel & 0xff);
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

const OPAQUE = 0xff000000;

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A disc as shares of 256 that each pixel around its middle is covered by. */
interface Stamp {
  readonly reach: number;
  readonly right: Int32Array;
  readonly down: Int32Array;
  readonly cover: Int32Array;
}

function stampOf(radius: number): Stamp {
  const reach = Math.ceil(radius);
  const [right, down, cover]: [number[], number[], number[]] = [[], [], []];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const share = Math.min(1, radius + 0.5 - Math.hypot(dx, dy));
      if (share <= 0) continue;
      right.push(dx);
      down.push(dy);
      cover.push(Math.round(256 * share));
    }
  }
  return {
    reach,
    right: Int32Array.from(right),
    down: Int32Array.from(down),
    cover: Int32Array.from(cover),
  };
}

export class Raster {
  readonly width: number;
  readonly height: number;
  /** RGBA, line by line. */
  readonly bytes: Uint8ClampedArray<ArrayBuffer>;
  readonly #words: Uint32Array;
  readonly #stamps = new Map<number, Stamp>();

  /** @param width and height in the screen's own pixels, 1 or more */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.bytes = new Uint8ClampedArray(4 * width * height);
    this.#words = new Uint32Array(this.bytes.buffer);
  }

  clear(ground: Colour): void {
    this.#words.fill((OPAQUE | ground) >>> 0);
  }

  /** A disc; `alpha` is 0 to 1. */
  dot(x: number, y: number, radius: number, colour: Colour, alpha: number): void {
    const [column, row] = [Math.round(x), Math.round(y)];
    const { reach, right, down, cover } = this.#stamp(radius);
    const { width, height } = this;
    if (column < -reach || row < -reach) return;
    if (column >= width + reach || row >= height + reach) return;
    const whole = column >= reach && row >= reach && column < width - reach && row < height - reach;
    const middle = row * width + column;
    for (let i = 0; i < cover.length; i++) {
      if (!whole && !this.#has(column + right[i]!, row + down[i]!)) continue;
      this.#blend(middle + down[i]! * width + right[i]!, colour, cover[i]! * alpha);
    }
  }

  /** A filled rectangle; its edges are rounded to whole pixels. */
  rectangle(left: number, top: number, width: number, height: number, colour: Colour, alpha = 1) {
    const [from, to] = span(left, width, this.width);
    const [first, last] = span(top, height, this.height);
    for (let row = first; row < last; row++) {
      for (let column = from; column < to; column++) {
        this.#blend(row * this.width + column, colour, 256 * alpha);
      }
    }
  }

  /**
   * One image, grey or in colour, in a rectangle of any size.
   *
   * @param image which of the strip's
   */
  picture(
    { shape, pixels }: Pick<ImageStrip, "shape" | "pixels">,
    image: number,
    { left, top, width, height }: Rectangle,
    alpha: number,
  ): void {
    const { channels } = shape;
    const [from, to] = span(left, width, this.width);
    const [first, last] = span(top, height, this.height);
    const [x, y] = [Math.round(left), Math.round(top)];
    const step = shape.width / (Math.round(left + width) - x);
    const down = shape.height / (Math.round(top + height) - y);
    for (let row = first; row < last; row++) {
      const line = image * sizeOf(shape) + Math.floor((row - y) * down) * shape.width * channels;
      for (let column = from; column < to; column++) {
        const byte = line + Math.floor((column - x) * step) * channels;
        const colour =
          channels === 1
            ? pixels[byte]! * 0x010101
            : packed(pixels[byte]!, pixels[byte + 1]!, pixels[byte + 2]!);
        const at = row * this.width + column;
        if (alpha === 1) this.#words[at] = (OPAQUE | colour) >>> 0;
        else this.#blend(at, colour, 256 * alpha);
      }
    }
  }

  #stamp(radius: number): Stamp {
    const known = this.#stamps.get(radius);
    if (known) return known;
    const made = stampOf(radius);
    this.#stamps.set(radius, made);
    return made;
  }

  #has(column: number, row: number): boolean {
    return column >= 0 && row >= 0 && column < this.width && row < this.height;
  }

  /** @param share of 256 */
  #blend(at: number, colour: Colour, share: number): void {
    const over = share | 0;
    const under = 256 - over;
    const old = this.#words[at]!;
    // Red and blue in one product, green in another: neither overflows into its neighbour.
    const redBlue = ((old & 0xff00ff) * under + (colour & 0xff00ff) * over) >>> 8;
    const green = ((old & 0x00ff00) * under + (colour & 0x00ff00) * over) >>> 8;
    this.#words[at] = (OPAQUE | (redBlue & 0xff00ff) | (green & 0x00ff00)) >>> 0;
  }
}

/** Whole pixels from a start on, within the image. */
function span(start: number, length: number, size: number): [number, number] {
  return [
    Math.min(size, Math.max(0, Math.round(start))),
    Math.max(0, Math.min(size, Math.round(start + length))),
  ];
}
