/** In training each vector keeps only its first numbers: see truncationThresholds in philox.ts. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface NestedDropoutOperation extends GraphNode {
  readonly kind: "nestedDropout";
  /** How many are kept outside training; null keeps all. */
  readonly kept: number | null;
  /** Up to which size all are drawn alike in training, from 1 on. */
  readonly evenTo: number;
}

export const nestedDropout: OperationKind<NestedDropoutOperation, NestedDropoutOperation> = {
  layers: {
    NestedDropout(reader, node) {
      reader.fits(node.input.height * node.input.width === 1, "flatten its input first");
      const kept = reader.optionalNumber("kept");
      return { ...node, kind: "nestedDropout", kept, evenTo: reader.number("evenTo") };
    },
  },
  // The same numbers are kept: the length is drawn again.
  gradient: ({ kept, evenTo, ...operation }, dy, tape) => [
    tape.push({ ...backwardOf(operation, dy), kind: "nestedDropout", kept, evenTo }),
  ],
};
