/** The largest over each window, of those of its pixels that are in the image; ties go to the first. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";
import { readWholeImage, readWindows, type Windows } from "../pooling";

export interface MaxPoolOperation extends GraphNode, Windows {
  readonly kind: "maxPool";
  readonly activation: "linear" | "relu";
}

/** Gives each window's gradient to its largest number, of which the forward pass keeps the place. */
export interface MaxPoolGradient extends GraphNode {
  readonly kind: "maxPoolGradient";
  readonly of: MaxPoolOperation;
}

export const maxPool: OperationKind<MaxPoolOperation, MaxPoolGradient> = {
  layers: {
    MaxPooling2D: (reader, node) => ({
      ...node,
      ...readWindows(reader, node),
      kind: "maxPool",
      activation: "linear",
    }),
    GlobalMaxPooling2D: (reader, node) => ({
      ...node,
      ...readWholeImage(reader, node),
      kind: "maxPool",
      activation: "linear",
    }),
  },
  gradient: (of, dy, tape) => [tape.push({ ...backwardOf(of, dy), kind: "maxPoolGradient", of })],
};
