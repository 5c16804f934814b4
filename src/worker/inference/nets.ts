/** A net to look at: its two halves, ready to run, and the codes that they have made. */

import type * as tf from "@tensorflow/tfjs";
import { MOST_CHOSEN } from "../../config/net";
import type { Predictor } from "../../engine/wasm/predictor";
import type { WasmTracer } from "../../engine/wasm/tracer";
import { type ImageSet, type ImageShape, pickImages, sizeOf } from "../../math/image-set";
import { decoderOf, distributionOf, encoderOf, imageShapeOf } from "../../nets/build/halves";
import { netOf } from "../../nets/presets";
import { drawsItsCode, hasBottleneck, isNested, type NetSpec } from "../../nets/spec";
import type { GivenNet, Kept, NetConfig } from "../../protocol/inference";
import { AnswerError } from "../../protocol/rpc";
import { setFlatWeights } from "../../training/weights";
import { CodeBook } from "./codes";
import { looksFor } from "./looks-for";
import type { InferencePlatform } from "./platform";

const OTHER_NET = "Choose another net, or train this one again.";

export class NetCodec {
  readonly config: NetConfig;
  readonly net: NetSpec;
  readonly parameters: number;
  /** Of the images that it takes and makes. */
  readonly shape: ImageShape;
  readonly #encoder: Predictor;
  readonly #decoder: Predictor;
  readonly #startTracer: () => Promise<WasmTracer>;
  /** Once somebody has asked for a gradient. */
  #tracer: Promise<WasmTracer> | null = null;
  /** One gradient at a time. */
  #traced: Promise<unknown> = Promise.resolve();
  readonly #known: CodeBook<Float32Array<ArrayBuffer>>;

  constructor(
    config: NetConfig,
    net: NetSpec,
    parameters: number,
    shape: ImageShape,
    encoder: Predictor,
    decoder: Predictor,
    startTracer: () => Promise<WasmTracer>,
  ) {
    this.#startTracer = startTracer;
    this.shape = shape;
    this.config = config;
    this.net = net;
    this.parameters = parameters;
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#known = new CodeBook(config.latentSize, (length) => new Float32Array(length));
  }

  /** Codes of the images at `indices`, closely packed; those of a data set are remembered. */
  encode(set: ImageSet, indices: Uint32Array, isDataset: boolean): Float32Array<ArrayBuffer> {
    const encode = (missing: Uint32Array) => this.#encoder.predict(pickImages(set, missing));
    return isDataset ? this.#known.take(indices, encode) : encode(indices);
  }

  /**
   * By how much a number of the code grows with each number of an image.
   *
   * @throws RangeError for a number that the code has not, and for other than one image
   */
  looksFor(set: ImageSet, indices: Uint32Array, number: number): Promise<Float32Array> {
    if (indices.length !== 1) throw new RangeError("A gradient is of one image.");
    if (!(number >= 0 && number < this.config.latentSize)) {
      throw new RangeError(`The code has no number ${number}.`);
    }
    this.#tracer ??= this.#startTracer();
    const tracer = this.#tracer;
    const pixels = pickImages(set, indices);
    const next = this.#traced.then(async () => looksFor(await tracer, pixels, number));
    this.#traced = next.catch(() => {});
    return next;
  }

  /**
   * Images in [0, 1]; a net without a sigmoid may leave that range.
   *
   * @param kept how many of its first numbers each code is decoded from; only nested nets are
   *   trained for it, of others the rest are set to 0
   */
  decode(codes: Float32Array, kept: Kept): Float32Array<ArrayBuffer> {
    const size = this.config.latentSize;
    const pixels = sizeOf(this.shape);
    const images = new Float32Array((codes.length / size) * pixels);
    for (const { from, to, keep } of stretches(codes.length / size, kept)) {
      const stretch = codes.subarray(from * size, to * size);
      images.set(this.#decode(stretch, keep), from * pixels);
    }
    for (let i = 0; i < images.length; i++) images[i] = Math.min(Math.max(images[i]!, 0), 1);
    return images;
  }

  #decode(codes: Float32Array, keep: number | null): Float32Array {
    if (isNested(this.net)) {
      this.#decoder.setKept(keep);
      return this.#decoder.predict(codes);
    }
    return this.#decoder.predict(
      keep === null ? codes : cutOff(codes, this.config.latentSize, keep),
    );
  }

  close(): void {
    this.#encoder.dispose();
    this.#decoder.dispose();
    void this.#traced.then(async () => (await this.#tracer)?.dispose()).catch(() => {});
  }
}

/** Neighbours of whose codes as much is kept: a decoder cuts all codes of a pass at one place. */
function* stretches(count: number, kept: Kept) {
  const keepOf = (row: number) => (kept instanceof Uint16Array ? kept[row]! : kept);
  let from = 0;
  while (from < count) {
    const keep = keepOf(from);
    let to = from + 1;
    while (to < count && keepOf(to) === keep) to++;
    yield { from, to, keep };
    from = to;
  }
}

/** Codes with zeros after the first `keep` numbers. */
function cutOff(codes: Float32Array, size: number, keep: number): Float32Array {
  return codes.map((value, i) => (i % size < keep ? value : 0));
}

/** @throws AnswerError where the weights are not that net's */
export async function openNet(
  platform: InferencePlatform,
  { config, shape, weights }: GivenNet,
): Promise<NetCodec> {
  const net = netOf(config, shape);
  if (!hasBottleneck(net)) {
    throw new AnswerError(
      "This net has a path round its code, so nothing can be decoded from a code alone.",
      "It trains, reconstructs and exports as a whole; choose another net to look at here.",
    );
  }
  if (config.latentSize > MOST_CHOSEN) {
    throw new AnswerError(
      `This net's code has ${config.latentSize.toLocaleString("en")} numbers, and each of them is shown here: ${MOST_CHOSEN} is the most.`,
      "It trains, reconstructs and exports as it is; choose another net to look at here.",
    );
  }
  const model = await platform.buildModel(net);
  try {
    checkWeights(model, weights);
    setFlatWeights(model, weights);
    const [encoder, decoder] = [encoderOf(model), decoderOf(model)];
    const predictors = await Promise.all([
      platform.createPredictor(encoder),
      platform.createPredictor(decoder),
    ]);
    // The predictors have their own copies; what the model holds is freed with its last half.
    const parameters = model.countParams();
    encoder.dispose();
    decoder.dispose();
    const startTracer = () => tracerOf(platform, net, weights);
    return new NetCodec(config, net, parameters, imageShapeOf(model), ...predictors, startTracer);
  } finally {
    model.dispose();
  }
}

/** A tracer of its encoder; of a net that draws its code, of the means and log-variances. */
async function tracerOf(
  platform: InferencePlatform,
  net: NetSpec,
  weights: Float32Array,
): Promise<WasmTracer> {
  const model = await platform.buildModel(net);
  setFlatWeights(model, weights);
  return platform.createTracer(drawsItsCode(net) ? distributionOf(model) : encoderOf(model));
}

/** @throws AnswerError where they are not that net's, or no numbers */
function checkWeights(model: tf.LayersModel, weights: Float32Array): void {
  const total = model.countParams();
  if (weights.length !== total) {
    throw new AnswerError(
      `The net ${model.name} has ${total} weights, and ${weights.length} were stored.`,
      OTHER_NET,
    );
  }
  if (!weights.every(Number.isFinite)) {
    throw new AnswerError("Some of the net's weights are no numbers.", OTHER_NET);
  }
}
