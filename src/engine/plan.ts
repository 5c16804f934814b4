/**
 * A plan: what a model computes, as a graph of operations with every shape known.
 *
 * `compile` makes it from a `tf.LayersModel`; a device turns it into work. It describes the
 * forward pass of one sample; each device knows every operation's gradient. Tensors have numbers:
 * 0 is the model's input, and each operation makes one more.
 */

/** Shape of one sample: height × width × channels; a vector of n numbers is 1 × 1 × n. */
export interface SampleShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
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

/** Zeros added around an image, in pixels. */
export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

interface OperationBase {
  /** The layer it comes from. */
  readonly layer: string;
  /** Tensors that it takes. */
  readonly inputs: readonly number[];
  /** The tensor that it makes. */
  readonly result: number;
  /** Shape of its first input. */
  readonly input: SampleShape;
  readonly output: SampleShape;
}

/** Correlation with a kernel of [height, width, input channels, filters], as Keras's Conv2D. */
export interface ConvOperation extends OperationBase {
  readonly kind: "conv";
  readonly kernel: Parameter;
  readonly bias: Parameter | null;
  readonly kernelSize: readonly [number, number];
  readonly stride: number;
  readonly padding: Padding;
  /** The input is first enlarged this many times, nearest neighbour: 1 leaves it as it is. */
  readonly upsample: 1 | 2;
  readonly activation: Activation;
}

/** The gradient of a convolution by its input: kernel of [height, width, filters, input channels]. */
export interface ConvTransposeOperation extends OperationBase {
  readonly kind: "convTranspose";
  readonly kernel: Parameter;
  readonly bias: Parameter | null;
  readonly kernelSize: readonly [number, number];
  readonly stride: number;
  /** What the padding takes off the output. */
  readonly padding: Padding;
  readonly activation: Activation;
}

/** y = x · kernel + bias, kernel of [inputs, units]. */
export interface DenseOperation extends OperationBase {
  readonly kind: "dense";
  readonly kernel: Parameter;
  readonly bias: Parameter | null;
  readonly activation: Activation;
}

/** Largest of each size × size window; windows do not overlap. */
export interface MaxPoolOperation extends OperationBase {
  readonly kind: "maxPool";
  readonly size: number;
  readonly activation: "linear" | "relu";
}

/** Nearest-neighbour enlargement. */
export interface UpsampleOperation extends OperationBase {
  readonly kind: "upsample";
  readonly factor: number;
}

export interface ActivationOperation extends OperationBase {
  readonly kind: "activation";
  readonly activation: Activation;
}

/** The same numbers in another shape. */
export interface ReshapeOperation extends OperationBase {
  readonly kind: "reshape";
}

/** Pixel (by + i, bx + j) of channel k is channel (ib + j)·channels + k of pixel (y, x). */
export interface DepthToSpaceOperation extends OperationBase {
  readonly kind: "depthToSpace";
  readonly block: number;
}

/** In training some numbers become 0 and the others grow: see math/philox.ts. */
export interface DropoutOperation extends OperationBase {
  readonly kind: "dropout";
  readonly rate: number;
  /** Its place among the model's dropout layers. */
  readonly number: number;
}

/** In training each vector keeps only its first numbers: see math/philox.ts. */
export interface NestedDropoutOperation extends OperationBase {
  readonly kind: "nestedDropout";
  /** How many are kept outside training; null keeps all. */
  readonly kept: number | null;
  /** Up to which size all are drawn alike in training, from 1 on. */
  readonly evenTo: number;
}

/** y = x · scale + offset. */
export interface RescaleOperation extends OperationBase {
  readonly kind: "rescale";
  readonly scale: number;
  readonly offset: number;
}

/** The sum of its inputs, all of one shape. */
export interface AddOperation extends OperationBase {
  readonly kind: "add";
  readonly activation: Activation;
}

/** Its inputs' channels side by side. */
export interface ConcatOperation extends OperationBase {
  readonly kind: "concat";
  /** Channels of each input. */
  readonly parts: readonly number[];
}

/**
 * y = γ (x − μ) / √(σ² + ε) + β for each channel (Ioffe & Szegedy 2015): in training with the mean
 * and variance of the whole batch and all pixels, else with their moving averages.
 */
export interface BatchNormOperation extends OperationBase {
  readonly kind: "batchNorm";
  readonly gamma: Parameter | null;
  readonly beta: Parameter | null;
  /** Moving averages, among the plan's statistics. */
  readonly mean: Parameter;
  readonly variance: Parameter;
  /** Part of a moving average that a step leaves as it was. */
  readonly momentum: number;
  readonly epsilon: number;
  readonly activation: Activation;
}

export type Operation =
  | ConvOperation
  | ConvTransposeOperation
  | DenseOperation
  | MaxPoolOperation
  | UpsampleOperation
  | ActivationOperation
  | ReshapeOperation
  | DepthToSpaceOperation
  | RescaleOperation
  | DropoutOperation
  | NestedDropoutOperation
  | AddOperation
  | ConcatOperation
  | BatchNormOperation;

/** What every operation has: where it stands in the graph. */
export type Place = Pick<Operation, "layer" | "inputs" | "result" | "input" | "output">;

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
}

/** L2 regularisation: rate · Σ w² is part of the loss. */
export interface Penalty {
  readonly parameter: Parameter;
  readonly rate: number;
}

/** Arrays that an operation trains. */
export function trainedBy(operation: Operation): readonly Parameter[] {
  const found =
    "kernel" in operation
      ? [operation.kernel, operation.bias]
      : operation.kind === "batchNorm"
        ? [operation.gamma, operation.beta]
        : [];
  return found.filter((parameter) => parameter !== null);
}

/** Numbers in one sample of that shape. */
export function sizeOf(shape: SampleShape): number {
  return shape.height * shape.width * shape.channels;
}

/** The operation that cuts codes off, where there is one; several cut at the same place. */
export function nestedDropoutOf({ operations }: Plan): NestedDropoutOperation | undefined {
  return operations.find((operation) => operation.kind === "nestedDropout");
}

/** Why a layer, or the model as a whole, cannot be compiled. */
export interface LayerProblem {
  readonly layer: string;
  readonly className: string;
  /** "dilation is not supported" */
  readonly why: string;
}

/** Layers that the compiled devices cannot run; the tfjs devices can. Tells all that is wrong. */
export class UnsupportedLayerError extends Error {
  readonly problems: readonly LayerProblem[];

  /** @param problems one at least; those of one layer follow each other */
  constructor(problems: readonly LayerProblem[]) {
    const layers = new Map<string, string[]>();
    for (const { layer, className, why } of problems) {
      const name = `"${layer}" (${className})`;
      layers.set(name, [...(layers.get(name) ?? []), why]);
    }
    const told = Array.from(layers, ([name, whys]) => `${name}: ${whys.join("; ")}.`);
    const what = layers.size === 1 ? "layer" : `${layers.size} layers:`;
    super(`Cannot compile ${what} ${told.join(" ")}`);
    this.name = "UnsupportedLayerError";
    this.problems = problems;
  }
}
