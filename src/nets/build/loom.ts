/** The project's own net: PCA as a straight path, and convolutions for what PCA misses. */

import * as tf from "@tensorflow/tfjs";
import { IMAGE_PIXELS, IMAGE_SIDE } from "../../config/config";
import { type NetOptions, seeded, through } from "./graph";
import { Clamp } from "./layers/clamp";
import { DepthToSpace } from "./layers/depth-to-space";
import { NestedDropout } from "./layers/nested-dropout";

type Named = ReturnType<typeof seeded>;

/** What a search may vary; each has a default. */
export interface LoomOptions extends NetOptions {
  readonly name: string;
  /** Filters of the encoder's convolutions, each of which halves the image's side. */
  readonly encoderFilters: readonly number[];
  /** Maps of 14 × 14 that the decoder unfolds the latent vector into. */
  readonly codeMaps: number;
  /** Filters of the 2 × 2 convolution through which the decoder sees the linear reconstruction. */
  readonly viewFilters: number;
  /** Filters of the decoder's 3 × 3 convolutions at 14 × 14. */
  readonly decoderFilters: number;
  /** Convolutions of the decoder with a skip around each. */
  readonly blocks: number;
  /** What the inputs of the large dense layers are multiplied by, 1 for nothing: see buildLoom. */
  readonly inputScale: number;
  /**
   * Cut latent vectors off at random in training, all sizes up to this one alike
   * (nested-dropout.ts). Null cuts none.
   */
  readonly evenTo: number | null;
  /** Units that tell the decoder how many numbers it was given; 0 leaves it to guess. */
  readonly lengthUnits: number;
}

/** Most weights of the layers that grow with the latent size: convolutions take 40,000 beside. */
const WEIGHT_BUDGET = 1_900_000;

/**
 * Defaults for a latent size K.
 *
 * The linear path takes 2 · 784 · K weights; with c code maps and 4c filters at the encoder's end,
 * the dense layers of the branches take 196 · c · K each. c is the multiple of 4 up to 16 with
 * which the net stays under 2 M weights: 16 to K = 242, 12 to 303, 8 to 403, 4 to 512.
 */
export function loomDefaults(latentSize: number): Omit<LoomOptions, keyof NetOptions> {
  const left = WEIGHT_BUDGET / latentSize - 2 * IMAGE_PIXELS;
  const codeMaps = Math.min(16, 4 * Math.floor(left / (2 * 196 * 4)));
  return {
    name: "loom",
    encoderFilters: [32, 4 * codeMaps],
    codeMaps,
    viewFilters: 8,
    decoderFilters: 32,
    blocks: 2,
    inputScale: 1 / 8,
    evenTo: null,
    lengthUnits: 0,
  };
}

/**
 * Builds the loom: [n, 28, 28, 1] in [0, 1] → `latent` [n, latentSize] → [n, 28, 28, 1] in [0, 1].
 *
 * `latent` is `code_linear`, one dense layer from the pixels, plus what a small convolutional
 * encoder adds to it. The decoder is `skip_linear`, one dense layer to the pixels, plus a residual
 * from convolutions at 14 × 14 that see both the latent vector and that linear reconstruction.
 * Both additions start at 0: with the linear layers started from PCA (pca-start.ts) the whole net
 * starts as PCA. Batch normalisation is left out: it would disturb that start.
 *
 * Adam moves every weight by about the learning rate in each step, whatever the weight's size. A
 * dense layer of 784 pixels then moves a latent number by up to 784 times the rate, and PCA's last
 * directions have standard deviations of 0.15. With inputs divided by 8, and weights 8 times as
 * large, such a layer moves an eighth as much, and the convolutions can learn at a higher rate.
 */
export function buildLoom(options: NetOptions & Partial<LoomOptions>): tf.LayersModel {
  const settings: LoomOptions = { ...loomDefaults(options.latentSize), ...options };
  const image = tf.input({ shape: [IMAGE_SIDE, IMAGE_SIDE, 1], name: "image" });
  const named = seeded(settings.seed);
  const outputs = decode(encode(image, settings, named), settings, named);
  return tf.model({ name: settings.name, inputs: image, outputs });
}

