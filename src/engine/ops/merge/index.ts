/** Its inputs joined number by number: their product, difference, mean, or extreme. */

import type { GraphNode } from "../../graph";
import { type BroadcastOperation, broadcast } from "../broadcast";
import { backwardOf, type OperationKind, type ReadLayer, type Tape } from "../kind";

export interface MergeOperation extends GraphNode {
  readonly kind: "merge";
  readonly by: "multiply" | "subtract" | "average" | "maximum" | "minimum";
}

/** A multiple of a gradient. */
export interface MultipleOperation extends GraphNode {
  readonly kind: "multiple";
  readonly factor: number;
}

/**
 * The gradient of an input of which the extreme was taken: its inputs are the gradient, the
 * extreme, the input, and that before it. It passes where the input is the extreme and the one
 * before it is not.
 */
export interface ExtremeGradient extends GraphNode {
  readonly kind: "extremeGradient";
}

type Backward = MergeOperation | MultipleOperation | ExtremeGradient;

/** Of many inputs two are joined, and then what came of that and the next, as tfjs does. */
function layer(by: MergeOperation["by"]): ReadLayer<MergeOperation | BroadcastOperation> {
  return (reader, node, shapes) => {
    const { operations, inputs, result } = broadcast(reader, node, shapes);
    const joint = { ...node, input: node.output, kind: "merge", by } as const;
    if (by === "average" || inputs.length <= 2)
      return [...operations, { ...joint, inputs, result }];
    const joints = inputs.slice(1).map((input, place) => ({
      ...joint,
      inputs: [place === 0 ? inputs[0]! : result + place - 1, input],
      result: result + place,
    }));
    return [...operations, ...joints];
  };
}

export const merge: OperationKind<MergeOperation, Backward, MergeOperation | BroadcastOperation> = {
  layers: {
    Multiply: layer("multiply"),
    Subtract: layer("subtract"),
    Average: layer("average"),
    Maximum: layer("maximum"),
    Minimum: layer("minimum"),
  },
  gradient: (operation, dy, tape) =>
    operation.inputs.map((_, slot) => partOf(operation, slot, dy, tape)),
};

/** The gradient of the input in that place. */
function partOf(operation: MergeOperation, slot: number, dy: number, tape: Tape<Backward>): number {
  const { inputs, by } = operation;
  switch (by) {
    case "multiply": {
      const others = inputs.filter((_, other) => other !== slot);
      return tape.push({ ...backwardOf(operation, dy, ...others), kind: "merge", by });
    }
    case "subtract":
      return multiple(operation, dy, slot === 0 ? 1 : -1, tape);
    case "average":
      return multiple(operation, dy, 1 / inputs.length, tape);
    case "maximum":
    case "minimum": {
      const taken = [dy, operation.result, inputs[slot]!, ...inputs.slice(0, slot)];
      return tape.push({ ...backwardOf(operation, ...taken), kind: "extremeGradient" });
    }
  }
}

function multiple(operation: GraphNode, dy: number, factor: number, tape: Tape<Backward>): number {
  return tape.push({ ...backwardOf(operation, dy), kind: "multiple", factor });
}
