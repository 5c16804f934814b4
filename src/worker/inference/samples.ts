/** Codes drawn at random, and how far they are from real ones. */

import { Moments } from "../../math/covariance";
import {
  fitGaussian,
  type Gaussian,
  independent,
  sampleGaussian,
  unitNormal,
} from "../../math/gaussian";
import { type ImageShape, sizeOf, toBytes } from "../../math/image-set";
import { createNearestSearch, type NearestSearch } from "../../math/nearest-search";
import { createRng } from "../../math/rng";
import { CLOUDS, type Cloud, type CloudName, type Samples } from "../../protocol/inference";
import type { ImageStrip } from "../../protocol/messages";
import { inParts, type Job, stageOf } from "../rpc";
import type { SplitImages } from "./images";
import type { NetCodec } from "./nets";

/** Training codes that are looked at: a net takes 2 s for them. */
const MOST_TRAINED = 8000;
/** Codes of each kind whose distances are measured. */
const MEASURED = 256;

/** @param net throws once the net is closed */
export async function sample(
  net: () => NetCodec,
  { dataset, split }: SplitImages,
  { pictures, seed }: { readonly pictures: number; readonly seed: number },
  job: Job<number>,
): Promise<Samples> {
  const { latentSize: size } = net().config;
  const encode = async (indices: Uint32Array, stage: Pick<Job<number>, "turn">) => {
    const codes = new Float32Array(indices.length * size);
    await inParts(indices.length, stage, (from, to) => {
      codes.set(net().encode(dataset, indices.subarray(from, to), true), from * size);
    });
    return codes;
  };
  const trained = await encode(split.train.subarray(0, MOST_TRAINED), stageOf(job, 0, 0.4));
  const held = await encode(split.test.subarray(0, MEASURED), stageOf(job, 0.4, 0.42));
  const moments = new Moments(size);
  const count = trained.length / size;
  await inParts(count, stageOf(job, 0.42, 0.5), (from, to) => {
    moments.add(trained.subarray(from * size, to * size));
  });
  const fitted = fitGaussian(moments);
  const gaussians: Record<CloudName, Gaussian> = {
    fitted,
    independent: independent(fitted),
    unit: unitNormal(size),
  };
  const search = createNearestSearch(trained, size, [size], 1);
  const cloudOf = (codes: Float32Array, stage: number) =>
    measure(
      net,
      dataset.shape,
      search,
      codes,
      pictures,
      stageOf(job, 0.5 + stage / 8, 0.625 + stage / 8),
    );
  const heldOut = await cloudOf(held, 0);
  const clouds: Partial<Record<CloudName, Cloud>> = {};
  for (const [i, name] of CLOUDS.entries()) {
    const codes = sampleGaussian(gaussians[name], MEASURED, createRng(seed, `sample/${name}`));
    clouds[name] = await cloudOf(codes, i + 1);
  }
  return { trained: count, heldOut, clouds: clouds as Record<CloudName, Cloud> };
}

/** Decodes the codes, encodes what comes of it, and measures both distances. */
async function measure(
  net: () => NetCodec,
  shape: ImageShape,
  search: NearestSearch,
  codes: Float32Array,
  pictures: number,
  stage: Pick<Job<number>, "turn">,
): Promise<Cloud> {
  const { latentSize: size } = net().config;
  const count = codes.length / size;
  const distances = new Float32Array(count);
  const drifts = new Float32Array(count);
  const shown: Uint8Array[] = [];
  await inParts(count, stage, (from, to) => {
    const part = codes.subarray(from * size, to * size);
    const pixels = toBytes(net().decode(part, null));
    shown.push(pixels);
    const places = Uint32Array.from({ length: to - from }, (_, i) => i);
    const again = net().encode({ shape, images: pixels }, places, false);
    for (let row = from; row < to; row++) {
      const { squares } = search.find(codes, row * size);
      distances[row] = Math.sqrt(squares[0]!);
      let square = 0;
      for (let i = 0; i < size; i++) {
        square += (again[(row - from) * size + i]! - codes[row * size + i]!) ** 2;
      }
      drifts[row] = Math.sqrt(square);
    }
  });
  return { pictures: firstOf(shown, Math.min(count, pictures), shape), distances, drifts };
}

/** The first `count` pictures of those made a few at a time. */
function firstOf(parts: readonly Uint8Array[], count: number, shape: ImageShape): ImageStrip {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return { shape, count, pixels: all.slice(0, count * sizeOf(shape)) };
}
