/**
 * A net as data: its layers as a graph, from an image to an image of the same shape.
 *
 * What a net is like (whether it ends in a sigmoid, is nested, starts from PCA) is read from here,
 * never from its name. `summary.ts` works out its shapes, `build/` makes a `tf.LayersModel` of it.
 */

import type { ImageShape } from "../math/image-set";
import type { Activation } from "./activations";

/** Stands for the image among a layer's inputs. */
export const IMAGE_INPUT = "image";

/** Down and across. */
export type Sides = readonly [number, number];

/** Rows or columns at an image's edges, in Keras's order. */
export type Edges = readonly [top: number, bottom: number, left: number, right: number];

/** Added to the loss in training: l1 · Σ |x| + l2 · Σ x². */
export interface Rates {
  /** Over 0, as l2; left out for none. */
  readonly l1?: number;
  readonly l2?: number;
}

/** What is to be small: a kernel, biases, or what a layer puts out, averaged over the images. */
export type Penalties = Readonly<Partial<Record<"kernel" | "bias" | "activity", Rates>>>;

interface LayerBase {
  /** Different from all others of the net, and from IMAGE_INPUT. */
  readonly name: string;
  /** Names of layers before it, or IMAGE_INPUT; left out, it takes what the layer before it makes. */
  readonly inputs?: readonly string[];
  /** Training leaves its weights as they are. */
  readonly frozen?: true;
  readonly penalties?: Penalties;
}

/**
 * What a kernel starts as: Glorot uniform, Keras's default, where nothing is said; `zeros`;
 * `pcaEncode` and `pcaDecode` as PCA's components (build/pca-start.ts), for a dense layer from all
 * pixels to the code, and one from the code to all pixels.
 */
export type KernelStart = "zeros" | "pcaEncode" | "pcaDecode";

interface WindowBase extends LayerBase {
  /** 1 to 11 pixels. */
  readonly kernel: Sides;
  /** 1 where nothing is said, up to 8. */
  readonly stride?: Sides;
  readonly padding: "same" | "valid";
  readonly activation: Activation;
  readonly start?: KernelStart;
}

/** Keras's Conv2D: [h, w, c] → [h', w', filters]. */
export interface ConvSpec extends WindowBase {
  readonly kind: "conv";
  readonly filters: number;
  /** From one of the kernel's taps to the next: 1 where nothing is said, up to 16, without a stride. */
  readonly dilation?: Sides;
}

/** Keras's Conv2DTranspose: [h, w, c] → [h', w', filters]. */
export interface ConvTransposeSpec extends WindowBase {
  readonly kind: "convTranspose";
  readonly filters: number;
}

/** Keras's DepthwiseConv2D: [h, w, c] → [h', w', c · times]. */
export interface DepthwiseSpec extends WindowBase {
  readonly kind: "depthwise";
  /** Kernels of each channel: 1 where nothing is said, up to 16. */
  readonly times?: number;
}

/** Keras's SeparableConv2D, a depthwise convolution and one of single pixels: [h, w, c] → [h', w', filters]. */
export interface SeparableSpec extends WindowBase {
  readonly kind: "separable";
  readonly filters: number;
  /** As a convolution's. */
  readonly dilation?: Sides;
}

/** [n] → [units]. */
export interface DenseSpec extends LayerBase {
  readonly kind: "dense";
  readonly units: number;
  readonly activation: Activation;
  readonly start?: KernelStart;
}

interface PoolBase extends LayerBase {
  /** 1 to 64 pixels. */
  readonly size: Sides;
  /** From a window to the next, 1 to 64 pixels; as far as they are large where nothing is said. */
  readonly stride?: Sides;
  /**
   * With `valid`, what windows do not fill is dropped; with `same`, they may reach beyond the image.
   * Where nothing is said, they have to fill it.
   */
  readonly padding?: "same" | "valid";
}

/** The largest of each window. */
export interface MaxPoolSpec extends PoolBase {
  readonly kind: "maxPool";
}

/** The mean of each window, of those of its pixels that are in the image. */
export interface AveragePoolSpec extends PoolBase {
  readonly kind: "averagePool";
}

/** The largest of each channel, or its mean: [h, w, c] → [c]. */
export interface GlobalPoolSpec extends LayerBase {
  readonly kind: "globalPool";
  readonly of: "max" | "average";
}

/** Zeros around the image. */
export interface PadSpec extends LayerBase {
  readonly kind: "pad";
  /** 0 to 64 each. */
  readonly edges: Edges;
}

/** The image without its edges. */
export interface CropSpec extends LayerBase {
  readonly kind: "crop";
  readonly edges: Edges;
}

/** The axes in another order: for each that is made, the number of the one that it was, from 1 on. */
export interface PermuteSpec extends LayerBase {
  readonly kind: "permute";
  readonly order: readonly number[];
}

