/** The project's own nets: PCA as a straight path, and convolutions for what PCA misses. */

import { type ImageShape, sizeOf } from "../../math/image-set";
import { IMAGE_INPUT, type LayerSpec, type NetSpec, withoutUsualInputs } from "../spec";
import { cropped, halfOf } from "./halves";

/** What a search may vary; each has a default. */
export interface LoomOptions {
  readonly name: string;
  /** Filters of the encoder's convolutions, each of which halves the image's sides. */
  readonly encoderFilters: readonly number[];
  /** Maps of half the image's sides that the decoder unfolds the latent vector into. */
  readonly codeMaps: number;
  /** Filters of the 2 × 2 convolution through which the decoder sees the linear reconstruction. */
  readonly viewFilters: number;
  /** Filters of the decoder's 3 × 3 convolutions at half the image's sides. */
  readonly decoderFilters: number;
  /** Convolutions of the decoder with a skip around each. */
  readonly blocks: number;
  /** What the inputs of the large dense layers are multiplied by, 1 for nothing: see loom. */
  readonly inputScale: number;
  /**
   * Cut latent vectors off at random in training, all sizes up to this one alike
   * (build/layers/nested-dropout.ts). Null cuts none.
   */
  readonly evenTo: number | null;
  /** Units that tell the decoder how many numbers it was given; 0 leaves it to guess. */
  readonly lengthUnits: number;
}

/** Most weights of the layers that grow with the latent size: convolutions take 40,000 beside. */
const WEIGHT_BUDGET = 1_900_000;

/**
 * Defaults for a latent size K and images of n numbers.
 *
 * The linear path takes 2 n K weights; with c code maps and 4c filters at the encoder's end, which
 * has a quarter of the image's sides, the dense layers of the branches take K weights for each
 * number there and in the code maps. c is the multiple of 4 from 4 to 16 with which the net stays
 * under 2 M weights: of 28 × 28 pixels 16 to K = 242, 12 to 303, 8 to 403, 4 to 512.
 */
export function loomDefaults(latentSize: number, image: ImageShape): LoomOptions {
  const { height, width } = image;
  const left = WEIGHT_BUDGET / latentSize - 2 * sizeOf(image);
  const encoded = Math.ceil(height / 4) * Math.ceil(width / 4) * 4;
  const fourMaps = 4 * (encoded + Math.ceil(height / 2) * Math.ceil(width / 2));
  return {
    name: "loom",
    encoderFilters: [32, 4 * mapsFor(left / fourMaps)],
    codeMaps: mapsFor(left / fourMaps),
    viewFilters: 8,
    decoderFilters: 32,
    blocks: 2,
    inputScale: 1 / 8,
    evenTo: null,
    lengthUnits: 0,
  };
}

/** @param fours how many times four maps fit */
function mapsFor(fours: number): number {
  return Math.min(16, Math.max(4, 4 * Math.floor(fours)));
}

/**
 * What differs from the loom's defaults in the nested net, as found by the search (docs/search.md).
 *
 * What a size reaches depends on how many codes of about that size the net has seen, so all octaves
 * are drawn alike; but codes of a few numbers have the largest losses, which drown the others', and
 * below 6 numbers all sizes are drawn as seldom as 6. Four code maps keep the net of 256 numbers
 * under a million weights, so that a file of a byte each can come with the page. Four filters see
 * all of the linear reconstruction's 2 × 2 pixels.
 */
export const NESTED_DEFAULTS = {
  name: "nested",
  evenTo: 6,
  lengthUnits: 16,
  codeMaps: 4,
  viewFilters: 4,
  encoderFilters: [32, 16],
} as const satisfies Partial<LoomOptions>;

/**
 * The loom: image in [0, 1] → `latent` [latentSize] → image in [0, 1].
 *
 * `latent` is `code_linear`, one dense layer from the pixels, plus what a small convolutional
 * encoder adds to it. The decoder is `skip_linear`, one dense layer to the pixels, plus a residual
 * from convolutions at half the image's sides that see both the latent vector and that linear
 * reconstruction. Both additions start at 0: with the linear layers started from PCA the whole net
 * starts as PCA. Batch normalisation is left out: it would disturb that start.
 *
 * Adam moves every weight by about the learning rate in each step, whatever the weight's size. A
 * dense layer of 784 pixels then moves a latent number by up to 784 times the rate, and PCA's last
 * directions have standard deviations of 0.15. With inputs divided by 8, and weights 8 times as
 * large, such a layer moves an eighth as much, and the convolutions can learn at a higher rate.
 */
export function loom(
  latentSize: number,
  image: ImageShape,
  options: Partial<LoomOptions> = {},
): NetSpec {
  const settings: LoomOptions = { ...loomDefaults(latentSize, image), ...options };
  return {
    name: settings.name,
    image,
    code: "latent",
    layers: withoutUsualInputs([...encoder(latentSize, settings), ...decoder(image, settings)]),
  };
}

