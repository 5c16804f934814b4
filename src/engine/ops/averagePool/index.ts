/** The mean over each window, of those of its pixels that are in the image. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";
import { samePadding } from "../window";

/** Height and width, or down and across. */
type Pair = readonly [number, number];

interface Windows {
  readonly size: Pair;
  readonly strides: Pair;
  /** Pixels of the first window above and left of the image. */
  readonly padding: Pair;
}

export interface AveragePoolOperation extends GraphNode, Windows {
  readonly kind: "averagePool";
}

/** Gives every pixel its share of the gradients of all windows that it is in. */
export interface AveragePoolGradient extends GraphNode, Windows {
  readonly kind: "averagePoolGradient";
}

export const averagePool: OperationKind<AveragePoolOperation, AveragePoolGradient> = {
  layers: {
    AveragePooling2D(reader, node) {
      const { input, output } = node;
      reader.oneOf("dataFormat", ["channelsLast"]);
      const size = reader.pair("poolSize");
      const strides = reader.pair("strides");
      const isSame = reader.oneOf("padding", ["valid", "same"]) === "same";
      const [top] = samePadding(input.height, output.height, size[0], strides[0]);
      const [left] = samePadding(input.width, output.width, size[1], strides[1]);
      return {
        ...node,
        kind: "averagePool",
        size,
        strides,
        padding: isSame ? [top, left] : [0, 0],
      };
    },
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
