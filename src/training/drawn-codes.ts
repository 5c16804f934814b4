/** Judges a net that draws its codes: its ELBO, and how near that comes to the images' likelihood. */

import type { LayersModel } from "@tensorflow/tfjs";
import { likelihoodOf } from "../config/likelihood";
import type { LossWeights } from "../config/loss";
import type { Predictor } from "../engine/wasm/predictor";
import { readModelStatistics, readModelWeights } from "../engine/weights";
import { type ImageSet, pickImages, sizeOf } from "../math/image-set";
import { JUDGING_NOISE, normalNumbers } from "../math/philox";
import { type BoundFigures, natsOf } from "../metrics/likelihood";
import { decoderOf, distributionOf } from "../nets/build/halves";
import type { CreatePredictor } from "./run-options";

/** Importance samples of an image. */
export const BOUND_SAMPLES = 64;
/** Images, or codes, in one pass of a predictor. */
const AT_A_TIME = 128;
/** Codes that are decoded before others get a turn. */
const CODES_AT_A_TIME = 512;
/** Variance of a number's means from which on it is active (Burda et al. 2016). */
const ACTIVE = 0.01;

export interface JudgedPart {
  readonly images: ImageSet;
  readonly indices: Uint32Array;
  readonly loss: LossWeights;
  /** Draws the codes. */
  readonly seed: number;
  /** Codes of each image. */
  readonly samples: number;
  /** Awaited now and then; it may throw to end it all. */
  readonly pause: () => Promise<void>;
}

export interface Judged extends BoundFigures {
  /** The divergence of each number of the code, in nats. */
  readonly klOfNumbers: readonly number[];
}

/** Both halves of a net on the WASM device, beside the trainer that it is on. */
export class DrawnCodes {
  readonly #halves: readonly [LayersModel, LayersModel];
  readonly #predictors: readonly [Predictor, Predictor];

  private constructor(
    halves: readonly [LayersModel, LayersModel],
    predictors: readonly [Predictor, Predictor],
  ) {
    this.#halves = halves;
    this.#predictors = predictors;
  }

  /** @param model of a net that draws its code; it may change: weights are read anew each time */
  static async of(model: LayersModel, createPredictor: CreatePredictor): Promise<DrawnCodes> {
    const halves = [distributionOf(model), decoderOf(model)] as const;
    const batchSize = AT_A_TIME;
    const made: Predictor[] = [];
    try {
      made.push(await createPredictor(halves[0], { batchSize, isHeavy: false }));
      made.push(await createPredictor(halves[1], { batchSize, isHeavy: true }));
      return new DrawnCodes(halves, [made[0]!, made[1]!]);
    } catch (error) {
      for (const each of [...made, ...halves]) each.dispose();
      throw error;
    }
  }

  /** Means over the images, by the weights that the model has now: the same for the same seed. */
  async judge({ images, indices, loss, seed, samples, pause }: JudgedPart): Promise<Judged> {
    for (const [place, half] of this.#halves.entries()) {
      const weights = await readModelWeights(half);
      this.#predictors[place]!.setWeights(weights, await readModelStatistics(half));
    }
    const [encoder, decoder] = this.#predictors;
    const pixels = sizeOf(images.shape);
    const size = encoder.outputSize / 2;
    const likelihood = likelihoodOf(loss);
    const original = new Float64Array(pixels);
    const sums = { reconstruction: 0, bound: 0 };
    const divergences = new Float64Array(size);
    const means = { sum: new Float64Array(size), squares: new Float64Array(size) };
    const atATime = Math.max(1, Math.floor(CODES_AT_A_TIME / samples));
    const channels = this.#channels();
    for (let from = 0; from < indices.length; from += atATime) {
      const chosen = indices.subarray(from, from + atATime);
      const bytes = pickImages(images, chosen);
      const { mean, logVariance } = parted(encoder.predict(bytes), channels);
      const codes = new Float32Array(chosen.length * samples * size);
      // ln p(code) − ln q(code | image), without what both have.
      const odds = new Float64Array(chosen.length * samples);
      for (let image = 0; image < chosen.length; image++) {
        // As the training step of that image's number: each has numbers of its own.
        const drawn = normalNumbers(seed, from + image, JUDGING_NOISE, samples, size);
        for (let sample = 0; sample < samples; sample++) {
          const row = image * samples + sample;
          for (let i = 0; i < size; i++) {
            const at = image * size + i;
            const noise = drawn[sample * size + i]!;
            const code = mean[at]! + Math.exp(logVariance[at]! / 2) * noise;
            codes[row * size + i] = code;
            odds[row]! += (noise ** 2 - code ** 2 + logVariance[at]!) / 2;
          }
        }
      }
      const outputs = decoder.predict(codes);
      for (let image = 0; image < chosen.length; image++) {
        for (let i = 0; i < pixels; i++) original[i] = bytes[image * pixels + i]! / 255;
        const weights = new Float64Array(samples);
        for (let sample = 0; sample < samples; sample++) {
          const row = image * samples + sample;
          const nats = natsOf(likelihood, original, outputs, row * pixels);
          sums.reconstruction += nats / samples;
          weights[sample] = odds[row]! - nats;
        }
        sums.bound -= logMeanExp(weights);
        for (let i = 0; i < size; i++) {
          const at = image * size + i;
          const [m, v] = [mean[at]!, logVariance[at]!];
          divergences[i]! += (m ** 2 + Math.expm1(v) - v) / 2;
          means.sum[i]! += m;
          means.squares[i]! += m ** 2;
        }
      }
      await pause();
    }
    const count = indices.length;
    const reconstruction = sums.reconstruction / count;
    const klOfNumbers = Array.from(divergences, (sum) => sum / count);
    const kl = klOfNumbers.reduce((all, nats) => all + nats, 0);
    const variances = means.squares.map(
      (square, i) => square / count - (means.sum[i]! / count) ** 2,
    );
    return {
      elbo: reconstruction + kl,
      reconstruction,
      kl,
      bound: sums.bound / count,
      activeUnits: variances.filter((variance) => variance > ACTIVE).length,
      klOfNumbers,
    };
  }

  /** Of a pixel of the code's distributions. */
  #channels(): number {
    return this.#halves[0].outputs[0]!.shape.at(-1) ?? 0;
  }

  dispose(): void {
    for (const predictor of this.#predictors) predictor.dispose();
    for (const half of this.#halves) half.dispose();
  }
}

/** Means and log-variances, which lie side by side in each pixel. */
function parted(rows: Float32Array, channels: number) {
  const own = channels / 2;
  const mean = new Float32Array(rows.length / 2);
  const logVariance = new Float32Array(rows.length / 2);
  for (let at = 0; at < mean.length; at++) {
    const from = Math.floor(at / own) * channels + (at % own);
    mean[at] = rows[from]!;
    logVariance[at] = rows[from + own]!;
  }
  return { mean, logVariance };
}

function logMeanExp(values: Float64Array): number {
  const most = Math.max(...values);
  const sum = values.reduce((all, value) => all + Math.exp(value - most), 0);
  return most + Math.log(sum / values.length);
}
