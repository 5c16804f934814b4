/** y = x · kernel + bias, kernel of [inputs, units]. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";
import { type PixelwiseOperation, pixelwise } from "../pixelwise";
import { readWeights, trainedWeights, type Weighted, type WeightedGradient } from "../weights";

export interface DenseOperation extends GraphNode, Weighted {
  readonly kind: "dense";
}

export interface DenseGradient extends WeightedGradient<DenseOperation> {
  readonly kind: "denseGradient";
}

export const dense: OperationKind<
  DenseOperation,
  DenseGradient,
  DenseOperation | PixelwiseOperation
> = {
  layers: {
    Dense(reader, node) {
      // As many as its kernel has columns.
      reader.ignore("units");
      const { height, width } = node.input;
      const weights = readWeights(reader);
      if (height * width === 1) return { ...node, ...weights, kind: "dense" };
      return pixelwise(node, weights);
    },
  },
  trains: trainedWeights,
  multiplyAdds: ({ kernel }) => kernel.size,
  gradient: (of, dy, tape) => [
    tape.push({ ...backwardOf(of, dy, ...of.inputs), kind: "denseGradient", of }),
  ],
};
