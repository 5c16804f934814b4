/** The tfjs device: the model on one of tfjs's own backends. Slow, but it takes every layer. */

import * as tf from "@tensorflow/tfjs";
import { flipsOf, isStochastic } from "../../math/philox";
import { TrainerChecks } from "../checks";
import {
  type DeviceInfo,
  layersOf,
  type OptimizerState,
  type Samples,
  type Trainer,
  type TrainerOptions,
} from "../device";
import type { WebgpuPlatform } from "../gpu";
import { allLayers } from "../layer-list";
import { labelled } from "../renderers";
import { KerasAdam } from "./adam";
import {
  activateBackend,
  backendCard,
  checkNotLost,
  returnToBackend,
  type TfjsBackend,
} from "./backend";
import { gatherBatch } from "./batch";
import { copyModel, copyWithoutSigmoid } from "./logits";
import { activityLoss, weightedLoss } from "./losses";

const LABELS: Record<TfjsBackend, string> = {
  cpu: "tfjs CPU (plain JavaScript)",
  webgl: "tfjs WebGL",
  webgpu: "tfjs WebGPU",
};

/**
 * A trainer that computes with a tfjs backend: what other devices are tested against.
 *
 * Cross-entropy is taken from logits and Adam is Keras's (see KerasAdam), as on every device.
 * Samples stay in the host's memory as given; each call uploads its own batch, 400 kB at 128 images.
 * @param gpu gives the WebGPU backend its device; left out, tfjs opens one itself
 * @throws DeviceError where the backend is missing
 * @throws RangeError, Error for options that no device takes, as of TrainerChecks
 */
export async function createTfjsTrainer(
  model: tf.LayersModel,
  options: TrainerOptions,
  backend: TfjsBackend,
  gpu?: WebgpuPlatform,
): Promise<Trainer> {
  const checks = new TrainerChecks(model, options);
  await activateBackend(backend, gpu?.openDevice);
  const logits = options.loss.binaryCrossentropy !== undefined;
  const copy = logits ? await copyWithoutSigmoid(model) : await copyModel(model);
  const trainer = new TfjsTrainer(model, options, checks, backend, copy);
  await trainer.pushWeights();
  return trainer;
}

class TfjsTrainer implements Trainer {
  readonly info: DeviceInfo;
  readonly model: tf.LayersModel;
  readonly options: TrainerOptions;
  readonly #checks: TrainerChecks;
  readonly #backend: TfjsBackend;
  /** The model on this device: without its sigmoid when the loss takes logits. */
  readonly #copy: tf.LayersModel;
  readonly #adam: KerasAdam;
  readonly #trainable: tf.Variable[];
  /** It, with the outputs of layers that have a penalty behind its own. */
  readonly #looking: tf.LayersModel;
  #samples: Samples = { count: 0, inputs: new Uint8Array(0) };