function encode(image: tf.SymbolicTensor, settings: LoomOptions, named: Named): tf.SymbolicTensor {
  const { add, conv2d, dense, flatten, rescaling } = tf.layers;
  const { latentSize, encoderFilters, inputScale } = settings;
  const linear = through(
    image,
    flatten({ name: "pixels" }),
    rescaling({ name: "pixels_scaled", scale: inputScale }),
    dense({ ...named("code_linear"), units: latentSize }),
  );
  const convolutions = encoderFilters.map((filters, i) =>
    conv2d({
      ...named(`encoder_conv_${i + 1}`),
      filters,
      kernelSize: 3,
      strides: 2,
      padding: "same",
      activation: "relu",
    }),
  );
  const residual = through(
    image,
    ...convolutions,
    flatten({ name: "encoder_flatten" }),
    rescaling({ name: "encoder_scaled", scale: inputScale }),
    dense({ ...named("code_residual"), units: latentSize, kernelInitializer: "zeros" }),
  );
  return through([linear, residual], add({ name: "latent" }));
}

function decode(latent: tf.SymbolicTensor, settings: LoomOptions, named: Named): tf.SymbolicTensor {
  const { add, concatenate, conv2d, dense, rescaling, reshape } = tf.layers;
  const { codeMaps, viewFilters, decoderFilters, blocks, inputScale } = settings;
  const half = IMAGE_SIDE / 2;
  const conv = {
    filters: decoderFilters,
    kernelSize: 3,
    padding: "same",
    activation: "relu",
  } as const;

  const code = truncate(latent, "truncation", settings);
  const linear = through(
    code,
    rescaling({ name: "code_scaled", scale: inputScale }),
    dense({ ...named("skip_linear"), units: IMAGE_PIXELS }),
    reshape({ name: "skip_image", targetShape: [IMAGE_SIDE, IMAGE_SIDE, 1] }),
  );
  const maps = through(
    withLength(code, latent, settings, named),
    dense({ ...named("decoder_dense"), units: half * half * codeMaps, activation: "relu" }),
    reshape({ name: "decoder_maps", targetShape: [half, half, codeMaps] }),
  );
  const view = through(
    linear,
    conv2d({ ...named("decoder_view"), filters: viewFilters, kernelSize: 2, strides: 2 }),
  );
  let features = through(
    [maps, view],
    concatenate({ name: "decoder_join" }),
    conv2d({ ...named("decoder_conv"), ...conv }),
  );
  for (let block = 1; block <= blocks; block++) {
    const change = through(features, conv2d({ ...named(`decoder_block_${block}`), ...conv }));
    features = through([features, change], add({ name: `decoder_skip_${block}` }));
  }
  const residual = through(
    features,
    conv2d({
      ...named("decoder_residual"),
      filters: 4,
      kernelSize: 3,
      padding: "same",
      kernelInitializer: "zeros",
    }),
    new DepthToSpace({ name: "decoder_pixels", blockSize: 2 }),
  );
  return through([linear, residual], add({ name: "sum" }), new Clamp({ name: "reconstruction" }));
}

/** In training the vector's first numbers; the vector itself in a net that cuts none off. */
function truncate(
  vector: tf.SymbolicTensor,
  name: string,
  { evenTo }: LoomOptions,
): tf.SymbolicTensor {
  return evenTo === null ? vector : through(vector, new NestedDropout({ name, evenTo }));
}

/**
 * The code, and beside it what the decoder is told of its size.
 *
 * A vector of ones, cut off where the code is, goes through a small dense layer: its units' weights
 * sum up to any function of the size. From the zeros of the code itself a decoder could hardly tell
 * a number that is cut off from one that happens to be small.
 */
function withLength(
  code: tf.SymbolicTensor,
  latent: tf.SymbolicTensor,
  settings: LoomOptions,
  named: Named,
): tf.SymbolicTensor {
  const { lengthUnits, inputScale } = settings;
  if (lengthUnits === 0) return code;
  const { concatenate, dense, rescaling } = tf.layers;
  const ones = through(latent, rescaling({ name: "ones", scale: 0, offset: inputScale }));
  const length = through(
    truncate(ones, "length_truncation", settings),
    dense({ ...named("length_dense"), units: lengthUnits, activation: "relu" }),
  );
  return through([code, length], concatenate({ name: "code_and_length" }));
}
