/** An executor's passes over samples, in as many calls as its queue takes them in. */

import type { Scores } from "../device";
import { sizeOf } from "../graph";
import type { Plan } from "../plan";
import { batchesOf, callsOf } from "./calls";
import type { BatchSettings, Executor, PassKind } from "./executor";
import { CallResults, joinScores } from "./results";
import { SLOTS } from "./schedule";

/** Outputs that are read at a time, in numbers: 16 MB. */
const MOST_OUTPUTS = 2 ** 22;

export interface PassSettings {
  readonly batchSize: number;
  /** How many numbers nested dropout keeps; null where it draws that, or there is none. */
  readonly kept: number | null;
}

export class Passes {
  readonly #executor: Executor;
  readonly #plan: Plan;
  readonly #settings: PassSettings;

  constructor(executor: Executor, plan: Plan, settings: PassSettings) {
    this.#executor = executor;
    this.#plan = plan;
    this.#settings = settings;
  }

  /**
   * Steps of whole batches, the last one maybe smaller: their losses.
   *
   * @param indices of samples that are there, as in all calls
   * @param rates each step's learning rate
   * @param done steps that have been taken before
   * @throws DeviceLostError
   */
  async train(
    indices: Uint32Array<ArrayBuffer>,
    rates: readonly number[],
    done: number,
  ): Promise<Float32Array> {
    const { batchSize } = this.#settings;
    const losses = new Float32Array(rates.length);
    for (let from = 0; from < rates.length; from += SLOTS) {
      const part = indices.subarray(from * batchSize, (from + SLOTS) * batchSize);
      const batches = this.#batches(part).map((batch, slot) => ({
        ...batch,
        step: done + from + slot + 1,
        learningRate: rates[from + slot]!,
      }));
      const results = await this.#run("training", part, batches);
      losses.set(
        results.losses.map(({ data, penalty }) => data + penalty),
        from,
      );
    }
    return losses;
  }

  /** The mean loss. @throws DeviceLostError */
  async evaluate(indices: Uint32Array): Promise<number> {
    let sum = 0;
    let penalty = 0;
    for (const part of this.#calls(indices)) {
      const batches = this.#batches(part);
      const { losses } = await this.#run("inference", part, batches);
      for (const [slot, { images }] of batches.entries()) sum += losses[slot]!.data * images;
      penalty = losses[0]!.penalty;
    }
    return sum / indices.length + penalty;
  }

  /** Scores of each sample. @throws DeviceLostError */
  async score(indices: Uint32Array): Promise<Scores> {
    const parts: Scores[] = [];
    for (const part of this.#calls(indices)) {
      parts.push((await this.#run("scoring", part, this.#batches(part))).scores);
    }
    return joinScores(parts);
  }

  /** Outputs, a row a sample. @throws DeviceLostError */
  async predict(indices: Uint32Array): Promise<Float32Array> {
    const executor = this.#executor;
    const size = sizeOf(this.#plan.output);
    const outputs = new Float32Array(indices.length * size);
    let at = 0;
    for (const part of this.#calls(indices, Math.floor(MOST_OUTPUTS / size))) {
      const batches = this.#batches(part);
      executor.prepare(part, batches);
      executor.reader.reserve("outputs", part.length * size);
      await executor.run("inference", batches, (encoder, slot) => {
        const words = batches[slot]!.images * size;
        const stretch = { store: executor.lowered.outputs, from: 0, words };
        const to = slot * this.#settings.batchSize * size;
        executor.reader.record(encoder, "outputs", [stretch], to);
      });
      outputs.set(await executor.reader.take("outputs", part.length * size), at);
      at += part.length * size;
    }
    return outputs;
  }

  async #run(
    kind: PassKind,
    indices: Uint32Array<ArrayBuffer>,
    batches: readonly BatchSettings[],
  ): Promise<CallResults> {
    this.#executor.prepare(indices, batches);
    const values = await this.#executor.run(kind, batches);
    return new CallResults(values, batches, this.#plan, this.#settings.batchSize);
  }

  #batches({ length }: Uint32Array): BatchSettings[] {
    return batchesOf(length, this.#settings.batchSize, this.#settings.kept);
  }

  /** Copies that can be uploaded. */
  *#calls(indices: Uint32Array, most?: number) {
    for (const part of callsOf(indices, this.#settings.batchSize, most))
      yield new Uint32Array(part);
  }
}
