/** What the nets have in common: how they are started and joined. */

import * as tf from "@tensorflow/tfjs";
import { createRng } from "../../math/rng";

export interface NetOptions {
  /** Numbers in the latent vector, 1 to 512. */
  readonly latentSize: number;
  /** 0 to 2³² − 1; draws the initial weights, the same on every backend. */
  readonly seed: number;
}

/**
 * Names for a net's layers with a kernel, and the kernels: Glorot uniform, Keras's default, drawn in
 * JavaScript from the seed.
 *
 * Call it once a net, and what it returns once for each such layer, those that start at zero
 * included: the n-th has stream n of the seed, whatever its name, so that the same layers under
 * other names start alike. Another latent size leaves the other layers' weights as they were.
 */
export function seeded(seed: number) {
  let place = 0;
  return (name: string) => ({
    name,
    kernelInitializer: tf.initializers.glorotUniform({
      seed: createRng(seed, `init/${place++}`).uint32(),
    }),
  });
}

/** Applies layers one after the other; the first may join several tensors. */
export function through(
  input: tf.SymbolicTensor | tf.SymbolicTensor[],
  ...layers: readonly tf.layers.Layer[]
): tf.SymbolicTensor {
  let tensor = input;
  for (const layer of layers) {
    const output = layer.apply(tensor);
    if (!(output instanceof tf.SymbolicTensor)) {
      throw new TypeError(`The layer ${layer.name} gave no symbolic tensor.`);
    }
    tensor = output;
  }
  if (Array.isArray(tensor)) throw new TypeError("Several tensors need a layer that joins them.");
  return tensor;
}
