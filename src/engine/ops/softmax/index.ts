/** Softmax over each pixel's channels, or over a vector: e^x / Σ e^x. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface SoftmaxOperation extends GraphNode {
  readonly kind: "softmax";
}

/** y (dy − Σ y · dy), of the gradient of the output and the output. */
export interface SoftmaxGradient extends GraphNode {
  readonly kind: "softmaxGradient";
}

export const softmax: OperationKind<SoftmaxOperation, SoftmaxGradient> = {
  layers: {
    Softmax(reader, node) {
      reader.lastAxis("axis");
      return { ...node, kind: "softmax" };
    },
  },
  gradient: (operation, dy, tape) => [
    tape.push({ ...backwardOf(operation, dy, operation.result), kind: "softmaxGradient" }),
  ],
};
