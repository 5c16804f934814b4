/** Which images each step of a run trains on, and at which learning rate. */

import { learningRateAt } from "../config/schedule";
import { createRng, shuffle } from "../math/rng";
import type { RunOptions } from "./run-options";

export class Batches {
  readonly #config: RunOptions["config"];
  readonly #split: RunOptions["split"];

  constructor({ config, split }: Pick<RunOptions, "config" | "split">) {
    this.#config = config;
    this.#split = split;
  }

  /** The epoch's order of the training images: a fresh shuffle, the same on every device. */
  order(epoch: number): Uint32Array {
    const order = this.#split.train.slice();
    shuffle(order, createRng(this.#config.seed, `order/${epoch}`));
    return order;
  }

  /** The learning rate of each step that so many images are, after those that have been taken. */
  rates(images: number, stepsTaken: number): number[] {
    const { batchSize, epochs } = this.#config;
    const allSteps = Math.ceil(this.#split.train.length / batchSize) * epochs;
    return Array.from({ length: Math.ceil(images / batchSize) }, (_, i) =>
      learningRateAt(this.#config, stepsTaken + 1 + i, allSteps),
    );
  }
}
