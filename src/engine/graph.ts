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

/** A function of each number by itself: see activations.ts. */
export type Activation = "linear" | ActivationName | ParametricActivation;

/** `clamp` is min(max(x, 0), 1), and lets gradients pass that do not lead further out. */
export type ActivationName =
  | "relu"
  | "sigmoid"
  | "elu"
  | "swish"
  | "clamp"
  | "tanh"
  | "softplus"
  | "softsign"
  | "gelu"
  | "selu"
  | "mish";

/** One of a family of functions. */
export interface ParametricActivation {
  readonly name: "leakyRelu" | "cappedRelu" | "thresholdedRelu" | "hardSigmoid";
  /** What numbers below 0 are multiplied by; the maximum; the threshold; the slope at 0. */
  readonly alpha: number;
}

/** One array of weights, in Keras's order of axes. */
export interface Parameter {
  /** The variable's name in the model, for messages. */
  readonly name: string;
  readonly shape: readonly number[];
  /**
   * `trained`, by gradients; `still`, as they are: a frozen layer's, and what changes without a gradient;
   * `copy`, a trained one where its layer is used once more, with a gradient of its own.
   */
  readonly role: "trained" | "still" | "copy";
  /** Place among `model.trainableWeights`, the non-trainable ones, or the plan's copies. */
  readonly index: number;
  /** Numbers in it. */
  readonly size: number;
}

/** Rates of a regulariser: l1 · Σ |x| + l2 · Σ x² is part of the loss. */
export interface Rates {
  readonly l1: number;
  readonly l2: number;
}

/** Regularisation of an array of weights. */
export interface Penalty extends Rates {
  readonly parameter: Parameter;
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
