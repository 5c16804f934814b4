/**
 * What a kind of operation says of itself, once for all devices: how a tfjs layer is read as one,
 * which arrays it trains, what it costs, and its gradient.
 */

import type { GraphNode, Parameter, Placement, SampleShape } from "../graph";
import type { LayerReader } from "../layer-reader";

/**
 * How a convolution over a doubled image is computed: `folded` as four small ones over the image
 * itself, or as `written`, on the doubled image.
 */
export type DoublingCost = "folded" | "written";

/**
 * Reads a layer's whole configuration.
 *
 * @param shapes of all its inputs
 * @returns its operation, or several: `node` has the first one's result, each takes what the one before
 *   it makes, and their results are numbered in a row
 */
export type ReadLayer<O extends GraphNode> = (
  reader: LayerReader,
  node: Placement,
  shapes: readonly SampleShape[],
) => O | readonly O[];

/** An operation that has no tensor of its own yet. */
export type Unnumbered<O extends GraphNode> = O extends unknown ? Omit<O, "result"> : never;

/** Where a gradient rule writes down the operations of the backward pass, in their order. */
export interface Tape<O extends GraphNode> {
  /** The tensor that the operation makes. */
  push(operation: Unnumbered<O>): number;
  /** A tensor of the same numbers, which another operation may change. */
  copy(tensor: number, layer: string, shape: SampleShape): number;
}

/**
 * @typeParam G what its gradient is made of
 * @typeParam R what its layers are read as, where that may be other operations too
 */
export interface OperationKind<
  O extends GraphNode,
  G extends GraphNode = never,
  R extends GraphNode = O,
> {
  /** By tfjs's name of the layer's class. */
  readonly layers: Readonly<Record<string, ReadLayer<R>>>;
  /** Arrays that it trains; none where there is no such function. */
  trains?(operation: O): readonly (Parameter | null)[];
  /** Multiply-adds of one sample's forward pass; only products of matrices. */
  multiplyAdds?(operation: O, doubling: DoublingCost): number;
  /**
   * The gradient rule: pushes what makes the gradient of each input, and of what it trains, out of
   * the gradient `dy` of its output, before the activation where it has one.
   *
   * @returns a tensor for each input, in their order; what nobody reads is not computed
   */
  gradient(operation: O, dy: number, tape: Tape<G>): readonly number[];
}

/** Where an operation stands that turns the gradient of another's output into that of its input. */
export function backwardOf(
  { layer, input, output }: GraphNode,
  ...inputs: readonly number[]
): Omit<GraphNode, "kind" | "result"> & { readonly isBackward: true } {
  return { layer, inputs, input: output, output: input, isBackward: true };
}
