/** Which arrays layers have: in the order in which Keras stores them, and in that of the net's layers here. */

import { IMAGE_INPUT, inputsOf, type LayerSpec, type NetSpec } from "../../nets/spec";
import { outputShape, type Shape } from "../../nets/summary";
import type { TopologyPart } from "../topology";

interface ArrayKind {
  /** As files of Keras 2 call it, without ":0". */
  readonly name: string;
  /** The setting that leaves it out by being false. */
  readonly unless?: string;
  /** What stands for one that is left out; without that, it never is. */
  readonly fill?: number;
  /** Not changed by the optimiser in any case. */
  readonly isMoving?: true;
}

const BIAS: ArrayKind = { name: "bias", unless: "use_bias", fill: 0 };
const GAMMA: ArrayKind = { name: "gamma", unless: "scale", fill: 1 };
const BETA: ArrayKind = { name: "beta", unless: "center", fill: 0 };
const KERNEL = [{ name: "kernel" }, BIAS];

const OF_CLASS: Readonly<Record<string, readonly ArrayKind[]>> = {
  Dense: KERNEL,
  Conv2D: KERNEL,
  Convolution2D: KERNEL,
  Conv2DTranspose: KERNEL,
  Convolution2DTranspose: KERNEL,
  DepthwiseConv2D: KERNEL,
  SeparableConv2D: [{ name: "depthwise_kernel" }, { name: "pointwise_kernel" }, BIAS],
  SeparableConvolution2D: [{ name: "depthwise_kernel" }, { name: "pointwise_kernel" }, BIAS],
  BatchNormalization: [
    GAMMA,
    BETA,
    { name: "moving_mean", isMoving: true },
    { name: "moving_variance", isMoving: true },
  ],
  LayerNormalization: [GAMMA, BETA],
  GroupNormalization: [GAMMA, BETA],
  PReLU: [{ name: "alpha" }],
};

/** Arrays that a layer of the file has there. */
export function storedKinds({ className, config }: TopologyPart): readonly ArrayKind[] {
  return kindsOf(className).filter(
    ({ unless }) => unless === undefined || config[unless] !== false,
  );
}

/** All arrays that such a layer has here, those that the file leaves out too. */
export const kindsOf = (className: string): readonly ArrayKind[] =>
  OF_CLASS[className.replace(/^.*>/, "")] ?? [];

/** Whether a layer, or a layer of a model, has arrays. */
export function hasArrays(part: TopologyPart): boolean {
  return part.parts ? part.parts.some(hasArrays) : storedKinds(part).length > 0;
}

/** Shapes of the arrays of each of a net's layers that has some, in tfjs's order. */
export function arrayShapes(net: NetSpec): ReadonlyMap<string, readonly Shape[]> {
  const { height, width, channels } = net.image;
  const made = new Map<string, Shape>([[IMAGE_INPUT, [height, width, channels]]]);
  const shapes = new Map<string, readonly Shape[]>();
  for (const [place, layer] of net.layers.entries()) {
    const inputs = inputsOf(net, place).map((input) => made.get(input) ?? []);
    made.set(layer.name, outputShape(layer, inputs));
    const own = shapesOf(layer, inputs[0] ?? []);
    if (own.length > 0) shapes.set(layer.name, own);
  }
  return shapes;
}

function shapesOf(layer: LayerSpec, input: Shape): readonly Shape[] {
  const channels = input.at(-1) ?? 1;
  switch (layer.kind) {
    case "conv":
      return [[...layer.kernel, channels, layer.filters], [layer.filters]];
    case "convTranspose":
      return [[...layer.kernel, layer.filters, channels], [layer.filters]];
    case "depthwise": {
      const { times = 1 } = layer;
      return [[...layer.kernel, channels, times], [channels * times]];
    }
    case "separable":
      return [[...layer.kernel, channels, 1], [1, 1, channels, layer.filters], [layer.filters]];
    case "dense":
      return [[channels, layer.units], [layer.units]];
    case "batchNorm":
      return [[channels], [channels], [channels], [channels]];
    case "layerNorm":
    case "groupNorm":
      return [[channels], [channels]];
    case "prelu":
      return [layer.each ? input : [channels]];
    default:
      return [];
  }
}
