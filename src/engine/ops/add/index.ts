/** The sum of its inputs. */

import type { Activation, GraphNode } from "../../graph";
import { type BroadcastOperation, broadcast } from "../broadcast";
import type { OperationKind } from "../kind";

export interface AddOperation extends GraphNode {
  readonly kind: "add";
  readonly activation: Activation;
}

export const add: OperationKind<AddOperation, never, AddOperation | BroadcastOperation> = {
  layers: {
    Add(reader, node, shapes) {
      const { operations, ...taken } = broadcast(reader, node, shapes);
      const { output: input } = node;
      return [...operations, { ...node, ...taken, input, kind: "add", activation: "linear" }];
    },
  },
  gradient: ({ layer, inputs, output }, dy, tape) => inputs.map(() => tape.copy(dy, layer, output)),
};
