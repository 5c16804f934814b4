/** A `tf.LayersModel` from a net's spec: for workers and the command line only. */

import * as tf from "@tensorflow/tfjs";
import { createRng } from "../../math/rng";
import { type Activation, tfjsActivation } from "../activations";
import {
  IMAGE_INPUT,
  inputsOf,
  type KernelStart,
  type LayerSpec,
  type NetSpec,
  NORM_EPSILON,
  NORM_MOMENTUM,
  type Rates,
  type Sides,
} from "../spec";
import { ActivityRegularization } from "./layers/activity-regularization";
import { BilinearUpSampling2D } from "./layers/bilinear";
import { Clamp } from "./layers/clamp";
import { DepthToSpace } from "./layers/depth-to-space";
import { GroupNormalization } from "./layers/group-normalization";
import "./layers/hard-sigmoid";
import { NestedDropout } from "./layers/nested-dropout";
import { Sampling } from "./layers/sampling";
import { SpatialDropout2D } from "./layers/spatial-dropout";
import { Subtract } from "./layers/subtract";

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
  /** @param other of the layer's kernels than the first */
  const initializer = (start: KernelStart | undefined, other?: string) => {
    const stream = other ? `init/${streams - 1}/${other}` : `init/${streams++}`;
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
    const isImage = inputs[0]!.shape.length === 4;
    const own = makeLayer(layer, isImage, initializer);
    if (layer.frozen) own.trainable = false;
    const output = applied(own, inputs.length === 1 ? inputs[0]! : inputs);
    const { activity } = layer.penalties ?? {};
    const penalty =
      activity && new ActivityRegularization({ name: `${layer.name}_activity`, ...activity });
    outputs = penalty ? applied(penalty, output) : output;
    made.set(layer.name, outputs);
  }
  return tf.model({ name: net.name, inputs: image, outputs });
}

function applied(layer: tf.layers.Layer, inputs: tf.SymbolicTensor | tf.SymbolicTensor[]) {
  const output = layer.apply(inputs);
  if (output instanceof tf.SymbolicTensor) return output;
  throw new TypeError(`The layer ${layer.name} gave no symbolic tensor.`);
}

/** The regularisers of a layer with a kernel. */
function regularizers({ penalties: { kernel, bias } = {} }: LayerSpec) {
  const of = (rates: Rates) => tf.regularizers.l1l2({ l1: rates.l1 ?? 0, l2: rates.l2 ?? 0 });
  return {
    ...(kernel ? { kernelRegularizer: of(kernel) } : {}),
    ...(bias ? { biasRegularizer: of(bias) } : {}),
  };
}

type TfjsActivation = NonNullable<Parameters<typeof tf.layers.activation>[0]["activation"]>;

/** Its type lists tfjs's own alone; those that are registered (layers/hard-sigmoid.ts) count, too. */
function tfjsActivationOf(activation: Activation): TfjsActivation {
  return tfjsActivation(activation) as TfjsActivation;
}

