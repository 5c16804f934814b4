/**
 * The lab worker's side of the protocol: questions about nets and PCA, each answered once.
 *
 * Long answers are worked out in parts, between which other questions get their turn: a slider is
 * answered while a whole split is being scored.
 */

import { parseDataChoice } from "../../config/config-schema";
import { surveyClasses } from "../../datasets/survey";
import { pickImages, sizeOf, toBytes } from "../../math/image-set";
import { type NumberSpread, spreadOfNumbers } from "../../math/number-spread";
import { type PrincipalAxes, principalAxes } from "../../math/principal-axes";
import { imageQuality } from "../../metrics/metrics";
import { isNested } from "../../nets/spec";
import {
  type Ablation,
  type Answer,
  type Asked,
  type Codes,
  type GivenNet,
  type JpegAnswer,
  type Kept,
  type LabCommand,
  LabError,
  type LabEvent,
  type LabNet,
  type LabQuestion,
  type LabRequest,
  type NetId,
  type OpenNet,
  type PackedFigures,
  type PartImages,
  type Probe,
  type Reconstructions,
  type Samples,
  type Survey,
} from "../../protocol/lab";
import type { ImageStrip } from "../../protocol/messages";
import { ablate } from "./ablation";
import { toLabError } from "./failures";
import { indicesOf, LabData } from "./images";
import { Job } from "./job";
import { pick } from "./jpeg";
import type { Located } from "./located";
import { type LabNetHalves, openNet } from "./nets";
import { inParts } from "./parts";
import type { LabPlatform } from "./platform";
import { probe, rowsOfNet, rowsOfPca, rowsOfPixels } from "./probe";
import { sample } from "./samples";
import { Scores } from "./scores";

type Handlers = {
  readonly [Q in LabQuestion]: (ask: Asked<Q>, job: Job) => Promise<Answer<Q>>;
};

export class LabSession {
  readonly #platform: LabPlatform;
  readonly #post: (event: LabEvent) => void;
  readonly #data: LabData;
  readonly #nets = new Map<NetId, LabNetHalves>();
  readonly #jobs = new Map<number, Job>();
  readonly #handlers: Handlers;
  #opened = 0;

  constructor(platform: LabPlatform, post: (event: LabEvent) => void) {
    this.#platform = platform;
    this.#post = post;
    this.#data = new LabData(platform);
    this.#handlers = {
      open: (ask, job) => this.#open(ask, job),
      close: async ({ net }) => this.#close(net),
      images: (ask) => this.#images(ask),
      survey: (ask) => this.#survey(ask),
      encode: (ask, job) => this.#encode(ask, job),
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

  handle(command: LabCommand): void {
    if (command.type === "cancel") this.#jobs.get(command.id)?.cancel();
    else void this.#answer(command);
  }

  async #answer({ id, type, ask }: LabRequest): Promise<void> {
    const job = new Job(this.#platform, (share) => this.#post({ id, type: "progress", share }));
    this.#jobs.set(id, job);
    try {
      // A request's `ask` is its type's, which the union does not tell of both at once.
      const handle = this.#handlers[type] as (
        ask: unknown,
        job: Job,
      ) => Promise<Answer<LabQuestion>>;
      const answer = await handle(ask, job);
      if (!job.isCancelled) this.#post({ id, type: "answer", answer });
    } catch (error) {
      const { message, remedy, isPassing } = toLabError(error);
      if (!job.isCancelled) this.#post({ id, type: "error", message, remedy, isPassing });
    } finally {
      this.#jobs.delete(id);
    }
  }

  async #open({ net }: Asked<"open">, job: Job): Promise<OpenNet> {
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
      packed,
    };
  }

  /** The net's weights, and what was measured when it was packed. */
  async #given(net: LabNet): Promise<{ given: GivenNet; packed: PackedFigures | null }> {
    if (net !== "shipped") return { given: net, packed: null };
    const given = await this.#platform.shippedNet();
    return { given, packed: given.manifest.figures };
  }

  #close(id: NetId): null {
    this.#nets.get(id)?.close();
    this.#nets.delete(id);
    return null;
  }

  /** @throws LabError where it has been closed, or the worker has been started anew since */
  #net(id: NetId): LabNetHalves {
    const net = this.#nets.get(id);
    if (!net) throw new LabError("This net is no longer open.", "Choose it again.", true);
    return net;
  }

  async #images({ data, images: chosen }: Asked<"images">): Promise<PartImages> {
    const images = await this.#data.get(parseDataChoice(data));
    const { dataset, note } = images;
    const indices = indicesOf(images, chosen).slice();
    return {
      shape: dataset.shape,
      count: indices.length,
      pixels: pickImages(dataset, indices),
      labels: Uint8Array.from(indices, (index) => dataset.labels[index]!),
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

  async #encode({ net: id, images: asked }: Asked<"encode">, job: Job): Promise<Codes> {
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

  async #axes(ask: Asked<"axes">, job: Job): Promise<PrincipalAxes> {
    const { size, codes } = await this.#encode(ask, job);
    return principalAxes(codes, size);
  }

  async #decode({ net: id, codes, kept }: Asked<"decode">, job: Job): Promise<ImageStrip> {
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

  async #reconstruct(ask: Asked<"reconstruct">, job: Job): Promise<Reconstructions> {
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
    const pca = await (await this.#data.get(choice)).pca();
    const { size, codes } = pca.encode(located, wanted);
    return { count: located.indices.length, size, codes: Float32Array.from(codes) };
  }

  async #pcaReconstruct(ask: Asked<"pcaReconstruct">, job: Job): Promise<Reconstructions> {
    const choice = parseDataChoice(ask.data);
    const located = await this.#data.locate(choice, ask.images);
    const pca = await (await this.#data.get(choice)).pca();
    job.throwIfCancelled();
    return score(located, job, (from, to) =>
      pca.reconstruct(located, from, to, keptOf(ask.kept, from, to)),
    );
  }

  async #spread(ask: Asked<"spread">, job: Job): Promise<NumberSpread> {
    const { codes, size } = await this.#encode(ask, job);
    return spreadOfNumbers(codes, size);
  }

  async #ablation(ask: Asked<"ablation">, job: Job): Promise<Ablation> {
    const { config, shape } = this.#net(ask.net);
    const located = await this.#data.locate(config, ask.images, shape);
    return ablate(() => this.#net(ask.net), located, ask.means, job);
  }

  async #samples(ask: Asked<"samples">, job: Job): Promise<Samples> {
    const images = await this.#data.get(this.#net(ask.net).config);
    return sample(() => this.#net(ask.net), images, ask, job);
  }

  async #probe({ of, data, sizes }: Asked<"probe">, job: Job): Promise<Probe> {
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

/** What is kept of the images in a part. */
function keptOf(kept: Kept, from: number, to: number): Kept {
  return kept instanceof Uint16Array ? kept.subarray(from, to) : kept;
}

/** Reconstructs images a part at a time and compares each with its original. */
async function score(
  located: Located,
  job: Job,
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
