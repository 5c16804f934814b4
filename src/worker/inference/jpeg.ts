/** JPEG beside the net: the test split as one file, at the quality that fits so many bytes. */

import { type ImageSet, pickImages, toBytes } from "../../math/image-set";
import { elementOf } from "../../math/vectors";
import type { JpegSheet } from "../../metrics/jpeg-sheet";
import { imageQuality } from "../../metrics/metrics";
import type { Reconstructions } from "../../protocol/inference";
import { reconstructionsOf } from "./scores";

/** One quality, judged on every image of the sheet. */
export interface JudgedJpeg {
  readonly quality: number;
  readonly bytes: number;
  readonly nextBytes: number | null;
  readonly sheet: Reconstructions;
}

/** Encodes and judges, elsewhere: a file of 1,400 images takes a while. */
export interface JpegSource {
  /** Null where the lowest quality takes more bytes an image. */
  best(bytes: number): Promise<JudgedJpeg | null>;
  dispose(): void;
}

/** The highest quality that takes at most so many bytes an image, and how good it is. */
export async function judgeJpeg(
  sheet: JpegSheet,
  set: ImageSet,
  indices: Uint32Array,
  bytes: number,
): Promise<JudgedJpeg | null> {
  const best = await sheet.best(bytes);
  if (!best) return null;
  const { quality, nextBytes, reconstructions } = best;
  const pixels = toBytes(reconstructions);
  const figures = imageQuality(set, indices, reconstructions);
  return {
    quality,
    bytes: best.bytes,
    nextBytes,
    sheet: reconstructionsOf({ shape: set.shape, count: indices.length, pixels }, figures),
  };
}

/** The images at those places of a sheet. */
export function pick(sheet: Reconstructions, places: Uint32Array): Reconstructions {
  const outside = places.find((place) => place >= sheet.count);
  if (outside !== undefined)
    throw new RangeError(`Image ${outside} of ${sheet.count} test images.`);
  const { shape } = sheet;
  const pixels = pickImages({ shape, images: sheet.pixels }, places);
  const take = (values: Float32Array) => Float32Array.from(places, elementOf(values));
  const { mse, psnr, ssim, ssimWriteup } = sheet.figures;
  return reconstructionsOf(
    { shape, count: places.length, pixels },
    {
      mse: take(mse),
      psnr: take(psnr),
      ssim: take(ssim),
      ssimWriteup: take(ssimWriteup),
    },
  );
}

/** Keeps what has been judged: a quality serves every number of bytes up to the next one's. */
export class JpegReference {
  readonly #createSource: () => JpegSource;
  #source: JpegSource | null = null;
  /** By ascending quality; at most 100. */
  readonly #known: JudgedJpeg[] = [];
  /** Fewer bytes than this fit no quality. */
  #least = 0;

  constructor(createSource: () => JpegSource) {
    this.#createSource = createSource;
  }

  async best(bytes: number): Promise<JudgedJpeg | null> {
    if (bytes <= this.#least) return null;
    const known = this.#known.find(
      (each) => each.bytes <= bytes && (each.nextBytes === null || bytes < each.nextBytes),
    );
    if (known) return known;
    this.#source ??= this.#createSource();
    const best = await this.#source.best(bytes);
    if (best) this.#known.push(best);
    else this.#least = Math.max(this.#least, bytes);
    return best;
  }

  /** Other images have taken its place. */
  retire(): void {
    this.#source?.dispose();
    this.#source = null;
  }
}
