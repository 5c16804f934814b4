/** Gathers reconstructions and their figures, a part after the other. */

import { type ImageShape, sizeOf } from "../../math/image-set";
import { mean } from "../../math/vectors";
import type { ImageQuality, QualityFigures } from "../../metrics/metrics";
import type { ImageFigures, Reconstructions } from "../../protocol/inference";
import type { ImageStrip } from "../../protocol/messages";

const NAMES = ["mse", "psnr", "ssim", "ssimWriteup"] as const satisfies (keyof QualityFigures)[];

export class Scores {
  readonly #count: number;
  readonly #shape: ImageShape;
  readonly #pixels: Uint8Array;
  readonly #figures: Record<keyof QualityFigures, Float32Array>;

  constructor(count: number, shape: ImageShape) {
    this.#shape = shape;
    this.#count = count;
    this.#pixels = new Uint8Array(count * sizeOf(shape));
    const make = () => new Float32Array(count);
    this.#figures = { mse: make(), psnr: make(), ssim: make(), ssimWriteup: make() };
  }

  /** @param from place of the first image */
  add(from: number, pixels: Uint8Array, quality: ImageQuality): void {
    this.#pixels.set(pixels, from * sizeOf(this.#shape));
    for (const name of NAMES) this.#figures[name].set(quality[name], from);
  }

  /** All of them, with their means. */
  all(): Reconstructions {
    return reconstructionsOf(
      { shape: this.#shape, count: this.#count, pixels: this.#pixels },
      this.#figures,
    );
  }
}

export function reconstructionsOf(
  { shape, count, pixels }: ImageStrip,
  { mse, psnr, ssim, ssimWriteup }: ImageFigures,
): Reconstructions {
  return {
    shape,
    count,
    pixels,
    figures: { mse, psnr, ssim, ssimWriteup },
    mean: { mse: mean(mse), psnr: mean(psnr), ssim: mean(ssim), ssimWriteup: mean(ssimWriteup) },
  };
}
