/** The same numbers, in the same order, in another shape. */

import { type GraphNode, sizeOf } from "../../graph";
import { backwardOf, type OperationKind, type ReadLayer } from "../kind";

export interface ReshapeOperation extends GraphNode {
  readonly kind: "reshape";
}

const readReshape: ReadLayer<ReshapeOperation> = (reader, node) => {
  // That of its output.
  reader.ignore("targetShape");
  reader.fits(sizeOf(node.input) === sizeOf(node.output), "its sizes do not agree");
  return { ...node, kind: "reshape" };
};

export const reshape: OperationKind<ReshapeOperation, ReshapeOperation> = {
  layers: {
    Flatten(reader, node, shapes) {
      // Otherwise it transposes the image first.
      reader.oneOf("dataFormat", ["channelsLast"], "channelsLast");
      return readReshape(reader, node, shapes);
    },
    Reshape: readReshape,
  },
  gradient: (operation, dy, tape) => [tape.push({ ...backwardOf(operation, dy), kind: "reshape" })],
};
