/** The tfjs device: the model on one of tfjs's own backends. Slow, but it takes every layer. */

import * as tf from "@tensorflow/tfjs";
import { flipsOf, isStochastic } from "../../math/philox";
import { TrainerChecks } from "../checks";
import {
  type DeviceInfo,
  layersOf,
  lossOf,
  type Samples,
  type Trainer,
  type TrainerOptions,
} from "../device";
import type { WebgpuPlatform } from "../gpu";
import { allLayers } from "../layer-list";
import { squashingOf } from "../logits";
import type { OptimizerState } from "../optimizer";
import { labelled } from "../renderers";
import {
  activateBackend,
  backendCard,
  checkNotLost,
  returnToBackend,
  type TfjsBackend,
} from "./backend";
import { gatherBatch } from "./batch";
import { copyModel } from "./logits";
import { activityLoss, divergenceLoss, squash, weightedLoss } from "./losses";
import { KerasOptimizer } from "./optimizer";

const LABELS: Record<TfjsBackend, string> = {
  cpu: "tfjs CPU (plain JavaScript)",
  webgl: "tfjs WebGL",
  webgpu: "tfjs WebGPU",
};

/**
 * A trainer that computes with a tfjs backend: what other devices are tested against.
 *
 * Cross-entropy is taken from logits and optimisers are Keras's (see KerasOptimizer), as on every device.
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
  const copy = await copyModel(model, options);
  freezeAlike(model, copy);
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
  /** The model on this device: short of what makes outputs of the logits that losses take. */
  readonly #copy: tf.LayersModel;
  readonly #optimizer: KerasOptimizer;
  readonly #trainable: tf.Variable[];
  /** It, with the outputs of layers that have a penalty behind its own. */
  readonly #looking: tf.LayersModel;
  /** What layers add to the loss of the pass under way for what they put out. */
  readonly #activities: tf.Scalar[] = [];
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
    for (const layer of allLayers(copy).filter(isPenal)) {
      const call = layer.call.bind(layer);
      layer.call = (inputs, kwargs) => {
        const [values] = [call(inputs, kwargs)].flat();
        if (!values) throw new Error(`Layer ${layer.name} puts nothing out.`);
        // The model's own scope ends before the loss is added up.
        this.#activities.push(tf.keep(activityPenalty(values, layer)));
        return values;
      };
    }
    this.#optimizer = new KerasOptimizer(this.#trainable, options.optimizer);
  }

  async setSamples(samples: Samples): Promise<void> {
    this.#checks.samples(samples);
    this.#samples = samples;
  }

  async step(
    indices: Uint32Array,
    learningRate = this.options.optimizer.learningRate,
  ): Promise<number> {
    this.#checks.step(indices, learningRate);
    await returnToBackend(this.#backend);
    const { seed, flips } = this.options;
    const step = this.#optimizer.step + 1;
    for (const layer of allLayers(this.#copy)) if (isStochastic(layer)) layer.draw(seed, step);
    const flipped = flips ? flipsOf(seed, step, indices.length) : [];
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(
        () => this.#loss(indices, { training: true }, flipped),
        this.#trainable,
      );
      this.#optimizer.apply(grads, learningRate);
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
    const { outputSize: width, outputs: ends } = this.#checks;
    const outputs = new Float32Array(indices.length * width);
    let offset = 0;
    for (const chunk of this.#chunks(indices)) {
      const output = tf.tidy(() => {
        const made = this.#forward(chunk, { training: false });
        const rows = ends.map(({ name }, place) => {
          const squashing = squashingOf(lossOf(this.options, name));
          return squash(made[place]!, squashing).reshape([chunk.length, -1]);
        });
        return tf.concat(rows, 1);
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
    const state = await this.#optimizer.state();
    checkNotLost();
    return state;
  }

  async setOptimizerState(state: OptimizerState): Promise<void> {
    this.#checks.alive();
    this.#checks.optimizerState(state);
    await returnToBackend(this.#backend);
    this.#optimizer.setState(state);
  }

  memoryBytes(): number {
    return tf.memory().numBytes;
  }

  dispose(): void {
    if (this.#checks.isDisposed) return;
    this.#checks.dispose();
    this.#optimizer.dispose();
    this.#copy.dispose();
    tf.dispose(this.#activities.splice(0));
    this.#samples = { count: 0, inputs: new Uint8Array(0) };
  }

  #forward(
    indices: Uint32Array,
    mode: { training: boolean },
    flips: readonly boolean[] = [],
  ): tf.Tensor[] {
    tf.dispose(this.#activities.splice(0));
    const { inputs, count } = this.#samples;
    const batch = gatherBatch(inputs, indices, this.#checks.inputShape, count, flips);
    return [this.#looking.apply(batch, mode)].flat() as tf.Tensor[];
  }

  #loss(
    indices: Uint32Array,
    mode: { training: boolean },
    flips: readonly boolean[] = [],
  ): tf.Scalar {
    const { outputs: ends, outputSize } = this.#checks;
    const made = this.#forward(indices, mode, flips);
    const { inputs, targets = inputs, count } = this.#samples;
    const { penalties = [] } = this.options;
    const ofEnds = ends.map(({ name, shape, at }, place) => {
      const row = { size: outputSize, at };
      const wanted = gatherBatch(targets, indices, shape, count, flips, row);
      return weightedLoss(lossOf(this.options, name), made[place]!, wanted);
    });
    const ofLayers = penalties.map((penalty, place) => {
      const { term, weight } = penalty;
      const values = made[ends.length + place]!;
      if (term !== "divergence") return activityLoss(term, values).mul<tf.Scalar>(weight);
      const { free, warmUp } = penalty;
      const grows = mode.training && warmUp > 0;
      const part = grows ? Math.min(1, (this.#optimizer.step + 1) / warmUp) : 1;
      return divergenceLoss(values, free).mul<tf.Scalar>(weight * part);
    });
    const loss = [...ofEnds, ...ofLayers, ...this.#activities].reduce((sum, term) =>
      sum.add<tf.Scalar>(term),
    );
    // Frozen layers have no penalty, as in Keras.
    const ofWeights = trainedLayers(this.#copy).flatMap((layer) => layer.calculateLosses());
    return ofWeights.reduce<tf.Scalar>((sum, term) => sum.add(term), loss);
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

/** Layers that are trained, those of models within the model included. */
function trainedLayers(model: tf.LayersModel): tf.layers.Layer[] {
  if (!model.trainable) return [];
  return model.layers.flatMap((layer) => {
    if (layer instanceof tf.LayersModel) return trainedLayers(layer);
    return layer.trainable ? [layer] : [];
  });
}

/**
 * Freezes what is frozen in the model, also in a copy of it, which tfjs's configurations do not say of
 * models. Batch norm that is frozen takes its moving averages in training too, as Keras's does; tfjs's
 * does not ask.
 */
function freezeAlike(model: tf.LayersModel, copy: tf.LayersModel, isFrozen = false): void {
  const still = isFrozen || !model.trainable;
  for (const [place, layer] of model.layers.entries()) {
    const own = copy.layers[place];
    if (layer instanceof tf.LayersModel && own instanceof tf.LayersModel) {
      freezeAlike(layer, own, still);
    } else if (own) {
      own.trainable = layer.trainable;
      if (own.getClassName() !== "BatchNormalization" || !(still || !layer.trainable)) continue;
      const call = own.call.bind(own);
      own.call = (inputs, kwargs) => call(inputs, { ...kwargs, training: false });
    }
  }
  // Behind its layers': a model's says what its layers' weights are, whatever they said before.
  if (!model.trainable) copy.trainable = false;
}

type Truncating = tf.layers.Layer & { kept: number | null };

type Penal = tf.layers.Layer & { readonly l1: number; readonly l2: number };

/** An ActivityRegularization layer, likewise known by its name. */
function isPenal(layer: tf.layers.Layer): layer is Penal {
  return layer.getClassName() === "ActivityRegularization" && "l1" in layer && "l2" in layer;
}

function activityPenalty(values: tf.Tensor, { l1, l2 }: Penal): tf.Scalar {
  const sum = values.abs().sum().mul(l1).add(values.square().sum().mul(l2));
  return sum.div<tf.Scalar>(values.shape[0] ?? 1);
}

/** A NestedDropout layer, known by its name: the engine imports no net. */
function isTruncating(layer: tf.layers.Layer): layer is Truncating {
  return layer.getClassName() === "NestedDropout" && "kept" in layer;
}
