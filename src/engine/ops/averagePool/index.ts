/** The mean over each window, of those of its pixels that are in the image. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";
import { readWholeImage, readWindows, type Windows } from "../pooling";

export interface AveragePoolOperation extends GraphNode, Windows {
  readonly kind: "averagePool";
}

/** Gives every pixel its share of the gradients of all windows that it is in. */
export interface AveragePoolGradient extends GraphNode, Windows {
  readonly kind: "averagePoolGradient";
}

export const averagePool: OperationKind<AveragePoolOperation, AveragePoolGradient> = {
  layers: {
    AveragePooling2D: (reader, node) => ({
      ...node,
      ...readWindows(reader, node),
      kind: "averagePool",
    }),
    GlobalAveragePooling2D: (reader, node) => ({
      ...node,
      ...readWholeImage(reader, node),
      kind: "averagePool",
    }),
  },
  gradient: ({ size, strides, padding, ...operation }, dy, tape) => [
    tape.push({
      ...backwardOf(operation, dy),
      kind: "averagePoolGradient",
      size,
      strides,
      padding,
    }),
  ],
};