/** The loom with latent vectors that are cut off at random in training, after `latent`. */
export function nested(
  latentSize: number,
  image: ImageShape,
  options: Partial<LoomOptions> = {},
): NetSpec {
  return loom(latentSize, image, { ...NESTED_DEFAULTS, ...options });
}

function encoder(
  latentSize: number,
  { encoderFilters, inputScale }: LoomOptions,
): readonly LayerSpec[] {
  const dense = { kind: "dense", units: latentSize, activation: "linear" } as const;
  const convolutions = encoderFilters.map(
    (filters, i): LayerSpec => ({
      kind: "conv",
      name: `encoder_conv_${i + 1}`,
      filters,
      kernel: [3, 3],
      stride: [2, 2],
      padding: "same",
      activation: "relu",
      ...(i === 0 ? { inputs: [IMAGE_INPUT] } : {}),
    }),
  );
  return [
    { kind: "flatten", name: "pixels", inputs: [IMAGE_INPUT] },
    { kind: "rescale", name: "pixels_scaled", scale: inputScale },
    { ...dense, name: "code_linear", start: "pcaEncode" },
    ...convolutions,
    { kind: "flatten", name: "encoder_flatten" },
    { kind: "rescale", name: "encoder_scaled", scale: inputScale },
    { ...dense, name: "code_residual", start: "zeros" },
    { kind: "add", name: "latent", inputs: ["code_linear", "code_residual"] },
  ];
}

function decoder(image: ImageShape, settings: LoomOptions): readonly LayerSpec[] {
  const { codeMaps, viewFilters, decoderFilters, blocks, inputScale, evenTo } = settings;
  const { height, width, channels } = image;
  const sides = [height, width] as const;
  const [rows, columns] = halfOf(sides);
  const odd = cropped("decoder_crop", sides);
  const conv = {
    kind: "conv",
    filters: decoderFilters,
    kernel: [3, 3],
    padding: "same",
    activation: "relu",
  } as const;
  const code = evenTo === null ? "latent" : "truncation";
  const changes = Array.from({ length: blocks }, (_, i): readonly LayerSpec[] => {
    const before = i === 0 ? "decoder_conv" : `decoder_skip_${i}`;
    const change = `decoder_block_${i + 1}`;
    return [
      { ...conv, name: change, inputs: [before] },
      { kind: "add", name: `decoder_skip_${i + 1}`, inputs: [before, change] },
    ];
  });
  return [
    ...truncated("truncation", "latent", evenTo),
    { kind: "rescale", name: "code_scaled", inputs: [code], scale: inputScale },
    {
      kind: "dense",
      name: "skip_linear",
      units: height * width * channels,
      activation: "linear",
      start: "pcaDecode",
    },
    { kind: "reshape", name: "skip_image", to: [height, width, channels] },
    ...codeWithLength(code, settings),
    {
      kind: "dense",
      name: "decoder_dense",
      inputs: [settings.lengthUnits === 0 ? code : "code_and_length"],
      units: rows * columns * codeMaps,
      activation: "relu",
    },
    { kind: "reshape", name: "decoder_maps", to: [rows, columns, codeMaps] },
    {
      kind: "conv",
      name: "decoder_view",
      inputs: ["skip_image"],
      filters: viewFilters,
      kernel: [2, 2],
      stride: [2, 2],
      padding: odd.length > 0 ? "same" : "valid",
      activation: "linear",
    },
    { kind: "concat", name: "decoder_join", inputs: ["decoder_maps", "decoder_view"] },
    { ...conv, name: "decoder_conv" },
    ...changes.flat(),
    {
      ...conv,
      name: "decoder_residual",
      filters: 4 * channels,
      activation: "linear",
      start: "zeros",
    },
    { kind: "depthToSpace", name: "decoder_pixels", block: 2 },
    ...odd,
    { kind: "add", name: "sum", inputs: ["skip_image", odd[0]?.name ?? "decoder_pixels"] },
    { kind: "activation", name: "reconstruction", activation: "clamp" },
  ];
}

/** In training the vector's first numbers; nothing for a net that cuts none off. */
function truncated(name: string, input: string, evenTo: number | null): readonly LayerSpec[] {
  return evenTo === null ? [] : [{ kind: "nestedDropout", name, inputs: [input], evenTo }];
}

/**
 * The code, and beside it what the decoder is told of its size; nothing where it is told nothing.
 *
 * A vector of ones, cut off where the code is, goes through a small dense layer: its units' weights
 * sum up to any function of the size. From the zeros of the code itself a decoder could hardly tell
 * a number that is cut off from one that happens to be small.
 */
function codeWithLength(
  code: string,
  { lengthUnits, inputScale, evenTo }: LoomOptions,
): readonly LayerSpec[] {
  if (lengthUnits === 0) return [];
  return [
    { kind: "rescale", name: "ones", inputs: ["latent"], scale: 0, offset: inputScale },
    ...truncated("length_truncation", "ones", evenTo),
    { kind: "dense", name: "length_dense", units: lengthUnits, activation: "relu" },
    { kind: "concat", name: "code_and_length", inputs: [code, "length_dense"] },
  ];
}
