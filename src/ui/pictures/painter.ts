/** Paints only the thumbnails in sight, on one canvas: scrolling stays smooth with any number of images. */

import { type ImageShape, sizeOf } from "../../math/image-set";
import { type ErrorColours, paintError, paintImage } from "./draw";
import { CAPTION, type GalleryLayout, rowsInSight } from "./layout";

export interface Sheet {
  /** Images' places in the split, in the order shown. */
  readonly order: Uint32Array;
  readonly shape: ImageShape;
  /** What is shown, in that shape. */
  readonly pixels: Uint8Array;
  /** Where errors are shown: what the pixels differ from. */
  readonly originals: Uint8Array | null;
  /** Under each image. */
  readonly values: Float32Array;
}

export interface Ink {
  readonly text: string;
  readonly mark: string;
  readonly font: string;
  readonly errors: ErrorColours;
}

export interface Sight {
  /** CSS pixels scrolled down, and the size of what can be seen. */
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Place that is marked; null for none. */
  readonly marked: number | null;
}

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  /** Images in sight at their own size, side by side. */
  readonly #small = document.createElement("canvas");

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("This browser has no 2D canvas.");
    this.#canvas = canvas;
    this.#context = context;
  }

  paint(layout: GalleryLayout, sheet: Sheet, ink: Ink, sight: Sight): void {
    const { top, width, height, marked } = sight;
    this.#fit(width, height);
    const context = this.#context;
    context.clearRect(0, 0, width, height);
    const [from, to] = rowsInSight(layout, top, height);
    if (to <= from) return;
    const { columns, image, pitchX, pitchY } = layout;
    const { shape } = sheet;
    this.#fillSmall(sheet, ink.errors, from * columns, (to - from) * columns, columns);
    context.imageSmoothingEnabled = false;
    context.font = ink.font;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const last = Math.min(sheet.order.length, to * columns);
    for (let place = from * columns; place < last; place++) {
      const row = Math.floor(place / columns);
      const column = place % columns;
      const x = Math.round(column * pitchX + (pitchX - image.width) / 2);
      const y = Math.round(row * pitchY - top);
      const [sx, sy] = [column * shape.width, (row - from) * shape.height];
      const { width, height } = image;
      context.drawImage(this.#small, sx, sy, shape.width, shape.height, x, y, width, height);
      if (place === marked) {
        context.strokeStyle = ink.mark;
        context.lineWidth = 3;
        context.strokeRect(x + 1.5, y + 1.5, width - 3, height - 3);
      }
      context.fillStyle = ink.text;
      const value = sheet.values[sheet.order[place]!]!;
      context.fillText(value.toFixed(3), x + width / 2, y + height + CAPTION / 2);
    }
  }

  /** Sharp on screens with more than one pixel to a CSS pixel. */
  #fit(width: number, height: number): void {
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== w) this.#canvas.width = w;
    if (this.#canvas.height !== h) this.#canvas.height = h;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  #fillSmall(sheet: Sheet, colours: ErrorColours, first: number, count: number, columns: number) {
    const { order, shape, pixels, originals } = sheet;
    const width = columns * shape.width;
    const height = Math.ceil(count / columns) * shape.height;
    const words = new Uint32Array(width * height);
    for (let i = 0; i < count && first + i < order.length; i++) {
      const image = order[first + i]! * sizeOf(shape);
      const corner = Math.floor(i / columns) * shape.height * width + (i % columns) * shape.width;
      if (originals) paintError(words, corner, width, originals, pixels, image, shape, colours);
      else paintImage(words, corner, width, pixels, image, shape);
    }
    this.#small.width = width;
    this.#small.height = height;
    const rgba = new Uint8ClampedArray(words.buffer);
    this.#small.getContext("2d")?.putImageData(new ImageData(rgba, width, height), 0, 0);
  }
}
