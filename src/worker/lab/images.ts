/** The images of the nets that are looked at: data sets, their splits, and what questions ask for. */

import type { DataChoice } from "../../config/config-schema";
import type { Split } from "../../datasets/dataset";
import { splitDataset } from "../../datasets/split";
import { type ImageShape, sameShape, sizeOf } from "../../math/image-set";
import type { Chosen, Images } from "../../protocol/lab";
import { AnswerError } from "../../protocol/rpc";
import type { LoadedImages } from "../platform";
import { JpegReference } from "./jpeg";
import type { Located } from "./located";
import { LabPca } from "./pca";
import type { LabPlatform } from "./platform";

/** Data choices that are kept: two nets side by side may have been trained on different images. */
const MOST_KEPT = 2;

export interface LabImages extends LoadedImages {
  readonly split: Split;
  /** Fitted on the training split when it is first asked for. */
  pca(): Promise<LabPca>;
  /** The test split as JPEG. */
  readonly jpeg: JpegReference;
}

export class LabData {
  readonly #platform: LabPlatform;
  /** By data choice, the least recently used first. */
  readonly #kept = new Map<string, Promise<LabImages>>();
  readonly #datasets = new Map<string, Promise<LoadedImages>>();

  constructor(platform: LabPlatform) {
    this.#platform = platform;
  }

  /** @throws DataError, and tries again the next time */
  get({ classes, split, seed }: DataChoice): Promise<LabImages> {
    const key = JSON.stringify([classes, split, seed]);
    const images = this.#kept.get(key) ?? this.#prepare(classes, split, seed);
    this.#kept.delete(key);
    this.#kept.set(key, images);
    images.catch(() => {
      if (this.#kept.get(key) === images) this.#kept.delete(key);
    });
    if (this.#kept.size > MOST_KEPT) this.#dropOldest();
    return images;
  }

  /**
   * The images that a question is about, where it may also bring its own.
   *
   * @param shape of those that it brings; without one, as the data set's
   */
  async locate(choice: DataChoice, asked: Images, shape?: ImageShape): Promise<Located> {
    if ("pixels" in asked) {
      const own = shape ?? (await this.get(choice)).dataset.shape;
      const size = sizeOf(own);
      const count = asked.pixels.length / size;
      if (!Number.isInteger(count)) {
        throw new RangeError(`Images have ${size} bytes each, not ${asked.pixels.length}.`);
      }
      const indices = Uint32Array.from({ length: count }, (_, i) => i);
      return { shape: own, images: asked.pixels, indices, isDataset: false };
    }
    const images = await this.get(choice);
    const { dataset } = images;
    if (shape && !sameShape(shape, dataset.shape)) throw otherImages(shape, dataset.shape);
    return {
      shape: dataset.shape,
      images: dataset.images,
      indices: indicesOf(images, asked),
      isDataset: true,
    };
  }

  #dropOldest(): void {
    const [[key, images]] = this.#kept as unknown as [[string, Promise<LabImages>]];
    this.#kept.delete(key);
    images.then(
      ({ jpeg }) => jpeg.retire(),
      () => {},
    );
  }

  async #prepare(
    classes: DataChoice["classes"],
    name: DataChoice["split"],
    seed: number,
  ): Promise<LabImages> {
    const { dataset, note } = await this.#load(classes);
    const split = splitDataset(dataset, name, seed);
    let pca: Promise<LabPca> | null = null;
    const fitAnew = (): Promise<LabPca> => {
      const fitted = this.#platform.fitPca(dataset, split.train).then((fit) => new LabPca(fit));
      fitted.catch(() => {
        pca = null;
      });
      return fitted;
    };
    return {
      dataset,
      note,
      split,
      pca: () => {
        pca ??= fitAnew();
        return pca;
      },
      jpeg: new JpegReference(() => this.#platform.startJpeg(dataset, split.test)),
    };
  }

  /** Several splits of the same classes share one data set while its loading goes on. */
  #load(classes: readonly number[]): Promise<LoadedImages> {
    const key = classes.join();
    const known = this.#datasets.get(key);
    if (known) return known;
    const loaded = this.#platform.loadDataset(classes);
    this.#datasets.clear();
    this.#datasets.set(key, loaded);
    loaded.catch(() => this.#datasets.delete(key));
    return loaded;
  }
}

/** Numbers of the images chosen; those of a part are that part's own. */
export function indicesOf({ split }: LabImages, chosen: Chosen): Uint32Array {
  return "part" in chosen ? split[chosen.part] : chosen.indices;
}

const inWords = ({ height, width, channels }: ImageShape) => `${height}×${width}×${channels}`;

const otherImages = (net: ImageShape, images: ImageShape): AnswerError =>
  new AnswerError(
    `This net takes images of ${inWords(net)}, and those here are ${inWords(images)}.`,
    "Choose another net above.",
  );
