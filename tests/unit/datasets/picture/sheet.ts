/** Pictures of garments, drawn by code. */

import type { Pixels } from "../../../../src/datasets/picture/grey";
import type { Box } from "../../../../src/datasets/picture/shape";
import { createRng } from "../../../../src/math/rng";

/** 0 to 255, grey or red, green and blue. */
export type Tone = number | readonly [red: number, green: number, blue: number];
/** Whether a garment is there, at shares from 0 to 1 of its box. */
export type Shape = (x: number, y: number) => boolean;
/** What is left of the light, at shares from 0 to 1 of the picture. */
export type Light = (x: number, y: number) => number;

/** Points of each pixel that are looked at, across and down, for edges as a lens draws them. */
const FINE = 3;

/** A picture under way. */
export class Sheet {
  readonly width: number;
  readonly height: number;
  readonly #channels: readonly Float32Array[];
  readonly #alpha: Float32Array;

  constructor(width: number, height: number, ground: Tone) {
    this.width = width;
    this.height = height;
    const size = width * height;
    this.#channels = [0, 1, 2].map((c) => new Float32Array(size).fill(of(ground, c)));
    this.#alpha = new Float32Array(size).fill(1);
  }

  /** Puts a garment, or a part of one, into a box. */
  put(box: Box, shape: Shape, tone: Tone): this {
    this.#cover(box, shape, (at, share) => {
      for (const [c, values] of this.#channels.entries()) {
        values[at] = values[at]! + share * (of(tone, c) - values[at]!);
      }
    });
    return this;
  }

  /** One pixel. */
  dot(x: number, y: number, tone: Tone): this {
    return this.put({ x, y, width: 1, height: 1 }, whole, tone);
  }

  /** Makes all transparent that is not in that shape. */
  cutOut(box: Box, shape: Shape): this {
    this.#alpha.fill(0);
    this.#cover(box, shape, (at, share) => {
      this.#alpha[at] = share;
    });
    return this;
  }

  /** Makes one pixel transparent. */
  clear(x: number, y: number): this {
    this.#alpha[y * this.width + x] = 0;
    return this;
  }

  light(light: Light): this {
    for (let at = 0; at < this.#alpha.length; at++) {
      const x = ((at % this.width) + 0.5) / this.width;
      const y = (Math.floor(at / this.width) + 0.5) / this.height;
      const left = light(x, y);
      for (const values of this.#channels) values[at] = values[at]! * left;
    }
    return this;
  }

  /** Normal noise of that standard deviation, another for each channel. */
  noise(deviation: number): this {
    const rng = createRng(7, "noise");
    for (const values of this.#channels) {
      for (let at = 0; at < values.length; at++) {
        // Box and Muller 1958.
        const length = deviation * Math.sqrt(-2 * Math.log(1 - rng.float()));
        values[at] = values[at]! + length * Math.cos(2 * Math.PI * rng.float());
      }
    }
    return this;
  }

  pixels(): Pixels {
    const rgba = new Uint8ClampedArray(4 * this.#alpha.length);
    for (const [at, alpha] of this.#alpha.entries()) {
      for (const [c, values] of this.#channels.entries()) rgba[4 * at + c] = values[at]!;
      rgba[4 * at + 3] = 255 * alpha;
    }
    return { width: this.width, height: this.height, rgba };
  }

  #cover(box: Box, shape: Shape, act: (at: number, share: number) => void): void {
    for (let y = 0; y < box.height; y++) {
      for (let x = 0; x < box.width; x++) {
        let count = 0;
        for (let n = 0; n < FINE * FINE; n++) {
          const u = x + ((n % FINE) + 0.5) / FINE;
          const v = y + (Math.floor(n / FINE) + 0.5) / FINE;
          count += Number(shape(u / box.width, v / box.height));
        }
        if (count > 0) act((box.y + y) * this.width + box.x + x, count / (FINE * FINE));
      }
    }
  }
}

const of = (tone: Tone, channel: number): number =>
  typeof tone === "number" ? tone : tone[channel]!;

export const whole: Shape = () => true;

/** A body, two sleeves and a round neck. */
export const shirt: Shape = (x, y) => {
  const far = Math.abs(x - 0.5);
  const isSleeve = y > 0.35 * Math.max(0, far - 0.3) && y < 0.6 - 0.9 * far;
  return (far < 0.3 || isSleeve) && (x - 0.5) ** 2 + 4 * y * y > 0.012;
};

/** Two legs below a waistband. */
export const trousers: Shape = (x, y) => y < 0.12 || Math.abs(x - 0.5) > 0.08 + 0.02 * y;

/** A print: a ring. */
export const ring: Shape = (x, y) => {
  const far = Math.hypot(x - 0.5, y - 0.5);
  return far < 0.5 && far > 0.3;
};
