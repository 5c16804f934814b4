import * as tf from "@tensorflow/tfjs";
import type { NamedDevice } from "../../../src/config/devices";
import {
  type DeviceInfo,
  type Samples,
  TRAINER_DEFAULTS,
  type Trainer,
} from "../../../src/engine/device";
import type { OptimizerState } from "../../../src/engine/optimizer";
import { NestedDropout } from "../../../src/nets/build/layers/nested-dropout";

export function oneWeightModel(weight = 1): tf.LayersModel {
  const model = tf.sequential({
    // Its codes can be cut off, as a nested net's.
    layers: [tf.layers.dense({ units: 1, useBias: false, inputShape: [1] }), new NestedDropout()],
  });
  model.setWeights([tf.tensor([[weight]])]);
  return model;
}

/**
 * A device whose only weight tells all that has been done to it: the samples of each step in their
 * order, the learning rate, and the number of the step in the optimiser's state.
 */
export class FragileTrainer implements Trainer {
  readonly info: DeviceInfo;
  readonly model: tf.LayersModel;
  readonly options = { ...TRAINER_DEFAULTS, loss: { meanSquaredError: 1 }, batchSize: 4 };
  steps?: NonNullable<Trainer["steps"]>;
  /** Called before each answer, with the steps taken; it may throw, or never resolve. */
  before: (call: string, steps: number) => Promise<void> | void = () => {};
  /** What becomes of a step's loss. */
  loss: (right: number, steps: number) => number = (right) => right;
  readonly calls: string[] = [];
  weight = 0;
  samples: Samples | null = null;
  kept: number | null | undefined;
  disposed = false;
  #state: OptimizerState = { step: 0, m: Float32Array.of(0), v: Float32Array.of(0) };

  constructor(name: NamedDevice, model: tf.LayersModel, takesMany = false) {
    this.info = { name, label: `the ${name}`, threads: 1 };
    this.model = model;
    if (takesMany) this.steps = (indices, rates) => this.#takeMany(indices, rates);
  }

  async #call(name: string): Promise<void> {
    this.calls.push(name);
    await this.before(name, this.#state.step);
  }

  async setSamples(samples: Samples) {
    await this.#call("setSamples");
    this.samples = samples;
    this.weight = this.#modelWeight();
  }

  #modelWeight(): number {
    return this.model.getWeights()[0]!.dataSync()[0]!;
  }

  async step(indices: Uint32Array, learningRate = 0.5) {
    await this.#call("step");
    return this.#update(indices, learningRate);
  }

  async #takeMany(indices: Uint32Array, rates: readonly number[]) {
    await this.#call("steps");
    return Float32Array.from(rates, (rate, i) =>
      this.#update(indices.subarray(i * 4, (i + 1) * 4), rate),
    );
  }

  #update(indices: Uint32Array, rate: number): number {
    const { step, m, v } = this.#state;
    const right = this.#loss();
    const gradient = indices.reduce((sum, index) => sum * 0.9 + index, step);
    this.#state = {
      step: step + 1,
      m: Float32Array.of(m[0]! * 0.9 + gradient),
      v: Float32Array.of(v[0]! * 0.99 + gradient ** 2),
    };
    this.weight = Math.fround(this.weight * 0.7 + rate * this.#state.m[0]!);
    return this.loss(right, step + 1);
  }

  #loss(): number {
    return Math.fround(Math.abs(Math.sin(this.weight)) + 0.1);
  }

  async evaluate() {
    await this.#call("evaluate");
    return this.loss(this.#loss(), this.#state.step);
  }

  async predict(indices: Uint32Array) {
    await this.#call("predict");
    return new Float32Array(indices.length).fill(this.weight);
  }

  setKept(kept: number | null): void {
    this.kept = kept;
  }

  async pullWeights() {
    await this.#call("pullWeights");
    this.model.setWeights([tf.tensor([[this.weight]])]);
  }

  async pushWeights() {
    await this.#call("pushWeights");
    this.weight = this.#modelWeight();
  }

  async optimizerState() {
    await this.#call("optimizerState");
    return this.#state;
  }

  async setOptimizerState(state: OptimizerState) {
    await this.#call("setOptimizerState");
    this.#state = state;
  }

  memoryBytes(): number {
    return 0;
  }

  dispose(): void {
    this.disposed = true;
  }
}
