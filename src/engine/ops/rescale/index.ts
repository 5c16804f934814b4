/** y = x · scale + offset. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface RescaleOperation extends GraphNode {
  readonly kind: "rescale";
  readonly scale: number;
  readonly offset: number;
}

export const rescale: OperationKind<RescaleOperation, RescaleOperation> = {
  layers: {
    Rescaling(reader, node) {
      const [scale, offset] = [reader.number("scale"), reader.number("offset")];
      return { ...node, kind: "rescale", scale, offset };
    },
  },
  gradient: (operation, dy, tape) => [
    tape.push({
      ...backwardOf(operation, dy),
      kind: "rescale",
      scale: operation.scale,
      offset: 0,
    }),
  ],
};
