/** Largest of each size × size window; windows do not overlap. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface MaxPoolOperation extends GraphNode {
  readonly kind: "maxPool";
  readonly size: number;
  readonly activation: "linear" | "relu";
}

/** Gives each window's gradient to its largest number, of which the forward pass keeps the place. */
export interface MaxPoolGradient extends GraphNode {
  readonly kind: "maxPoolGradient";
  readonly of: MaxPoolOperation;
}

export const maxPool: OperationKind<MaxPoolOperation, MaxPoolGradient> = {
  layers: {
    MaxPooling2D(reader, node) {
      const { height, width } = node.input;
      reader.oneOf("dataFormat", ["channelsLast"]);
      const size = reader.square("poolSize");
      if (reader.square("strides") !== size) reader.problem("strides must equal the pool size");
      if (size > 15) reader.problem("pool sizes up to 15 are supported");
      if (reader.oneOf("padding", ["valid", "same"]) === "same") {
        const isWhole = height % size === 0 && width % size === 0;
        reader.fits(isWhole, "padded windows are not supported");
      }
      return { ...node, kind: "maxPool", size, activation: "linear" };
    },
  },
  gradient: (of, dy, tape) => [tape.push({ ...backwardOf(of, dy), kind: "maxPoolGradient", of })],
};
