/** JPEG as a yardstick: the best it makes of images with so many bytes each. */

import { type ImageSet, type ImageShape, sizeOf } from "../math/image-set";

/** Pixels of four bytes: an ImageData, or as much of one. */
export interface JpegPixels {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly colorSpace: "srgb";
}

/** MozJPEG, however the host loads it. */
export interface JpegCodec {
  encode(pixels: JpegPixels, settings: JpegSettings & { quality: number }): Promise<ArrayBuffer>;
  decode(file: ArrayBuffer): Promise<{ readonly data: ArrayLike<number> }>;
}

export interface JpegImages {
  /** 1 to 100. */
  readonly quality: number;
  /** A mean over the images; headers and tables are in it. */
  readonly bytes: number;
  /** From how many bytes on a higher quality fits; null at the highest. */
  readonly nextBytes: number | null;
  /** The images, values in [0, 1]. */
  readonly reconstructions: Float32Array;
}

const BEST_QUALITY = 100;
/** 40 images of 28 pixels are 1,280 across; JPEG's limit of 65,535 down is 81,880 of them. */
const COLUMNS = 40;
/** A whole number of JPEG's 8 × 8 blocks, so that no block belongs to two images. */
const wholeBlocks = (pixels: number): number => Math.ceil(pixels / 8) * 8;
/** JPEG's colour spaces, as MozJPEG numbers them. */
const GREY = 1;
const YCBCR = 3;

/**
 * Grey, progressive, with Huffman tables made for these images, and MozJPEG's flat quantisation
 * table: of its tables that one has the least squared error and the best SSIM here. Measured on
 * 1,400 training images at 128 bytes: MSE 0.0017, against 0.0031 with the standard's own table
 * (Annex K), and SSIM (Wang) 0.937 against 0.914.
 */
const SETTINGS = {
  progressive: true,
  baseline: false,
  optimize_coding: true,
  quant_table: 1,
} as const;

export type JpegSettings = typeof SETTINGS & {
  readonly color_space: typeof GREY | typeof YCBCR;
};

/**
 * Images side by side in one JPEG file, each in blocks of its own.
 *
 * An image of 28 × 28 pixels in a file of its own pays some 600 bytes for headers and tables. Here
 * all images share them, as they share PCA's components or a net's weights, and a whole split pays
 * under a byte an image. That favours JPEG, as does that a block's mean is told as the difference
 * to the image beside it.
 */
export class JpegSheet {
  readonly #codec: JpegCodec;
  readonly #count: number;
  readonly #shape: ImageShape;
  readonly #pixels: JpegPixels;
  /** Bytes of the file by quality. */
  readonly #files = new Map<number, ArrayBuffer>();

  /** @param indices at least one */
  constructor(codec: JpegCodec, { shape, images }: ImageSet, indices: Uint32Array) {
    this.#codec = codec;
    if (indices.length === 0) throw new RangeError("A sheet needs at least one image.");
    this.#count = indices.length;
    this.#shape = shape;
    const size = sizeOf(shape);
    const [cellWidth, cellHeight] = [wholeBlocks(shape.width), wholeBlocks(shape.height)];
    const width = COLUMNS * cellWidth;
    const height = Math.ceil(indices.length / COLUMNS) * cellHeight;
    const data = new Uint8ClampedArray(width * height * 4);
    for (const [place, index] of indices.entries()) {
      for (let row = 0; row < cellHeight; row++) {
        for (let column = 0; column < cellWidth; column++) {
          // Beyond its edges the image's last row and column go on, which costs JPEG least.
          const pixel =
            Math.min(row, shape.height - 1) * shape.width + Math.min(column, shape.width - 1);
          const from = index * size + pixel * shape.channels;
          const to = 4 * this.#at(place, row, column);
          // Of a grey image all three are its one number.
          for (let channel = 0; channel < 3; channel++) {
            data[to + channel] = images[from + Math.min(channel, shape.channels - 1)]!;
          }
        }
      }
    }
    this.#pixels = { data, width, height, colorSpace: "srgb" };
  }

  /**
   * The images at the highest quality that takes at most so many bytes each; null where none does.
   *
   * @param bytes over 0, a mean over the images
   */
  async best(bytes: number): Promise<JpegImages | null> {
    let lowest = 0;
    let above = BEST_QUALITY + 1;
    while (above - lowest > 1) {
      const quality = Math.floor((lowest + above) / 2);
      const { byteLength } = await this.#file(quality);
      if (byteLength / this.#count <= bytes) lowest = quality;
      else above = quality;
    }
    if (lowest === 0) return null;
    const file = await this.#file(lowest);
    const { data } = await this.#codec.decode(file);
    const { height, width, channels } = this.#shape;
    const reconstructions = new Float32Array(this.#count * sizeOf(this.#shape));
    let to = 0;
    for (let place = 0; place < this.#count; place++) {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const from = 4 * this.#at(place, row, column);
          for (let channel = 0; channel < channels; channel++) {
            reconstructions[to++] = data[from + channel]! / 255;
          }
        }
      }
    }
    return {
      quality: lowest,
      bytes: file.byteLength / this.#count,
      nextBytes:
        lowest === BEST_QUALITY ? null : (await this.#file(lowest + 1)).byteLength / this.#count,
      reconstructions,
    };
  }

  async #file(quality: number): Promise<ArrayBuffer> {
    const known = this.#files.get(quality);
    if (known) return known;
    const file = await this.#codec.encode(this.#pixels, {
      ...SETTINGS,
      color_space: this.#shape.channels === 1 ? GREY : YCBCR,
      quality,
    });
    this.#files.set(quality, file);
    return file;
  }

  /** Where in the sheet an image's pixel is. */
  #at(place: number, row: number, column: number): number {
    const [cellWidth, cellHeight] = [
      wholeBlocks(this.#shape.width),
      wholeBlocks(this.#shape.height),
    ];
    const down = Math.floor(place / COLUMNS) * cellHeight + row;
    return down * COLUMNS * cellWidth + (place % COLUMNS) * cellWidth + column;
  }
}
