/** The optimisers on tfjs tensors, as Keras computes them. */

import * as tf from "@tensorflow/tfjs";
import {
  isCentered,
  type OptimizerOptions,
  type OptimizerState,
  stepDecay,
  stepRate,
} from "../optimizer";

/** What gradients are multiplied by, so that their norm over all variables is at most `limit`. */
function clipScale(gradients: readonly tf.Tensor[], limit: number): tf.Tensor {
  const squares = gradients.map((gradient) => gradient.square().sum());
  return tf.scalar(limit).div(tf.addN(squares).sqrt()).minimum(1);
}

/** What is kept of one variable, by the names of `OptimizerState`. */
type Kept = Partial<Record<"m" | "v" | "a", tf.Tensor>>;

/** The arrays that an optimiser has. */
function arraysOf(options: OptimizerOptions): readonly (keyof Kept)[] {
  return isCentered(options) ? ["m", "v", "a"] : ["m", "v"];
}

interface Change {
  /** What the weights lose. */
  readonly step: tf.Tensor;
  /** What is kept from now on; what is left out stays. */
  readonly kept: Kept;
}

/** old + part · (now − old) */
function towards(old: tf.Tensor, now: tf.Tensor, part: number): tf.Tensor {
  return old.add(now.sub(old).mul(part));
}

/** The formulas of engine/optimizer.ts. */
function change(options: OptimizerOptions, kept: Kept, g: tf.Tensor, rate: number): Change {
  const { m: oldM, v: oldV, a: oldA } = kept;
  if (!oldM || !oldV) throw new Error("The optimiser has lost its state.");
  switch (options.kind) {
    case "adam": {
      const m = towards(oldM, g, 1 - options.beta1);
      const v = towards(oldV, g.square(), 1 - options.beta2);
      return { step: m.mul(rate).div(v.sqrt().add(options.epsilon)), kept: { m, v } };
    }
    case "sgd": {
      const { momentum, nesterov } = options;
      const pull = g.mul(rate);
      const m = oldM.mul(momentum).sub(pull);
      return { step: nesterov ? pull.sub(m.mul(momentum)) : m.neg(), kept: { m } };
    }
    case "rmsprop": {
      const { rho, momentum, epsilon } = options;
      const v = towards(oldV, g.square(), 1 - rho);
      const a = oldA && towards(oldA, g, 1 - rho);
      // By rounding it may be a little below 0, where all gradients were alike.
      const spread = a ? v.sub(a.square()).maximum(0) : v;
      const m = oldM.mul(momentum).add(g.mul(rate).div(spread.add(epsilon).sqrt()));
      return { step: m, kept: a ? { m, v, a } : { m, v } };
    }
  }
}

/**
 * An optimiser for a list of variables.
 *
 * tfjs's own differ from Keras's: its AdamOptimizer adds ε to the *corrected* √v, which in the first
 * steps is an ε up to 30 times smaller, and takes 1e-4 for ε on WebGL; its momentum is multiplied by
 * the learning rate of the step in which it is used, not of that in which it came about.
 */
export class KerasOptimizer {
  readonly #variables: readonly tf.Variable[];
  readonly #options: OptimizerOptions;
  #kept: Kept[];
  #step = 0;

  constructor(variables: readonly tf.Variable[], options: OptimizerOptions) {
    this.#variables = variables;
    this.#options = options;
    const arrays = arraysOf(options);
    this.#kept = variables.map((variable) =>
      Object.fromEntries(arrays.map((array) => [array, tf.zerosLike(variable)])),
    );
  }

  /** Steps taken so far. */
  get step(): number {
    return this.#step;
  }

  /** Updates each variable by its gradient, found under the variable's name. */
  apply(gradients: tf.NamedTensorMap, learningRate: number): void {
    const options = this.#options;
    const { weightDecay, clipNorm } = options;
    const t = ++this.#step;
    const rate = stepRate(options, learningRate, t);
    const scale =
      clipNorm === null ? null : tf.tidy(() => clipScale(Object.values(gradients), clipNorm));
    for (const [i, variable] of this.#variables.entries()) {
      const whole = gradients[variable.name];
      const before = this.#kept[i];
      if (!whole || !before) continue;
      const now = tf.tidy(() => {
        const gradient = scale ? whole.mul(scale) : whole;
        const decays = weightDecay > 0 && variable.rank > 1;
        const weights = decays ? variable.mul(stepDecay(options, learningRate)) : variable;
        const { step, kept } = change(options, before, gradient, rate);
        variable.assign(weights.sub(step));
        for (const tensor of Object.values(kept)) tf.keep(tensor);
        return kept;
      });
      this.#kept[i] = { ...before, ...now };
      for (const array of arraysOf(options)) if (now[array]) before[array]?.dispose();
    }
    scale?.dispose();
  }

  async state(): Promise<OptimizerState> {
    const array = (name: keyof Kept) => concatenate(this.#kept.map((kept) => kept[name]));
    const [m, v] = [await array("m"), await array("v")];
    return {
      step: this.#step,
      m,
      v,
      ...(isCentered(this.#options) ? { a: await array("a") } : {}),
    };
  }

  /** @throws RangeError when the state is of another model */
  setState(state: OptimizerState): void {
    const given = arraysOf(this.#options).map((array) => {
      return [array, this.#split(state[array] ?? new Float32Array(0))] as const;
    });
    this.dispose();
    this.#kept = this.#variables.map((_, i) =>
      Object.fromEntries(given.map(([array, tensors]) => [array, tensors[i]])),
    );
    this.#step = state.step;
  }

  dispose(): void {
    for (const kept of this.#kept) tf.dispose(Object.values(kept));
  }

  #split(values: Float32Array): tf.Tensor[] {
    const size = this.#variables.reduce((sum, variable) => sum + variable.size, 0);
    if (values.length !== size) {
      throw new RangeError(
        `The optimizer's state has ${values.length} values, but the model has ${size} trainable weights.`,
      );
    }
    let offset = 0;
    return this.#variables.map((variable) => {
      const part = values.slice(offset, offset + variable.size);
      offset += variable.size;
      return tf.tensor(part, variable.shape);
    });
  }
}

async function concatenate(tensors: readonly (tf.Tensor | undefined)[]): Promise<Float32Array> {
  const arrays = await Promise.all(
    tensors.map(async (tensor) => (await tensor?.data<"float32">()) ?? new Float32Array(0)),
  );
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    whole.set(array, offset);
    offset += array.length;
  }
  return whole;
}
