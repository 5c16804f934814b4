/** The sum of its inputs, all of one shape. */

import { type Activation, type GraphNode, isSameShape } from "../../graph";
import type { OperationKind } from "../kind";

export interface AddOperation extends GraphNode {
  readonly kind: "add";
  readonly activation: Activation;
}

export const add: OperationKind<AddOperation> = {
  layers: {
    Add(reader, node, shapes) {
      const same = shapes.every((shape) => isSameShape(shape, node.output));
      reader.fits(same, "its inputs must have the same shape");
      return { ...node, kind: "add", activation: "linear" };
    },
  },
  gradient: ({ layer, inputs, output }, dy, tape) => inputs.map(() => tape.copy(dy, layer, output)),
};