/** Every pixel several times, or pixels between, in proportion to how near they are. */
export interface UpsampleSpec extends LayerBase {
  readonly kind: "upsample";
  /** Each 1 to 16. */
  readonly factor: Sides;
  /** Nearest neighbour where nothing is said; `bilinear` as in Keras 3, `bilinearTfjs` as in tfjs. */
  readonly interpolation?: "bilinear" | "bilinearTfjs";
}

/** [h, w, c · block²] → [h · block, w · block, c]. */
export interface DepthToSpaceSpec extends LayerBase {
  readonly kind: "depthToSpace";
  readonly block: number;
}

/** Any shape → [n]. */
export interface FlattenSpec extends LayerBase {
  readonly kind: "flatten";
}

/** The same numbers in another shape. */
export interface ReshapeSpec extends LayerBase {
  readonly kind: "reshape";
  readonly to: readonly number[];
}

/** x · scale + offset. */
export interface RescaleSpec extends LayerBase {
  readonly kind: "rescale";
  readonly scale: number;
  /** 0 where nothing is said. */
  readonly offset?: number;
}

/** An activation in a layer of its own; `clamp` is min(max(x, 0), 1), whose gradient is 1. */
export interface ActivationSpec extends LayerBase {
  readonly kind: "activation";
  readonly activation: Activation | "clamp" | ParametricActivation;
}

export type ParametricActivation =
  /** What numbers below 0 are multiplied by, from 0 on. */
  | { readonly leakyRelu: number }
  /** ReLU up to that, which is over 0. */
  | { readonly cappedRelu: number }
  /** Numbers up to that, from 0 on, become 0. */
  | { readonly thresholdedRelu: number };

/** In training each number is 0 with this probability, and the others grow. */
export interface DropoutSpec extends LayerBase {
  readonly kind: "dropout";
  /** At least 0, below 1. */
  readonly rate: number;
}

/** In training all numbers of a channel are 0 together with this probability, and the others grow. */
export interface SpatialDropoutSpec extends LayerBase {
  readonly kind: "spatialDropout";
  /** At least 0, below 1. */
  readonly rate: number;
}

/** Dropout for SELU: what is dropped becomes SELU's lowest value, so that mean and variance stay. */
export interface AlphaDropoutSpec extends LayerBase {
  readonly kind: "alphaDropout";
  /** At least 0, below 1. */
  readonly rate: number;
}

/** In training each number is multiplied by a normal one of mean 1 and variance rate / (1 − rate). */
export interface GaussianDropoutSpec extends LayerBase {
  readonly kind: "gaussianDropout";
  /** At least 0, below 1. */
  readonly rate: number;
}

/** In training a normal number of mean 0 is added to each. */
export interface GaussianNoiseSpec extends LayerBase {
  readonly kind: "gaussianNoise";
  /** Not below 0. */
  readonly deviation: number;
}

/** [n] → [n]; in training a random number of first numbers is kept (build/layers/nested-dropout.ts). */
export interface NestedDropoutSpec extends LayerBase {
  readonly kind: "nestedDropout";
  /** Up to which size all are drawn alike, from 1 on. */
  readonly evenTo: number;
}

/**
 * [h, w, 2c] → [h, w, c], or [2c] → [c]: of the channels the first half are means, and the second
 * log-variances. In training a normal number of those is drawn for each pair, else it is the mean.
 */
export interface SampleSpec extends LayerBase {
  readonly kind: "sample";
}

/** Keras's own, of normalisations that say nothing. */
export const NORM_EPSILON = 1e-3;
export const NORM_MOMENTUM = 0.99;

interface NormBase extends LayerBase {
  /** What is added to variances, over 0 up to 1: NORM_EPSILON where nothing is said. */
  readonly epsilon?: number;
}

/** Scale 1 and offset 0 at the start. */
export interface BatchNormSpec extends NormBase {
  readonly kind: "batchNorm";
  /** How much of the moving averages a step keeps, from 0 to below 1: NORM_MOMENTUM where nothing is said. */
  readonly momentum?: number;
}

/** Each pixel's channels are brought to mean 0 and variance 1. */
export interface LayerNormSpec extends NormBase {
  readonly kind: "layerNorm";
}

/** Likewise each of so many groups of channels, over all pixels. */
export interface GroupNormSpec extends NormBase {
  readonly kind: "groupNorm";
  readonly groups: number;
}

/** ReLU with a slope for numbers below 0 that is trained, from 0 on. */
export interface PreluSpec extends LayerBase {
  readonly kind: "prelu";
  /** Whether each number of an image has its own slope; else each channel has. */
  readonly each?: true;
}

/** The sum of its inputs; where one has a single number along an axis, it goes with each of the others'. */
export interface AddSpec extends LayerBase {
  readonly kind: "add";
}

interface MergeBase<Kind extends string> extends LayerBase {
  readonly kind: Kind;
}

