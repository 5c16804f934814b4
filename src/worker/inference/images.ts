/** The images of the nets that are looked at: data sets, their splits, and what questions ask for. */

import type { DataChoice } from "../../config/config-schema";
import type { Split } from "../../datasets/dataset";
import { splitDataset } from "../../datasets/split";
import { type ImageShape, sameShape, sizeOf } from "../../math/image-set";
import { type Chosen, type Images, MOST_COMPARED } from "../../protocol/inference";
import { AnswerError } from "../../protocol/rpc";
import type { ChosenClasses, LoadedImages } from "../platform";
import type { Located } from "./codes";
import { JpegReference } from "./jpeg";
import { MOST_CODE, PcaCodec } from "./pca";
import type { InferencePlatform } from "./platform";

/** Data choices that are kept: two nets side by side may have been trained on different images. */
const MOST_KEPT = 2;

export interface SplitImages extends LoadedImages {
  readonly split: Split;
  /** For codes of up to that size; fitted on the training split when it is first asked for. */
  pca(latentSize: number): Promise<PcaCodec>;
  /** As JPEG, those of the test split that sizes are compared on. */
  readonly jpeg: JpegReference;
}

export class ImageCache {
  readonly #platform: InferencePlatform;
  /** By data choice, the least recently used first. */
  readonly #kept = new Map<string, Promise<SplitImages>>();
  readonly #datasets = new Map<string, Promise<LoadedImages>>();

  constructor(platform: InferencePlatform) {
    this.#platform = platform;
  }

  /** @throws DataError, and tries again the next time */
  get(choice: DataChoice): Promise<SplitImages> {
    const { data, classes, split, seed } = choice;
    const key = JSON.stringify([data, classes, split, seed]);
    const images = this.#kept.get(key) ?? this.#prepare(choice);
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
    const [[key, images]] = this.#kept as unknown as [[string, Promise<SplitImages>]];
    this.#kept.delete(key);
    images.then(
      ({ jpeg }) => jpeg.retire(),
      () => {},
    );
  }

  async #prepare(choice: DataChoice): Promise<SplitImages> {
    const { dataset, note } = await this.#load(choice);
    const split = splitDataset(dataset, choice.split, choice.seed);
    let fitted: Promise<PcaCodec> | null = null;
    const begin = (latentSize: number): Promise<PcaCodec> => {
      const pca = this.#platform.fitPca(dataset, split.train, latentSize);
      const fitting = pca.then(
        async (fit) => new PcaCodec(fit, await this.#platform.basisOfPca(fit, MOST_CODE)),
      );
      fitting.catch(() => {
        if (fitted === fitting) fitted = null;
      });
      fitted = fitting;
      return fitting;
    };
    const pca = async (latentSize: number): Promise<PcaCodec> => {
      const asked = fitted;
      if (!asked) return begin(latentSize);
      const known = await asked;
      if (known.isEnough(latentSize)) return known;
      // Whoever waited beside this one has asked for more.
      return fitted && fitted !== asked ? pca(latentSize) : begin(latentSize);
    };
    return {
      dataset,
      note,
      split,
      pca,
      jpeg: new JpegReference(() =>
        this.#platform.startJpeg(dataset, split.test.slice(0, MOST_COMPARED)),
      ),
    };
  }

  /** Several splits of the same classes share one data set while its loading goes on. */
  #load({ data, classes }: ChosenClasses): Promise<LoadedImages> {
    const key = JSON.stringify([data, classes]);
    const known = this.#datasets.get(key);
    if (known) return known;
    const loaded = this.#platform.loadDataset({ data, classes });
    this.#datasets.clear();
    this.#datasets.set(key, loaded);
    loaded.catch(() => this.#datasets.delete(key));
    return loaded;
  }
}

/** Numbers of the images chosen; those of a part are that part's own. */
export function indicesOf({ split }: SplitImages, chosen: Chosen): Uint32Array {
  return "part" in chosen ? split[chosen.part].subarray(0, chosen.first) : chosen.indices;
}

const inWords = ({ height, width, channels }: ImageShape) => `${height}×${width}×${channels}`;

const otherImages = (net: ImageShape, images: ImageShape): AnswerError =>
  new AnswerError(
    `This net takes images of ${inWords(net)}, and those here are ${inWords(images)}.`,
    "Choose another net above.",
  );
