/** max(x, 0) + α min(x, 0), with an α that is trained for each channel or each number (He et al. 2015). */

import type { GraphNode, Parameter } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface PreluOperation extends GraphNode {
  readonly kind: "prelu";
  readonly slopes: Parameter;
  /** Whether all pixels share a channel's slope. */
  readonly isShared: boolean;
}

/** Takes the gradient of the output and the input; makes those of the input and of the slopes. */
export interface PreluGradient extends GraphNode {
  readonly kind: "preluGradient";
  readonly of: PreluOperation;
}

export const prelu: OperationKind<PreluOperation, PreluGradient> = {
  layers: {
    PReLU(reader, node) {
      reader.ignore("alphaInitializer");
      reader.noConstraint("alphaConstraint");
      const axes = reader.optionalAxes("sharedAxes");
      const { height, width } = node.output;
      const isShared = axes.length > 0 && height * width > 1;
      const fits = axes.length === 0 || axes.join() === "1,2";
      reader.fits(fits, "its sharedAxes must be 1 and 2, or none");
      const slopes = reader.regularized(reader.parameter(0), "alphaRegularizer");
      return { ...node, kind: "prelu", slopes, isShared };
    },
  },
  trains: ({ slopes }) => [slopes],
  gradient: (of, dy, tape) => [
    tape.push({ ...backwardOf(of, dy, ...of.inputs), kind: "preluGradient", of }),
  ],
};
