/**
 * y = γ (x − μ) / √(σ² + ε) + β with the mean and variance of some of one image's numbers: of each
 * pixel's channels (Ba, Kiros & Hinton 2016), or of groups of channels over all pixels (Wu & He
 * 2018). In training and outside it the same.
 */

import type { GraphNode, Parameter, SampleShape } from "../../graph";
import type { LayerReader } from "../../layer-reader";
import { backwardOf, type OperationKind } from "../kind";

export interface LayerNormOperation extends GraphNode {
  readonly kind: "layerNorm";
  /** Pixels that are normalised together: 1, or all of an image. */
  readonly pixels: number;
  /** Channels that are. */
  readonly channels: number;
  /** A number for each channel. */
  readonly gamma: Parameter | null;
  readonly beta: Parameter | null;
  readonly epsilon: number;
}

/** Takes the gradient of the output and the input; makes those of the input, γ and β. */
export interface LayerNormGradient extends GraphNode {
  readonly kind: "layerNormGradient";
  readonly of: LayerNormOperation;
}

/** γ, β and ε, which both layers have by the same names. */
function readFactors(reader: LayerReader) {
  reader.noConstraint("betaConstraint", "gammaConstraint");
  reader.ignore("betaInitializer", "gammaInitializer");
  const gamma = reader.isOn("scale") ? reader.parameter(0) : null;
  const beta = reader.isOn("center") ? reader.parameter(gamma ? 1 : 0) : null;
  return {
    gamma: reader.regularized(gamma, "gammaRegularizer"),
    beta: reader.regularized(beta, "betaRegularizer"),
    epsilon: reader.number("epsilon"),
  };
}

function pixelsOf({ height, width }: SampleShape): number {
  return height * width;
}

export const layerNorm: OperationKind<LayerNormOperation, LayerNormGradient> = {
  layers: {
    LayerNormalization(reader, node) {
      reader.lastAxis("axis");
      const { channels } = node.output;
      return { ...node, kind: "layerNorm", pixels: 1, channels, ...readFactors(reader) };
    },
    GroupNormalization(reader, node) {
      reader.lastAxis("axis");
      const { output } = node;
      const asked = reader.number("groups");
      const groups = asked === -1 ? output.channels : asked;
      reader.fits(output.channels % groups === 0, "its groups must divide its channels");
      const channels = output.channels / groups;
      return {
        ...node,
        kind: "layerNorm",
        pixels: pixelsOf(output),
        channels,
        ...readFactors(reader),
      };
    },
  },
  trains: ({ gamma, beta }) => [gamma, beta],
  gradient: (of, dy, tape) => [
    tape.push({ ...backwardOf(of, dy, ...of.inputs), kind: "layerNormGradient", of }),
  ],
};

/** Sets of numbers in an image that are normalised each by itself. */
export function setsOf({ output, pixels, channels }: LayerNormOperation): number {
  return (pixelsOf(output) / pixels) * (output.channels / channels);
}
