/**
 * Answers to questions about nets and PCA.
 *
 * Long answers are worked out in parts, between which other questions get their turn: a slider is
 * answered while a whole split is being scored.
 */

import { parseDataChoice } from "../../config/config-schema";
import { MOST_CHOSEN } from "../../config/net";
import { surveyClasses } from "../../datasets/survey";
import { pickImages, sizeOf, toBytes } from "../../math/image-set";
import { type NumberSpread, spreadOfNumbers } from "../../math/number-spread";
import { type PrincipalAxes, principalAxes } from "../../math/principal-axes";
import { elementOf } from "../../math/vectors";
import { imageQuality } from "../../metrics/metrics";
import { drawsItsCode, isNested } from "../../nets/spec";
import type {
  Ablation,
  Asked,
  Codes,
  GivenNet,
  InferenceQuestions,
  JpegAnswer,
  Kept,
  LooksFor,
  NetId,
  NetToOpen,
  OpenNet,
  PackedFigures,
  PartImages,
  Probe,
  Reconstructions,
  Samples,
  Survey,
} from "../../protocol/inference";
import type { ImageStrip } from "../../protocol/messages";
import { AnswerError } from "../../protocol/rpc";
import { type Handlers, inParts, type Job } from "../rpc";
import { ablate } from "./ablation";
import type { Located } from "./codes";
import { ImageCache, indicesOf } from "./images";
import { pick } from "./jpeg";
import { type NetCodec, openNet } from "./nets";
import type { InferencePlatform } from "./platform";
import { probe, rowsOfNet, rowsOfPca, rowsOfPixels } from "./probe";
import { sample } from "./samples";
import { Scores } from "./scores";

export class InferenceSession {
  readonly handlers: Handlers<InferenceQuestions>;
  readonly #platform: InferencePlatform;
  readonly #data: ImageCache;
  readonly #nets = new Map<NetId, NetCodec>();
  #opened = 0;

  constructor(platform: InferencePlatform) {
    this.#platform = platform;
    this.#data = new ImageCache(platform);
    this.handlers = {
      open: (ask, job) => this.#open(ask, job),
      close: ({ net }) => this.#close(net),
      images: (ask) => this.#images(ask),
      survey: (ask) => this.#survey(ask),
      encode: (ask, job) => this.#encode(ask, job),
      looksFor: (ask) => this.#looksFor(ask),
      axes: (ask, job) => this.#axes(ask, job),
      decode: (ask, job) => this.#decode(ask, job),
      reconstruct: (ask, job) => this.#reconstruct(ask, job),
      pcaEncode: (ask) => this.#pcaEncode(ask),
      pcaReconstruct: (ask, job) => this.#pcaReconstruct(ask, job),
      spread: (ask, job) => this.#spread(ask, job),
      ablation: (ask, job) => this.#ablation(ask, job),
      samples: (ask, job) => this.#samples(ask, job),
      probe: (ask, job) => this.#probe(ask, job),
      jpeg: (ask) => this.#jpeg(ask),
    };
  }

  async #open({ net }: Asked<"open">, job: Job<never>): Promise<OpenNet> {
    const { given, packed } = await this.#given(net);
    const opened = await openNet(this.#platform, given);
    if (job.isCancelled) opened.close();
    job.throwIfCancelled();
    this.#opened += 1;
    this.#nets.set(this.#opened, opened);
    const { config, parameters } = opened;
    return {
      net: this.#opened,
      config,
      parameters,
      nested: isNested(opened.net),
      drawn: drawsItsCode(opened.net),
      packed,
    };
  }

