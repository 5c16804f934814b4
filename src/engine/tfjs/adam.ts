/** Adam on tfjs tensors, as Keras computes it. */

import * as tf from "@tensorflow/tfjs";
import type { AdamOptions, OptimizerState } from "../device";

/** What gradients are multiplied by, so that their norm over all variables is at most `limit`. */
function clipScale(gradients: readonly tf.Tensor[], limit: number): tf.Tensor {
  const squares = gradients.map((gradient) => gradient.square().sum());
  return tf.scalar(limit).div(tf.addN(squares).sqrt()).minimum(1);
}

/**
 * Adam for a list of variables.
 *
 *     m += (1 − β₁)(g − m),  v += (1 − β₂)(g² − v)
 *     w −= α · m / (√v + ε),  α = rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)
 *
 * Before, g may have been clipped, and kernels multiplied by 1 − rate · weightDecay (AdamW).
 * This is Kingma & Ba 2015, end of section 2, and Keras; tfjs's own AdamOptimizer adds ε to the
 * *corrected* √v instead, which in the first steps is an ε up to 30 times smaller, and takes 1e-4
 * for ε on WebGL.
 */
export class KerasAdam {
  readonly #variables: readonly tf.Variable[];
  readonly #options: AdamOptions;
  #m: tf.Tensor[];
  #v: tf.Tensor[];
  #step = 0;

  constructor(variables: readonly tf.Variable[], options: AdamOptions) {
    this.#variables = variables;
    this.#options = options;
    this.#m = variables.map((variable) => tf.zerosLike(variable));
    this.#v = variables.map((variable) => tf.zerosLike(variable));
  }

  /** Steps taken so far. */
  get step(): number {
    return this.#step;
  }

  /** Updates each variable by its gradient, found under the variable's name. */
  apply(gradients: tf.NamedTensorMap, learningRate: number): void {
    const { beta1, beta2, epsilon, weightDecay, clipNorm } = this.#options;
    const t = ++this.#step;
    const alpha = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
    const scale =
      clipNorm === null ? null : tf.tidy(() => clipScale(Object.values(gradients), clipNorm));
    for (const [i, variable] of this.#variables.entries()) {
      const whole = gradients[variable.name];
      if (!whole) continue;
      const oldM = this.#m[i]!;
      const oldV = this.#v[i]!;
      const [m, v] = tf.tidy(() => {
        const gradient = scale ? whole.mul(scale) : whole;
        const decays = weightDecay > 0 && variable.rank > 1;
        const weights = decays ? variable.mul(1 - learningRate * weightDecay) : variable;
        const newM = oldM.add(gradient.sub(oldM).mul(1 - beta1));
        const newV = oldV.add(
          gradient
            .square()
            .sub(oldV)
            .mul(1 - beta2),
        );
        variable.assign(weights.sub(newM.mul(alpha).div(newV.sqrt().add(epsilon))));
        return [tf.keep(newM), tf.keep(newV)];
      });
      tf.dispose([oldM, oldV]);
      this.#m[i] = m;
      this.#v[i] = v;
    }
    scale?.dispose();
  }

  async state(): Promise<OptimizerState> {
    return { step: this.#step, m: await concatenate(this.#m), v: await concatenate(this.#v) };
  }

  /** @throws RangeError when the state is of another model */
  setState(state: OptimizerState): void {
    const [m, v] = [state.m, state.v].map((values) => this.#split(values));
    this.dispose();
    this.#m = m!;
    this.#v = v!;
    this.#step = state.step;
  }

  dispose(): void {
    tf.dispose([this.#m, this.#v]);
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

async function concatenate(tensors: readonly tf.Tensor[]): Promise<Float32Array> {
  const whole = new Float32Array(tensors.reduce((sum, tensor) => sum + tensor.size, 0));
  let offset = 0;
  for (const tensor of tensors) {
    whole.set(await tensor.data<"float32">(), offset);
    offset += tensor.size;
  }
  return whole;
}
