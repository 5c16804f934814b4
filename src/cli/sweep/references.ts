/** What PCA and JPEG make of the test split with so many bytes an image. */

import { JpegSheet } from "../../metrics/jpeg-sheet";
import { imageQuality, pcaQuality, type QualityFigures } from "../../metrics/metrics";
import { nodeJpegCodec } from "../jpeg";
import type { RunImages } from "../run";
import { type CodeRanges, codeRanges, reconstructFromBytes } from "./stored-codes";

export interface JpegFigures extends QualityFigures {
  /** MozJPEG's, 1 to 100. */
  readonly quality: number;
  /** A mean over the images. */
  readonly bytes: number;
}

export interface ReferenceFigures {
  readonly pca: QualityFigures;
  /** PCA whose numbers are kept in a byte each. */
  readonly pcaBytes: QualityFigures;
  /** Null where JPEG's lowest quality takes more bytes. */
  readonly jpeg: JpegFigures | null;
}

/** The references of one split, fitted once for all sizes. */
export class References {
  readonly #images: RunImages;
  readonly #largest: number;
  #sheet: JpegSheet | null = null;
  #ranges: CodeRanges | null = null;

  /** @param largest the largest size that will be asked for */
  constructor(images: RunImages, largest: number) {
    this.#images = images;
    this.#largest = largest;
  }

  /** With `size` numbers, or bytes, an image. */
  async at(size: number): Promise<ReferenceFigures> {
    const { dataset, split } = this.#images;
    const { pca, basis } = await this.#images.fit(this.#largest);
    this.#ranges ??= codeRanges(pca, this.#largest, dataset.images, split.train);
    this.#sheet ??= new JpegSheet(nodeJpegCodec, dataset, split.test);
    const fromBytes = reconstructFromBytes(pca, this.#ranges, size, dataset.images, split.test);
    const jpeg = await this.#sheet.best(size);
    return {
      pca: pcaQuality(pca, size, dataset, split.test, basis).mean,
      pcaBytes: this.#figures(fromBytes),
      jpeg: jpeg && {
        quality: jpeg.quality,
        bytes: jpeg.bytes,
        ...this.#figures(jpeg.reconstructions),
      },
    };
  }

  #figures(reconstructions: Float32Array): QualityFigures {
    const { dataset, split } = this.#images;
    return imageQuality(dataset, split.test, reconstructions).mean;
  }
}