/** Its inputs joined number by number, likewise; a difference is of two, and extremes of one shape. */
export type MergeSpec =
  | MergeBase<"multiply">
  | MergeBase<"subtract">
  | MergeBase<"average">
  | MergeBase<"maximum">
  | MergeBase<"minimum">;

/** Its inputs' last axes side by side. */
export interface ConcatSpec extends LayerBase {
  readonly kind: "concat";
}

export type LayerSpec =
  | ConvSpec
  | ConvTransposeSpec
  | DepthwiseSpec
  | SeparableSpec
  | DenseSpec
  | MaxPoolSpec
  | AveragePoolSpec
  | GlobalPoolSpec
  | PadSpec
  | CropSpec
  | PermuteSpec
  | UpsampleSpec
  | DepthToSpaceSpec
  | FlattenSpec
  | ReshapeSpec
  | RescaleSpec
  | ActivationSpec
  | DropoutSpec
  | SpatialDropoutSpec
  | AlphaDropoutSpec
  | GaussianDropoutSpec
  | GaussianNoiseSpec
  | NestedDropoutSpec
  | SampleSpec
  | BatchNormSpec
  | LayerNormSpec
  | GroupNormSpec
  | PreluSpec
  | AddSpec
  | MergeSpec
  | ConcatSpec;

export interface NetSpec {
  /** What models, files and exports call it. */
  readonly name: string;
  readonly image: ImageShape;
  /** In an order in which each finds its inputs made; the last one makes the reconstruction. */
  readonly layers: readonly LayerSpec[];
  /** The layer whose output is the code. */
  readonly code: string;
}

/** The layers that a layer takes its input from, by name, or IMAGE_INPUT. */
export function inputsOf({ layers }: Pick<NetSpec, "layers">, place: number): readonly string[] {
  return layers[place]!.inputs ?? [layers[place - 1]?.name ?? IMAGE_INPUT];
}

/** The same layers; inputs that go without saying are left out, so that equal nets are equal values. */
export function withoutUsualInputs(layers: readonly LayerSpec[]): readonly LayerSpec[] {
  return layers.map((layer, place) => {
    const { inputs, ...rest } = layer;
    const usual = layers[place - 1]?.name ?? IMAGE_INPUT;
    return inputs?.length === 1 && inputs[0] === usual ? rest : layer;
  });
}

/**
 * Whether all that the net knows of an image goes through its code.
 *
 * Where something goes round it, there is no decoder that a code alone could be given to.
 */
export function hasBottleneck(net: NetSpec): boolean {
  const around = new Set([IMAGE_INPUT]);
  for (const [place, { name }] of net.layers.entries()) {
    const isAround = inputsOf(net, place).some((input) => around.has(input));
    if (isAround && name !== net.code) around.add(name);
  }
  return !around.has(net.layers.at(-1)?.name ?? IMAGE_INPUT);
}

/**
 * Whether it ends in a sigmoid, which binary cross-entropy needs: its numbers may be put into another
 * shape behind it.
 */
export function endsInSigmoid(net: NetSpec): boolean {
  const { layers } = net;
  let last = layers.length - 1;
  while (last > 0 && isShapeOnly(layers[last]!)) {
    const [input] = inputsOf(net, last);
    last = layers.findIndex(({ name }) => name === input);
  }
  return endsIn(layers[last], "sigmoid");
}

const isShapeOnly = ({ kind }: LayerSpec): boolean => kind === "reshape" || kind === "flatten";

/** Whether it ends in a softmax, which categorical cross-entropy needs. */
export function endsInSoftmax({ layers }: NetSpec): boolean {
  return endsIn(layers.at(-1), "softmax");
}

const endsIn = (layer: LayerSpec | undefined, activation: "sigmoid" | "softmax"): boolean =>
  layer !== undefined && "activation" in layer && layer.activation === activation;

/** Whether it is trained to be decoded from any number of its codes' first numbers. */
export function isNested({ layers }: NetSpec): boolean {
  return layers.some(({ kind }) => kind === "nestedDropout");
}

/** Whether it draws its code, or anything else, from normal distributions that it makes of an image. */
export function isVariational({ layers }: NetSpec): boolean {
  return layers.some(({ kind }) => kind === "sample");
}

/** Whether its code is all that it draws, and all that it knows of an image: its images have a likelihood. */
export function drawsItsCode(net: NetSpec): boolean {
  const drawn = net.layers.filter(({ kind }) => kind === "sample");
  return drawn.length === 1 && drawn[0]?.name === net.code && hasBottleneck(net);
}

/** Whether some of its layers start as PCA. */
export function startsFromPca({ layers }: NetSpec): boolean {
  return layers.some(
    (layer) => "start" in layer && (layer.start === "pcaEncode" || layer.start === "pcaDecode"),
  );
}
