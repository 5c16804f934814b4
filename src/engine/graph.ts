/** What operations are made of: shapes, arrays of weights, activations, and their place in a graph. */

/** Shape of one sample: height × width × channels; a vector of n numbers is 1 × 1 × n. */
export interface SampleShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Numbers in one sample of that shape. */
export function sizeOf(shape: SampleShape): number {
  return shape.height * shape.width * shape.channels;
}

export function isSameShape(a: SampleShape, b: SampleShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}

/**
 * A function of each number by itself. `clamp` is min(max(x, 0), 1) and lets gradients pass
 * unchanged; `leakyRelu` multiplies numbers below 0.
 */
export type Activation =
  | "linear"
  | "relu"
  | "sigmoid"
  | "elu"
  | "swish"
  | "clamp"
  | { readonly leakyRelu: number };

/** One array of weights, in Keras's order of axes. */
export interface Parameter {
  /** The variable's name in the model, for messages. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Place among `model.trainableWeights`, or for a statistic among the non-trainable ones. */
  readonly index: number;
  /** Numbers in it. */
  readonly size: number;
}

/** L2 regularisation: rate · Σ w² is part of the loss. */
export interface Penalty {
  readonly parameter: Parameter;
  readonly rate: number;
}

/** Zeros added around an image, in pixels. */
export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** What every operation has: where it stands in the graph. Tensors have numbers. */
export interface GraphNode {
  readonly kind: string;
  /** The layer it comes from. */
  readonly layer: string;
  /** Tensors that it takes. */
  readonly inputs: readonly number[];
  /** The tensor that it makes. */
  readonly result: number;
  /** Shape of its first input. */
  readonly input: SampleShape;
  readonly output: SampleShape;
  /** Is it part of the backward pass? */
  readonly isBackward?: true;
}

/** A node without what says which operation it is. */
export type Placement = Omit<GraphNode, "kind">;
