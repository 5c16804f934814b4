/** A `tf.LayersModel` from a net's spec: for workers and the command line only. */

import * as tf from "@tensorflow/tfjs";
import { createRng } from "../../math/rng";
import { IMAGE_INPUT, inputsOf, type KernelStart, type LayerSpec, type NetSpec } from "../spec";
import { Clamp } from "./layers/clamp";
import { DepthToSpace } from "./layers/depth-to-space";
import { NestedDropout } from "./layers/nested-dropout";

/**
 * Builds a net with the seed's initial weights, on tfjs's current backend: [n, h, w, c] → the same.
 *
 * Kernels start as Keras's do, Glorot uniform, drawn in JavaScript so that no backend changes them;
 * biases at 0. The n-th layer with a kernel has stream n of the seed, those that start at zero
 * counted, whatever the names: the same layers start alike in any net, and another latent size
 * leaves the other layers' weights as they were.
 * @param seed 0 to 2³² − 1
 * @throws Error what tfjs throws where shapes do not fit; `summarizeNet` says it in our words
 */
export function buildNet(net: NetSpec, seed: number): tf.LayersModel {
  const { height, width, channels } = net.image;
  const image = tf.input({ shape: [height, width, channels], name: IMAGE_INPUT });
  const made = new Map([[IMAGE_INPUT, image]]);
  let streams = 0;
  const initializer = (start: KernelStart | undefined) => {
    const stream = `init/${streams++}`;
    return start === "zeros"
      ? tf.initializers.zeros()
      : tf.initializers.glorotUniform({ seed: createRng(seed, stream).uint32() });
  };
  let outputs = image;
  for (const [place, layer] of net.layers.entries()) {
    const inputs = inputsOf(net, place).map((name) => {
      const tensor = made.get(name);
      if (!tensor) throw new Error(`"${layer.name}" takes "${name}", which is not made before it.`);
      return tensor;
    });
    const output = makeLayer(layer, initializer).apply(inputs.length === 1 ? inputs[0]! : inputs);
    if (!(output instanceof tf.SymbolicTensor)) {
      throw new TypeError(`The layer ${layer.name} gave no symbolic tensor.`);
    }
    made.set(layer.name, output);
    outputs = output;
  }
  return tf.model({ name: net.name, inputs: image, outputs });
}

function makeLayer(
  layer: LayerSpec,
  initializer: (start: KernelStart | undefined) => ReturnType<typeof tf.initializers.zeros>,
): tf.layers.Layer {
  const { name } = layer;
  switch (layer.kind) {
    case "conv":
    case "convTranspose": {
      const { filters, kernel, stride = 1, padding, activation } = layer;
      const settings = {
        name,
        filters,
        kernelSize: [kernel[0], kernel[1]] as [number, number],
        strides: stride,
        padding,
        activation,
        kernelInitializer: initializer(layer.start),
      };
      return layer.kind === "conv"
        ? tf.layers.conv2d(settings)
        : tf.layers.conv2dTranspose(settings);
    }
    case "dense": {
      const { units, activation } = layer;
      return tf.layers.dense({
        name,
        units,
        activation,
        kernelInitializer: initializer(layer.start),
      });
    }
    case "maxPool":
      return tf.layers.maxPooling2d({ name, poolSize: layer.size });
    case "averagePool":
      return tf.layers.averagePooling2d({ name, poolSize: layer.size });
    case "upsample":
      return tf.layers.upSampling2d({
        name,
        size: [layer.factor, layer.factor],
        interpolation: "nearest",
      });
    case "depthToSpace":
      return new DepthToSpace({ name, blockSize: layer.block });
    case "flatten":
      return tf.layers.flatten({ name });
    case "reshape":
      return tf.layers.reshape({ name, targetShape: [...layer.to] });
    case "rescale":
      return tf.layers.rescaling({ name, scale: layer.scale, offset: layer.offset ?? 0 });
    case "activation": {
      const { activation } = layer;
      if (activation === "clamp") return new Clamp({ name });
      if (typeof activation === "object") {
        return tf.layers.leakyReLU({ name, alpha: activation.leakyRelu });
      }
      return tf.layers.activation({ name, activation });
    }
    case "dropout":
      return tf.layers.dropout({ name, rate: layer.rate });
    case "nestedDropout":
      return new NestedDropout({ name, evenTo: layer.evenTo });
    case "batchNorm":
      return tf.layers.batchNormalization({ name, momentum: 0.99, epsilon: 1e-3 });
    case "add":
      return tf.layers.add({ name });
    case "concat":
      return tf.layers.concatenate({ name });
  }
}
