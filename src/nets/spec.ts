/**
 * A net as data: its layers as a graph, from an image to an image of the same shape.
 *
 * What a net is like (whether it ends in a sigmoid, is nested, starts from PCA) is read from here,
 * never from its name. `summary.ts` works out its shapes, `build/` makes a `tf.LayersModel` of it.
 */

import type { ImageShape } from "../math/image-set";

/** Stands for the image among a layer's inputs. */
export const IMAGE_INPUT = "image";

/** Activations that layers with a kernel may end in. */
export type Activation = "linear" | "relu" | "elu" | "swish" | "sigmoid";

interface LayerBase {
  /** Different from all others of the net, and from IMAGE_INPUT. */
  readonly name: string;
  /** Names of layers before it, or IMAGE_INPUT; left out, it takes what the layer before it makes. */
  readonly inputs?: readonly string[];
}

/**
 * What a kernel starts as: Glorot uniform, Keras's default, where nothing is said; `zeros`;
 * `pcaEncode` and `pcaDecode` as PCA's components (build/pca-start.ts), for a dense layer from all
 * pixels to the code, and one from the code to all pixels.
 */
export type KernelStart = "zeros" | "pcaEncode" | "pcaDecode";

interface WindowBase extends LayerBase {
  readonly filters: number;
  /** Pixels down and across, 1 to 7, no smaller than the stride. */
  readonly kernel: readonly [number, number];
  /** 1 where nothing is said, or 2. */
  readonly stride?: number;
  readonly padding: "same" | "valid";
  readonly activation: Activation;
  readonly start?: KernelStart;
}

/** Keras's Conv2D: [h, w, c] → [h', w', filters]. */
export interface ConvSpec extends WindowBase {
  readonly kind: "conv";
}

/** Keras's Conv2DTranspose: [h, w, c] → [h', w', filters]. */
export interface ConvTransposeSpec extends WindowBase {
  readonly kind: "convTranspose";
}

/** [n] → [units]. */
export interface DenseSpec extends LayerBase {
  readonly kind: "dense";
  readonly units: number;
  readonly activation: Activation;
  readonly start?: KernelStart;
}

/** The largest of each size × size window; windows do not overlap. */
export interface MaxPoolSpec extends LayerBase {
  readonly kind: "maxPool";
  /** 1 to 15. */
  readonly size: number;
  /** What windows do not fill is dropped; where nothing is said, they have to fill the image. */
  readonly padding?: "valid";
}

/** The mean of each such window. */
export interface AveragePoolSpec extends LayerBase {
  readonly kind: "averagePool";
  /** 1 to 15. */
  readonly size: number;
  /** As of the largest. */
  readonly padding?: "valid";
}

/** Every pixel `factor` times down and across. */
export interface UpsampleSpec extends LayerBase {
  readonly kind: "upsample";
  readonly factor: number;
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
  readonly activation: Activation | "clamp" | { readonly leakyRelu: number };
}

/** In training each number is 0 with this probability, and the others grow. */
export interface DropoutSpec extends LayerBase {
  readonly kind: "dropout";
  /** At least 0, below 1. */
  readonly rate: number;
}

/** [n] → [n]; in training a random number of first numbers is kept (build/layers/nested-dropout.ts). */
export interface NestedDropoutSpec extends LayerBase {
  readonly kind: "nestedDropout";
  /** Up to which size all are drawn alike, from 1 on. */
  readonly evenTo: number;
}

/** With Keras's defaults: momentum 0.99, epsilon 1e-3, scale 1 and offset 0 at the start. */
export interface BatchNormSpec extends LayerBase {
  readonly kind: "batchNorm";
}

/** The sum of its inputs, all of one shape. */
export interface AddSpec extends LayerBase {
  readonly kind: "add";
}

/** Its inputs' last axes side by side. */
export interface ConcatSpec extends LayerBase {
  readonly kind: "concat";
}

export type LayerSpec =
  | ConvSpec
  | ConvTransposeSpec
  | DenseSpec
  | MaxPoolSpec
  | AveragePoolSpec
  | UpsampleSpec
  | DepthToSpaceSpec
  | FlattenSpec
  | ReshapeSpec
  | RescaleSpec
  | ActivationSpec
  | DropoutSpec
  | NestedDropoutSpec
  | BatchNormSpec
  | AddSpec
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

/** Whether its last layer ends in a sigmoid, which binary cross-entropy needs. */
export function endsInSigmoid({ layers }: NetSpec): boolean {
  const last = layers.at(-1);
  return last !== undefined && "activation" in last && last.activation === "sigmoid";
}

/** Whether it is trained to be decoded from any number of its codes' first numbers. */
export function isNested({ layers }: NetSpec): boolean {
  return layers.some(({ kind }) => kind === "nestedDropout");
}

/** Whether some of its layers start as PCA. */
export function startsFromPca({ layers }: NetSpec): boolean {
  return layers.some(
    (layer) => "start" in layer && (layer.start === "pcaEncode" || layer.start === "pcaDecode"),
  );
}