  /** The net's weights, and what was measured when it was packed. */
  async #given(net: NetToOpen): Promise<{ given: GivenNet; packed: PackedFigures | null }> {
    if (net !== "shipped") return { given: net, packed: null };
    const given = await this.#platform.shippedNet();
    return { given, packed: given.manifest.figures };
  }

  #close(id: NetId): null {
    this.#nets.get(id)?.close();
    this.#nets.delete(id);
    return null;
  }

  /** @throws AnswerError where it has been closed, or the worker has been started anew since */
  #net(id: NetId): NetCodec {
    const net = this.#nets.get(id);
    if (!net) throw new AnswerError("This net is no longer open.", "Choose it again.", true);
    return net;
  }

  async #images({ data, images: chosen }: Asked<"images">): Promise<PartImages> {
    const images = await this.#data.get(parseDataChoice(data));
    const { dataset, note } = images;
    const indices = indicesOf(images, chosen).slice();
    return {
      shape: dataset.shape,
      count: indices.length,
      ofPart: "part" in chosen ? images.split[chosen.part].length : indices.length,
      pixels: pickImages(dataset, indices),
      labels: Uint8Array.from(indices, elementOf(dataset.labels)),
      indices,
      spec: dataset.spec,
      sourceNote: note,
    };
  }

  async #survey({ data, examples }: Asked<"survey">): Promise<Survey> {
    const { dataset, split, note } = await this.#data.get(parseDataChoice(data));
    const ofClasses = dataset.classes.map((id) =>
      split.train.filter((index) => dataset.labels[index] === id),
    );
    const fewest = Math.min(examples, ...ofClasses.map(({ length }) => length));
    const shown = ofClasses.flatMap((indices) => Array.from(indices.subarray(0, fewest)));
    return {
      spec: dataset.spec,
      sourceNote: note,
      classes: surveyClasses(dataset, split),
      examples: {
        shape: dataset.shape,
        count: shown.length,
        pixels: pickImages(dataset, Uint32Array.from(shown)),
      },
    };
  }

  async #encode({ net: id, images: asked }: Asked<"encode">, job: Job<number>): Promise<Codes> {
    const { config } = this.#net(id);
    const size = config.latentSize;
    const located = await this.#data.locate(config, asked, this.#net(id).shape);
    const count = located.indices.length;
    const codes = new Float32Array(count * size);
    await inParts(count, job, (from, to) => {
      const indices = located.indices.subarray(from, to);
      const net = this.#net(id);
      codes.set(net.encode(located, indices, located.isDataset), from * size);
    });
    return { count, size, codes };
  }

  async #looksFor({ net: id, images: asked, number }: Asked<"looksFor">): Promise<LooksFor> {
    const { config, shape } = this.#net(id);
    const located = await this.#data.locate(config, asked, shape);
    const gradient = await this.#net(id).looksFor(located, located.indices, number);
    return { shape, gradient };
  }

  async #axes(ask: Asked<"axes">, job: Job<number>): Promise<PrincipalAxes> {
    const { size, codes } = await this.#encode(ask, job);
    return principalAxes(codes, size);
  }

  async #decode({ net: id, codes, kept }: Asked<"decode">, job: Job<number>): Promise<ImageStrip> {
    const { config, shape } = this.#net(id);
    const size = config.latentSize;
    const count = codes.length / size;
    if (!Number.isInteger(count)) {
      throw new RangeError(`Codes have ${size} numbers each, not ${codes.length}.`);
    }
    const pixels = new Uint8Array(count * sizeOf(shape));
    await inParts(count, job, (from, to) => {
      const decoded = this.#net(id).decode(
        codes.subarray(from * size, to * size),
        keptOf(kept, from, to),
      );
      pixels.set(toBytes(decoded), from * sizeOf(shape));
    });
    return { shape, count, pixels };
  }

  async #reconstruct(ask: Asked<"reconstruct">, job: Job<number>): Promise<Reconstructions> {
    const { config, shape } = this.#net(ask.net);
    const located = await this.#data.locate(config, ask.images, shape);
    return score(located, job, (from, to) => {
      const net = this.#net(ask.net);
      const { indices, isDataset } = located;
      const codes = net.encode(located, indices.subarray(from, to), isDataset);
      return net.decode(codes, keptOf(ask.kept, from, to));
    });
  }

  async #pcaEncode({ data, images: asked, size: wanted }: Asked<"pcaEncode">): Promise<Codes> {
    const choice = parseDataChoice(data);
    const located = await this.#data.locate(choice, asked);
    const pca = await (await this.#data.get(choice)).pca(wanted);
    const { size, codes } = pca.encode(located, wanted);
    return { count: located.indices.length, size, codes: Float32Array.from(codes) };
  }

  async #pcaReconstruct(ask: Asked<"pcaReconstruct">, job: Job<number>): Promise<Reconstructions> {
    const choice = parseDataChoice(ask.data);
    const located = await this.#data.locate(choice, ask.images);
    const pca = await (await this.#data.get(choice)).pca(mostKept(ask.kept));
    job.throwIfCancelled();
    return score(located, job, (from, to) =>
      pca.reconstruct(located, from, to, keptOf(ask.kept, from, to)),
    );
  }

  async #spread(ask: Asked<"spread">, job: Job<number>): Promise<NumberSpread> {
    const { codes, size } = await this.#encode(ask, job);
    return spreadOfNumbers(codes, size);
  }

  async #ablation(ask: Asked<"ablation">, job: Job<number>): Promise<Ablation> {
    const { config, shape } = this.#net(ask.net);
    const located = await this.#data.locate(config, ask.images, shape);
    return ablate(() => this.#net(ask.net), located, ask.means, job);
  }

  async #samples(ask: Asked<"samples">, job: Job<number>): Promise<Samples> {
    const images = await this.#data.get(this.#net(ask.net).config);
    return sample(() => this.#net(ask.net), images, ask, job);
  }

  async #probe({ of, data, sizes }: Asked<"probe">, job: Job<number>): Promise<Probe> {
    const images = await this.#data.get(parseDataChoice(data));
    if (of === "pixels") return probe(images, rowsOfPixels(images), job);
    if (of === "pca") return probe(images, await rowsOfPca(images, sizes), job);
    const net = () => this.#net(of.net);
    return probe(images, rowsOfNet(net, images, sizes, isNested(net().net)), job);
  }

  async #jpeg({ data, places, bytes }: Asked<"jpeg">): Promise<JpegAnswer | null> {
    const { jpeg } = await this.#data.get(parseDataChoice(data));
    const best = await jpeg.best(bytes);
    if (!best) return null;
    const { quality, nextBytes, sheet } = best;
    return {
      quality,
      bytes: best.bytes,
      nextBytes,
      reconstructions: pick(sheet, places),
      test: sheet.mean,
    };
  }
}

/** Numbers that the largest code keeps. */
function mostKept(kept: Kept): number {
  if (kept === null) return MOST_CHOSEN;
  return kept instanceof Uint16Array ? kept.reduce((most, each) => Math.max(most, each), 0) : kept;
}

/** What is kept of the images in a part. */
function keptOf(kept: Kept, from: number, to: number): Kept {
  return kept instanceof Uint16Array ? kept.subarray(from, to) : kept;
}

/** Reconstructs images a part at a time and compares each with its original. */
async function score(
  located: Located,
  job: Job<number>,
  reconstruct: (from: number, to: number) => Float32Array,
): Promise<Reconstructions> {
  const { indices } = located;
  const scores = new Scores(indices.length, located.shape);
  await inParts(indices.length, job, (from, to) => {
    const reconstructions = reconstruct(from, to);
    const quality = imageQuality(located, indices.subarray(from, to), reconstructions);
    scores.add(from, toBytes(reconstructions), quality);
  });
  return scores.all();
}