  constructor(
    model: tf.LayersModel,
    options: TrainerOptions,
    checks: TrainerChecks,
    backend: TfjsBackend,
    copy: tf.LayersModel,
  ) {
    const label = labelled(LABELS[backend], backendCard());
    this.info = { name: `tfjs-${backend}`, label, threads: 1 };
    this.model = model;
    this.options = options;
    this.#checks = checks;
    this.#backend = backend;
    this.#copy = copy;
    const layers = layersOf(options).map((name) => copy.getLayer(name));
    const outputs = layers.map(({ output }) => output as tf.SymbolicTensor);
    this.#looking =
      layers.length === 0
        ? copy
        : tf.model({ inputs: copy.inputs, outputs: [...copy.outputs, ...outputs] });
    this.#trainable = copy.trainableWeights.map((weight) => {
      const variable = weight.read();
      if (!(variable instanceof tf.Variable)) throw new Error(`${weight.name} is no variable.`);
      return variable;
    });
    this.#adam = new KerasAdam(this.#trainable, options.adam);
  }

  async setSamples(samples: Samples): Promise<void> {
    this.#checks.samples(samples);
    this.#samples = samples;
  }

  async step(indices: Uint32Array, learningRate = this.options.adam.learningRate): Promise<number> {
    this.#checks.step(indices, learningRate);
    await returnToBackend(this.#backend);
    const { seed, flips } = this.options;
    const step = this.#adam.step + 1;
    for (const layer of allLayers(this.#copy)) if (isStochastic(layer)) layer.draw(seed, step);
    const flipped = flips ? flipsOf(seed, step, indices.length) : [];
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => this.#loss(indices, { training: true }, flipped),
        this.#trainable,
      );
      this.#adam.apply(grads, learningRate);
      return value;
    });
    const [value] = await loss.data<"float32">();
    loss.dispose();
    checkNotLost();
    return value!;
  }

  async evaluate(indices: Uint32Array): Promise<number> {
    this.#checks.evaluate(indices);
    await returnToBackend(this.#backend);
    let sum = 0;
    for (const chunk of this.#chunks(indices)) {
      const loss = tf.tidy(() => this.#loss(chunk, { training: false }));
      const [value] = await loss.data<"float32">();
      loss.dispose();
      sum += value! * chunk.length;
    }
    checkNotLost();
    return sum / indices.length;
  }

  async predict(indices: Uint32Array): Promise<Float32Array> {
    this.#checks.predict(indices);
    await returnToBackend(this.#backend);
    const width = size(this.#checks.outputShape);
    const outputs = new Float32Array(indices.length * width);
    let offset = 0;
    for (const chunk of this.#chunks(indices)) {
      const output = tf.tidy(() => {
        const direct = this.#forward(chunk, { training: false })[0]!;
        return this.options.loss.binaryCrossentropy !== undefined ? direct.sigmoid() : direct;
      });
      outputs.set(await output.data<"float32">(), offset);
      output.dispose();
      offset += chunk.length * width;
    }
    checkNotLost();
    return outputs;
  }

  setKept(kept: number | null): void {
    this.#checks.kept(kept);
    for (const layer of allLayers(this.#copy).filter(isTruncating)) layer.kept = kept;
  }

  pullWeights(): Promise<void> {
    return this.#copyWeights(this.#copy, this.model);
  }

  pushWeights(): Promise<void> {
    return this.#copyWeights(this.model, this.#copy);
  }

  async optimizerState(): Promise<OptimizerState> {
    this.#checks.alive();
    const state = await this.#adam.state();
    checkNotLost();
    return state;
  }

  async setOptimizerState(state: OptimizerState): Promise<void> {
    this.#checks.alive();
    this.#checks.optimizerState(state);
    await returnToBackend(this.#backend);
    this.#adam.setState(state);
  }

  memoryBytes(): number {
    return tf.memory().numBytes;
  }

  dispose(): void {
    if (this.#checks.isDisposed) return;
    this.#checks.dispose();
    this.#adam.dispose();
    this.#copy.dispose();
    this.#samples = { count: 0, inputs: new Uint8Array(0) };
  }

  #forward(
    indices: Uint32Array,
    mode: { training: boolean },
    flips: readonly boolean[] = [],
  ): tf.Tensor[] {
    const { inputs, count } = this.#samples;
    const batch = gatherBatch(inputs, indices, this.#checks.inputShape, count, flips);
    return [this.#looking.apply(batch, mode)].flat() as tf.Tensor[];
  }

  #loss(
    indices: Uint32Array,
    mode: { training: boolean },
    flips: readonly boolean[] = [],
  ): tf.Scalar {
    const [output, ...seen] = this.#forward(indices, mode, flips);
    if (!output) throw new Error("The model has no output.");
    const { inputs, targets = inputs, count } = this.#samples;
    const wanted = gatherBatch(targets, indices, this.#checks.outputShape, count, flips);
    const { loss: weights, penalties = [] } = this.options;
    const loss = penalties
      .map(({ term, weight }, index) => activityLoss(term, seen[index]!).mul<tf.Scalar>(weight))
      .reduce<tf.Scalar>((sum, penalty) => sum.add(penalty), weightedLoss(weights, output, wanted));
    return this.#copy.calculateLosses().reduce<tf.Scalar>((sum, term) => sum.add(term), loss);
  }

  *#chunks(indices: Uint32Array): Generator<Uint32Array> {
    for (let from = 0; from < indices.length; from += this.options.batchSize) {
      yield indices.subarray(from, from + this.options.batchSize);
    }
  }

  /** By value: tensors that shared memory would move between backends with each other. */
  async #copyWeights(from: tf.LayersModel, to: tf.LayersModel): Promise<void> {
    this.#checks.alive();
    await returnToBackend(this.#backend);
    const copies: tf.Tensor[] = [];
    try {
      for (const weight of from.getWeights()) {
        copies.push(tf.tensor(await weight.data(), weight.shape, weight.dtype));
      }
      checkNotLost();
      to.setWeights(copies);
    } finally {
      tf.dispose(copies);
    }
  }
}

type Truncating = tf.layers.Layer & { kept: number | null };

/** A NestedDropout layer, known by its name: the engine imports no net. */
function isTruncating(layer: tf.layers.Layer): layer is Truncating {
  return layer.getClassName() === "NestedDropout" && "kept" in layer;
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
