/** Nearest-neighbour enlargement. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface UpsampleOperation extends GraphNode {
  readonly kind: "upsample";
  readonly factor: number;
}

/** Sums of factor × factor pixels. */
export interface UpsampleGradient extends GraphNode {
  readonly kind: "upsampleGradient";
  readonly factor: number;
}

export const upsample: OperationKind<UpsampleOperation, UpsampleGradient> = {
  layers: {
    UpSampling2D(reader, node) {
      reader.oneOf("dataFormat", ["channelsLast"]);
      reader.oneOf("interpolation", ["nearest"]);
      return { ...node, kind: "upsample", factor: reader.square("size") };
    },
  },
  gradient: (operation, dy, tape) => [
    tape.push({
      ...backwardOf(operation, dy),
      kind: "upsampleGradient",
      factor: operation.factor,
    }),
  ],
};
