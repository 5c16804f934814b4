/** y = x · kernel + bias, kernel of [inputs, units]. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";
import { readWeights, trainedWeights, type Weighted, type WeightedGradient } from "../weights";

export interface DenseOperation extends GraphNode, Weighted {
  readonly kind: "dense";
}

export interface DenseGradient extends WeightedGradient<DenseOperation> {
  readonly kind: "denseGradient";
}

export const dense: OperationKind<DenseOperation, DenseGradient> = {
  layers: {
    Dense(reader, node) {
      // As many as its kernel has columns.
      reader.ignore("units");
      reader.fits(node.input.height * node.input.width === 1, "flatten its input first");
      return { ...node, ...readWeights(reader), kind: "dense" };
    },
  },
  trains: trainedWeights,
  multiplyAdds: ({ kernel }) => kernel.size,
  gradient: (of, dy, tape) => [
    tape.push({ ...backwardOf(of, dy, ...of.inputs), kind: "denseGradient", of }),
  ],
};
