/** Its inputs' channels side by side. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface ConcatOperation extends GraphNode {
  readonly kind: "concat";
  /** Channels of each input. */
  readonly parts: readonly number[];
}

/** Some of each pixel's channels, from one on. */
export interface SliceOperation extends GraphNode {
  readonly kind: "slice";
  readonly from: number;
}

export const concat: OperationKind<ConcatOperation, SliceOperation> = {
  layers: {
    Concatenate(reader, node, shapes) {
      reader.lastAxis("axis");
      return { ...node, kind: "concat", parts: shapes.map((shape) => shape.channels) };
    },
  },
  gradient(operation, dy, tape) {
    let from = 0;
    return operation.parts.map((channels) => {
      const output = { ...operation.output, channels };
      const part = tape.push({ ...backwardOf(operation, dy), kind: "slice", output, from });
      from += channels;
      return part;
    });
  },
};
