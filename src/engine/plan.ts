/**
 * A plan: what a model computes, as a graph of operations with every shape known.
 *
 * `compile` makes it from a `tf.LayersModel`, `differentiate` adds the backward pass, and a device
 * turns it into work. It describes one sample. Tensors have numbers: 0 is the model's input, and
 * each operation makes one more.
 */

import type { GraphNode, Parameter, Penalty, Rates, SampleShape } from "./graph";
import type { Operation } from "./ops";
import type { NestedDropoutOperation } from "./ops/nestedDropout";

/** One of the tensors that a model puts out. */
export interface End {
  /** The layer that makes it. */
  readonly layer: string;
  readonly tensor: number;
  readonly shape: SampleShape;
  /** Place of its first number in a sample's row, in which outputs and targets follow each other. */
  readonly at: number;
}

export interface Activity extends Rates {
  readonly tensor: number;
}

/** Its gradient is added to that of the original before that changes. */
export interface Copy {
  readonly copy: Parameter;
  readonly of: Parameter;
}

export interface Plan {
  readonly input: SampleShape;
  /** Of a model's one output; of several, that of a sample's row. */
  readonly output: SampleShape;
  /** In the order of `model.outputs`, one at least. */
  readonly ends: readonly End[];
  /** In an order in which each finds its inputs made. */
  readonly operations: readonly Operation[];
  /** In the order of `model.trainableWeights`. */
  readonly parameters: readonly Parameter[];
  /**
   * Arrays that no gradient changes, in the order of `model.nonTrainableWeights`: moving averages, and
   * all of frozen layers.
   */
  readonly statistics: readonly Parameter[];
  /** Of layers that are used more than once: each copy with what it is one of. */
  readonly copies: readonly Copy[];
  readonly penalties: readonly Penalty[];
  /** Tensors that should be small: sums over a sample's numbers, averaged over the batch. */
  readonly activities: readonly Activity[];
  /** Tensors that layers put out, of those that were asked for. */
  readonly outputs: ReadonlyMap<string, number>;
}

/** What takes an end's numbers to bring them away: they have to last until then. */
export function storeOf({ tensor, shape }: End, place: number): GraphNode {
  const inputs = [tensor];
  return {
    kind: "store",
    layer: "outputs",
    inputs,
    result: -1 - place,
    input: shape,
    output: shape,
  };
}

/** The operation that cuts codes off, where there is one; several cut at the same place. */
export function nestedDropoutOf({ operations }: Plan): NestedDropoutOperation | undefined {
  return operations.find((operation) => operation.kind === "nestedDropout");
}
