/** Pixel (by + i, bx + j) of channel k is channel (ib + j)·channels + k of pixel (y, x). */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface DepthToSpaceOperation extends GraphNode {
  readonly kind: "depthToSpace";
  readonly block: number;
}

/** The other way. */
export interface SpaceToDepthOperation extends GraphNode {
  readonly kind: "spaceToDepth";
  readonly block: number;
}

export const depthToSpace: OperationKind<DepthToSpaceOperation, SpaceToDepthOperation> = {
  layers: {
    DepthToSpace(reader, node) {
      const { input, output } = node;
      const block = reader.number("blockSize");
      const fits =
        output.height === input.height * block &&
        output.width === input.width * block &&
        output.channels * block * block === input.channels;
      reader.fits(fits, "its sizes do not agree");
      return { ...node, kind: "depthToSpace", block };
    },
  },
  gradient: (operation, dy, tape) => [
    tape.push({ ...backwardOf(operation, dy), kind: "spaceToDepth", block: operation.block }),
  ],
};
