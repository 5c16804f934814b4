/** What lessons have measured besides a run's result, by the inference worker: training is not disturbed. */

import type { InferenceClient } from "../../../client/inference";
import type { RunConfig } from "../../../config/config";
import { specFor } from "../../../datasets/catalogue";
import { type ImageShape, sizeOf } from "../../../math/image-set";
import type { Codes, ProbeSubject } from "../../../protocol/inference";
import type { Figures, Measure } from "./figures";

export interface Pictures {
  readonly shape: ImageShape;
  readonly count: number;
  readonly originals: Uint8Array;
  readonly reconstructions: Uint8Array;
}

export interface Measured {
  readonly figures: Figures;
  readonly pictures?: Pictures;
}

const BAG = 8;
/** T-shirts/tops and trousers. */
const CLOTHES = [0, 1];
/** Bags that are shown. */
const SHOWN = 6;

/**
 * @param weights of the run's net, flat; they change hands
 * @throws AnswerError
 */
export async function measure(
  what: Measure,
  config: RunConfig,
  weights: Float32Array,
  inference: InferenceClient,
  signal: AbortSignal,
): Promise<Measured> {
  const shape = specFor(config.data);
  const { net } = await inference.ask("open", { net: { config, shape, weights } }, { signal });
  try {
    if (what === "dead") {
      const codes = await inference.ask("encode", { net, images: { part: "test" } }, { signal });
      return { figures: { dead: deadNumbers(codes) } };
    }
    if (what === "neighbours") return await measureNeighbours(net, config, inference, signal);
    return await measureBags(net, config, inference, signal);
  } finally {
    await inference.ask("close", { net });
  }
}

/** Numbers that are 0 in every code. */
function deadNumbers({ count, size, codes }: Codes): number {
  let dead = 0;
  for (let number = 0; number < size; number++) {
    let place = 0;
    while (place < count && codes[place * size + number] === 0) place++;
    if (place === count) dead++;
  }
  return dead;
}

/** Of 100 test images, those whose class their nearest training images tell: by codes, by pixels. */
async function measureNeighbours(
  net: number,
  config: RunConfig,
  inference: InferenceClient,
  signal: AbortSignal,
): Promise<Measured> {
  const sizes = [config.latentSize];
  const toldBy = async (of: ProbeSubject) => {
    const { points } = await inference.ask("probe", { of, data: config, sizes }, { signal });
    return 100 * (points.at(-1)?.nearest ?? Number.NaN);
  };
  return { figures: { told: await toldBy({ net }), toldPixels: await toldBy("pixels") } };
}

async function measureBags(
  net: number,
  config: RunConfig,
  inference: InferenceClient,
  signal: AbortSignal,
): Promise<Measured> {
  const { data, split, seed, latentSize } = config;
  const testOf = (classes: readonly number[]) =>
    inference.ask(
      "images",
      { data: { data, classes, split, seed }, images: { part: "test" } },
      { signal },
    );
  const rebuilt = (pixels: Uint8Array) =>
    inference.ask("reconstruct", { net, images: { pixels }, kept: null }, { signal });
  const bags = await testOf([BAG]);
  const clothes = await testOf(CLOTHES);
  const ofBags = await rebuilt(bags.pixels);
  const ofClothes = await rebuilt(clothes.pixels);
  const ofPca = await inference.ask(
    "pcaReconstruct",
    { data: config, images: { pixels: bags.pixels }, kept: latentSize },
    { signal },
  );
  const { shape } = bags;
  const shown = SHOWN * sizeOf(shape);
  return {
    figures: {
      bags: ofBags.mean.ssimWriteup,
      bagsPca: ofPca.mean.ssimWriteup,
      clothes: ofClothes.mean.ssimWriteup,
    },
    pictures: {
      shape,
      count: SHOWN,
      originals: bags.pixels.slice(0, shown),
      reconstructions: ofBags.pixels.slice(0, shown),
    },
  };
}
