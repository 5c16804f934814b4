/** An image's axes in another order. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

/** For each axis of the output the input's: 0 is the height, 1 the width, 2 the channels. */
type Order = readonly [number, number, number];

export interface PermuteOperation extends GraphNode {
  readonly kind: "permute";
  readonly order: Order;
}

export const permute: OperationKind<PermuteOperation, PermuteOperation> = {
  layers: {
    Permute(reader, node) {
      // Counted from 1; a vector's only axis stays where it is.
      const [height = 0, width = 1, channels = 2] = reader.axes("dims");
      return { ...node, kind: "permute", order: [height, width, channels] };
    },
  },
  gradient: ({ order, ...operation }, dy, tape) => [
    tape.push({
      ...backwardOf(operation, dy),
      kind: "permute",
      order: [order.indexOf(0), order.indexOf(1), order.indexOf(2)],
    }),
  ],
};
