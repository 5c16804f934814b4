/**
 * A plan: what a model computes, as a graph of operations with every shape known.
 *
 * `compile` makes it from a `tf.LayersModel`, `differentiate` adds the backward pass, and a device
 * turns it into work. It describes one sample. Tensors have numbers: 0 is the model's input, and
 * each operation makes one more.
 */

import type { Parameter, Penalty, SampleShape } from "./graph";
import type { Operation } from "./ops";
import type { NestedDropoutOperation } from "./ops/nestedDropout";

export interface Plan {
  readonly input: SampleShape;
  readonly output: SampleShape;
  /** The tensor that the model puts out. */
  readonly result: number;
  /** In an order in which each finds its inputs made. */
  readonly operations: readonly Operation[];
  /** In the order of `model.trainableWeights`. */
  readonly parameters: readonly Parameter[];
  /** Arrays that training changes without a gradient, in the order of `model.nonTrainableWeights`. */
  readonly statistics: readonly Parameter[];
  readonly penalties: readonly Penalty[];
  /** Tensors that layers put out, of those that were asked for. */
  readonly outputs: ReadonlyMap<string, number>;
}

/** The operation that cuts codes off, where there is one; several cut at the same place. */
export function nestedDropoutOf({ operations }: Plan): NestedDropoutOperation | undefined {
  return operations.find((operation) => operation.kind === "nestedDropout");
}