/** @param isImage whether it takes images, rather than vectors */
function makeLayer(
  layer: LayerSpec,
  isImage: boolean,
  initializer: (
    start: KernelStart | undefined,
    other?: string,
  ) => ReturnType<typeof tf.initializers.zeros>,
): tf.layers.Layer {
  const { name } = layer;
  switch (layer.kind) {
    case "conv":
    case "convTranspose": {
      const { filters, kernel, stride = [1, 1], padding, activation } = layer;
      const settings = {
        name,
        filters,
        kernelSize: pair(kernel),
        strides: pair(stride),
        padding,
        activation: tfjsActivationOf(activation),
        kernelInitializer: initializer(layer.start),
        ...regularizers(layer),
      };
      if (layer.kind === "convTranspose") return tf.layers.conv2dTranspose(settings);
      return tf.layers.conv2d({ ...settings, dilationRate: pair(layer.dilation ?? [1, 1]) });
    }
    case "depthwise": {
      const { kernel, stride = [1, 1], padding, activation, times = 1 } = layer;
      return tf.layers.depthwiseConv2d({
        name,
        kernelSize: pair(kernel),
        strides: pair(stride),
        padding,
        activation: tfjsActivationOf(activation),
        depthMultiplier: times,
        depthwiseInitializer: initializer(layer.start),
      });
    }
    case "separable": {
      const { filters, kernel, stride = [1, 1], dilation = [1, 1], padding, activation } = layer;
      const depthwiseInitializer = initializer(layer.start);
      const separable = tf.layers.separableConv2d({
        name,
        filters,
        kernelSize: pair(kernel),
        strides: pair(stride),
        dilationRate: pair(dilation),
        padding,
        activation: tfjsActivationOf(activation),
        depthwiseInitializer,
      });
      // tfjs 4.22 starts both kernels by the first one's.
      return Object.assign(separable, {
        pointwiseInitializer: initializer(layer.start, "pointwise"),
      });
    }
    case "permute":
      return tf.layers.permute({ name, dims: [...layer.order] });
    case "dense": {
      const { units, activation } = layer;
      return tf.layers.dense({
        name,
        units,
        activation: tfjsActivationOf(activation),
        kernelInitializer: initializer(layer.start),
        ...regularizers(layer),
      });
    }
    case "maxPool":
    case "averagePool": {
      const { size, stride = size, padding = "valid" } = layer;
      const settings = { name, poolSize: pair(size), strides: pair(stride), padding };
      return layer.kind === "maxPool"
        ? tf.layers.maxPooling2d(settings)
        : tf.layers.averagePooling2d(settings);
    }
    case "globalPool":
      return layer.of === "max"
        ? tf.layers.globalMaxPooling2d({ name })
        : tf.layers.globalAveragePooling2d({ name });
    case "pad":
    case "crop": {
      const [top, bottom, left, right] = layer.edges;
      const edges: [[number, number], [number, number]] = [
        [top, bottom],
        [left, right],
      ];
      return layer.kind === "pad"
        ? tf.layers.zeroPadding2d({ name, padding: edges })
        : tf.layers.cropping2D({ name, cropping: edges });
    }
    case "upsample": {
      const size = pair(layer.factor);
      if (layer.interpolation === "bilinear") return new BilinearUpSampling2D({ name, size });
      const interpolation = layer.interpolation === undefined ? "nearest" : "bilinear";
      return tf.layers.upSampling2d({ name, size, interpolation });
    }
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
      if (typeof activation === "string") {
        return tf.layers.activation({ name, activation: tfjsActivationOf(activation) });
      }
      if ("leakyRelu" in activation) {
        return tf.layers.leakyReLU({ name, alpha: activation.leakyRelu });
      }
      if ("cappedRelu" in activation) {
        return tf.layers.reLU({ name, maxValue: activation.cappedRelu });
      }
      return tf.layers.thresholdedReLU({ name, theta: activation.thresholdedRelu });
    }
    case "dropout":
      return tf.layers.dropout({ name, rate: layer.rate });
    case "spatialDropout":
      return new SpatialDropout2D({ name, rate: layer.rate });
    case "alphaDropout":
      return tf.layers.alphaDropout({ name, rate: layer.rate });
    case "gaussianDropout":
      return tf.layers.gaussianDropout({ name, rate: layer.rate });
    case "gaussianNoise":
      return tf.layers.gaussianNoise({ name, stddev: layer.deviation });
    case "nestedDropout":
      return new NestedDropout({ name, evenTo: layer.evenTo });
    case "sample":
      return new Sampling({ name });
    case "batchNorm":
      return tf.layers.batchNormalization({
        name,
        momentum: layer.momentum ?? NORM_MOMENTUM,
        epsilon: layer.epsilon ?? NORM_EPSILON,
      });
    case "layerNorm":
      return tf.layers.layerNormalization({ name, epsilon: layer.epsilon ?? NORM_EPSILON });
    case "groupNorm":
      return new GroupNormalization({
        name,
        groups: layer.groups,
        epsilon: layer.epsilon ?? NORM_EPSILON,
      });
    case "prelu":
      return tf.layers.prelu({ name, ...(isImage && !layer.each ? { sharedAxes: [1, 2] } : {}) });
    case "add":
      return tf.layers.add({ name });
    case "multiply":
      return tf.layers.multiply({ name });
    case "subtract":
      return new Subtract({ name });
    case "average":
      return tf.layers.average({ name });
    case "maximum":
      return tf.layers.maximum({ name });
    case "minimum":
      return tf.layers.minimum({ name });
    case "concat":
      return tf.layers.concatenate({ name });
  }
}

/** As tfjs takes it. */
function pair([down, across]: Sides): [number, number] {
  return [down, across];
}
