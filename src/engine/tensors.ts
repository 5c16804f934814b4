/** Which operations make and take each tensor: one account for every device and every pass. */

import type { GraphNode, SampleShape } from "./graph";
import { type Operation, trainedBy } from "./ops";

/** One tensor; operations are told by their places in a list. */
export interface TensorUse {
  readonly shape: SampleShape;
  /** Null for what the pass is given: samples, targets. */
  readonly writer: number | null;
  /** A place occurs twice for an operation that takes the tensor twice. */
  readonly readers: readonly number[];
}

/**
 * Every tensor of a pass.
 *
 * @param operations in an order in which each finds its inputs made
 * @param given shapes of the tensors that none of them makes
 */
export function tensorsOf(
  operations: readonly GraphNode[],
  given: ReadonlyMap<number, SampleShape>,
): Map<number, TensorUse> {
  const readers = new Map<number, number[]>();
  const tensors = new Map<number, TensorUse>();
  const make = (tensor: number, shape: SampleShape, writer: number | null) => {
    const own: number[] = [];
    readers.set(tensor, own);
    tensors.set(tensor, { shape, writer, readers: own });
  };
  for (const [tensor, shape] of given) make(tensor, shape, null);
  for (const [place, { kind, inputs, result, output }] of operations.entries()) {
    for (const input of inputs) {
      const own = readers.get(input);
      if (!own) throw new Error(`The ${kind} takes tensor ${input}, which is not there.`);
      own.push(place);
    }
    make(result, output, place);
  }
  return tensors;
}

/**
 * The tensors to which something with weights leads: a gradient of others nobody needs.
 *
 * @param wanted tensors whose gradients are asked for, whatever leads to them
 */
export function differentiable(
  operations: readonly Operation[],
  wanted: readonly number[] = [],
): ReadonlySet<number> {
  const found = new Set<number>(wanted);
  for (const operation of operations) {
    const needs = operation.inputs.some((tensor) => found.has(tensor));
    if (needs || trainedBy(operation).length > 0) found.add(operation.result);
  }
  return found;
}
