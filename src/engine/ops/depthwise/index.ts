/**
 * Each channel's correlation with a kernel of its own, of [height, width, channels]: Keras's
 * DepthwiseConv2D, and the first half of SeparableConv2D.
 *
 * With a depth multiplier each channel has several kernels: it is repeated so often before.
 */

import type { GraphNode, Parameter, Placement } from "../../graph";
import type { LayerReader } from "../../layer-reader";
import { backwardOf, type OperationKind } from "../kind";
import { type PixelwiseOperation, pixelwise } from "../pixelwise";
import { trainedWeights, type Weighted, type WeightedGradient } from "../weights";
import { readWindow, type Windowed } from "../window";

export interface DepthwiseOperation extends GraphNode, Windowed {
  readonly kind: "depthwise";
}

export interface DepthwiseGradient extends WeightedGradient<DepthwiseOperation> {
  readonly kind: "depthwiseGradient";
}

/** Every channel several times, one beside the other. */
export interface RepeatChannelsOperation extends GraphNode {
  readonly kind: "repeatChannels";
  readonly times: number;
}

/** Sums of so many channels. */
export interface ChannelSumsOperation extends GraphNode {
  readonly kind: "channelSums";
  readonly times: number;
}

type Read = RepeatChannelsOperation | DepthwiseOperation | PixelwiseOperation;

/** A node behind another of the same layer. */
function behind({ result, output, layer }: Placement, made: Placement["output"]): Placement {
  return { layer, inputs: [result], result: result + 1, input: output, output: made };
}

/**
 * The convolution of each channel, and before it as many copies of it as it has kernels: `times`.
 *
 * @param to of its output, of which the channels may be others behind a product
 */
function readChannelwise(
  { input, output, ...node }: Placement,
  window: Omit<Windowed, keyof Weighted>,
  weights: Weighted,
  times: number,
): readonly [...RepeatChannelsOperation[], DepthwiseOperation] {
  const channels = input.channels * times;
  const made = { ...output, channels };
  if (times === 1) {
    return [{ ...node, input, output: made, ...window, ...weights, kind: "depthwise" }];
  }
  const repeated: Placement = { ...node, input, output: { ...input, channels } };
  return [
    { ...repeated, kind: "repeatChannels", times },
    { ...behind(repeated, made), ...window, ...weights, kind: "depthwise" },
  ];
}

/** The array of that number, with what else is set of it by its name in the configuration. */
function kernelOf(reader: LayerReader, name: string, index: number): Parameter {
  reader.ignore(`${name}Initializer`);
  return reader.regularized(reader.unconstrained(index), `${name}Regularizer`);
}

export const depthwise: OperationKind<DepthwiseOperation, DepthwiseGradient, Read> = {
  layers: {
    DepthwiseConv2D(reader, node) {
      // What tfjs writes there is the regulariser.
      reader.ignore("depthwiseConstraint");
      if (reader.pair("dilationRate").some((rate) => rate !== 1)) {
        reader.problem("its dilationRate, which tfjs passes over, must be 1");
      }
      reader.forbid("activityRegularizer");
      const weights = {
        kernel: kernelOf(reader, "depthwise", 0),
        bias: reader.bias(),
        activation: reader.activation(),
      };
      const window = readWindow(reader, node.input, node.output);
      return readChannelwise(node, window, weights, reader.number("depthMultiplier"));
    },
    SeparableConv2D(reader, node) {
      // What its kernels' shapes say, and what tfjs leaves out where it is not mended.
      reader.ignore("filters", "depthMultiplier");
      reader.noConstraint("depthwiseConstraint", "pointwiseConstraint");
      reader.forbid("activityRegularizer");
      const dilation = reader.pair("dilationRate");
      const window = readWindow(reader, node.input, node.output, dilation);
      const kernel = kernelOf(reader, "depthwise", 0);
      const times = kernel.shape.at(-1) ?? 1;
      const weights = { kernel, bias: null, activation: "linear" } as const;
      const operations = readChannelwise(node, window, weights, times);
      const pointwise = {
        kernel: kernelOf(reader, "pointwise", 1),
        bias: reader.bias(2),
        activation: reader.activation(),
      };
      return [...operations, pixelwise(behind(operations.at(-1)!, node.output), pointwise)];
    },
  },
  trains: trainedWeights,
  multiplyAdds: ({ output, kernel }) => output.height * output.width * kernel.size,
  gradient: (of, dy, tape) => [
    tape.push({ ...backwardOf(of, dy, ...of.inputs), kind: "depthwiseGradient", of }),
  ],
};

export const repeatChannels: OperationKind<RepeatChannelsOperation, ChannelSumsOperation> = {
  // It is part of others' layers alone.
  layers: {},
  gradient: ({ times, ...operation }, dy, tape) => [
    tape.push({ ...backwardOf(operation, dy), kind: "channelSums", times }),
  ],
};
