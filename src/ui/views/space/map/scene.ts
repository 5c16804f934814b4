/** What the map's canvas shows, and how it is painted. */

import type { ImageShape } from "../../../../math/image-set";
import type { ImageStrip } from "../../../../protocol/messages";
import { boundsOf, type Camera, type WindowSize } from "../../../../state/space/map/camera";
import { type Chart, placeOf } from "../../../../state/space/map/chart";
import type { Tiles } from "../../../../state/space/map/map";
import { fittingScale } from "../../../pictures/draw";
import { type Colour, Raster } from "./raster";

export interface Scene {
  readonly chart: Chart;
  /** Of each image. */
  readonly colours: Uint32Array;
  /** 1 for each image that is selected; null where all are shown alike. */
  readonly selected: Uint8Array | null;
  /** The garments. */
  readonly images: ImageStrip;
  /** Drawn in place of the garments. */
  readonly tiles: Tiles | null;
  readonly ground: Colour;
}

/** How much of a point that is not selected is seen, and of one that is. */
export const FAINT = 0.16;
export const FULL = 0.88;
/** Around a thumbnail: its point's colour. */
export const FRAME = 2;
/** CSS pixels of a thumbnail's longer side, and how many times that; more, and a few would fill the window. */
const THUMB = 28;
const LARGEST_THUMB = 3;
/** Most points for a place of a thumbnail, on average over the window. */
const CROWD = 0.8;

export class ScenePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #raster = new Raster(1, 1);
  /** The raster's bytes, as the canvas takes them. */
  #image = new ImageData(this.#raster.bytes, 1, 1);
  #ratio = 1;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("This browser has no 2D canvas.");
    this.#canvas = canvas;
    this.#context = context;
  }

  /** CSS pixels. */
  resize(width: number, height: number): void {
    this.#ratio = window.devicePixelRatio || 1;
    const [w, h] = [width, height].map((size) => Math.max(1, Math.round(size * this.#ratio)));
    this.#canvas.width = w!;
    this.#canvas.height = h!;
    this.#raster = new Raster(w!, h!);
    this.#image = new ImageData(this.#raster.bytes, w!, h!);
  }

  /** @param moving where the points are on their way to the chart; null once they are there */
  paint(
    scene: Scene,
    camera: Camera,
    size: WindowSize,
    moving: Pick<Chart, "x" | "y"> | null,
  ): void {
    this.#raster.clear(scene.ground);
    const { tiles, chart, images } = scene;
    const thumbs = moving || tiles ? null : thumbsIn(chart, images.shape, camera, size);
    if (tiles) this.#paintTiles(tiles, camera, size);
    else this.#paintDots(scene, camera, size, moving ?? chart);
    if (thumbs) this.#paintThumbs(scene, camera, size, thumbs);
    this.#context.putImageData(this.#image, 0, 0);
    this.#canvas.dataset.thumbnails = String(thumbs?.places.length ?? 0);
  }

  #paintDots(
    { colours, selected, chart }: Scene,
    camera: Camera,
    size: WindowSize,
    { x, y }: Pick<Chart, "x" | "y">,
  ): void {
    const pixel = pixelOf(camera, size, this.#ratio);
    const radius = radiusOf(chart.x.length) * this.#ratio;
    const draw = (place: number, alpha: number) =>
      this.#raster.dot(
        pixel.left + x[place]! * pixel.scale,
        pixel.top - y[place]! * pixel.scale,
        radius,
        colours[place]!,
        alpha,
      );
    if (!selected) {
      for (let place = 0; place < x.length; place++) draw(place, FULL);
      return;
    }
    for (let place = 0; place < x.length; place++) if (!selected[place]) draw(place, FAINT);
    for (let place = 0; place < x.length; place++) if (selected[place]) draw(place, FULL);
  }

  #paintThumbs(
    { chart, colours, selected, images }: Scene,
    camera: Camera,
    size: WindowSize,
    { places, scale }: Thumbs,
  ): void {
    const pixel = pixelOf(camera, size, this.#ratio);
    // Whole pixels of the screen for each of the image; of one that is larger than its place, parts.
    const whole = scale >= 1 ? Math.max(1, Math.round(scale * this.#ratio)) : scale * this.#ratio;
    const width = images.shape.width * whole;
    const height = images.shape.height * whole;
    const frame = Math.round(FRAME * this.#ratio);
    for (const place of places) {
      const { x, y } = placeOf(chart, place);
      const left = Math.round(pixel.left + x * pixel.scale - width / 2);
      const top = Math.round(pixel.top - y * pixel.scale - height / 2);
      const alpha = selected && !selected[place] ? FAINT : 1;
      const [outerWidth, outerHeight] = [width + 2 * frame, height + 2 * frame];
      const [outerLeft, outerTop] = [left - frame, top - frame];
      this.#raster.rectangle(outerLeft, outerTop, outerWidth, outerHeight, colours[place]!, alpha);
      this.#raster.picture(images, place, { left, top, width, height }, alpha);
    }
  }

  #paintTiles(tiles: Tiles, camera: Camera, size: WindowSize): void {
    const pixel = pixelOf(camera, size, this.#ratio);
    const width = tiles.width * pixel.scale;
    const height = tiles.height * pixel.scale;
    for (let row = 0; row < tiles.rows; row++) {
      for (let column = 0; column < tiles.columns; column++) {
        const left = pixel.left + (tiles.left + column * tiles.width) * pixel.scale;
        const top = pixel.top - (tiles.top - row * tiles.height) * pixel.scale;
        const image = row * tiles.columns + column;
        this.#raster.picture(tiles.pictures, image, { left, top, width, height }, 1);
      }
    }
  }
}

/** Where 0, 0 of the map is on the screen's own pixels, and how large 1 is. */
function pixelOf(camera: Camera, { width, height }: WindowSize, ratio: number) {
  const scale = camera.scale * ratio;
  return {
    // Whole pixels: while the map is moved its dots keep their shapes.
    left: Math.round((width * ratio) / 2 - camera.x * scale),
    top: Math.round((height * ratio) / 2 + camera.y * scale),
    scale,
  };
}

/** CSS pixels: fewer points are larger. */
export function radiusOf(points: number): number {
  return points > 6000 ? 1.4 : points > 2500 ? 1.8 : 2.4;
}

export interface Thumbs {
  /** Garments shown as pictures. */
  readonly places: readonly number[];
  /** CSS pixels for one of an image. */
  readonly scale: number;
}

/**
 * Garments to show as pictures where there is room for most of them; those that would hide one
 * before them stay dots.
 *
 * Which of them do is settled by a grid that moves along with the map, so that none flickers.
 */
export function thumbsIn(
  chart: Chart,
  shape: ImageShape,
  camera: Camera,
  size: WindowSize,
): Thumbs | null {
  const scaleOf = (factor: number) => fittingScale(shape, THUMB * factor);
  const cellOf = (scale: number) => ({
    width: shape.width * scale + 2 * FRAME,
    height: shape.height * scale + 2 * FRAME,
  });
  const most = (factor: number) => {
    const { width, height } = cellOf(scaleOf(factor));
    return (CROWD * size.width * size.height) / (width * height);
  };
  const all = chart.grid.within(boundsOf(camera, size));
  if (all.length > most(1)) return null;
  let factor = 1;
  while (factor < LARGEST_THUMB && all.length < most(factor + 1) / 2) factor++;
  const scale = scaleOf(factor);
  const cell = cellOf(scale);
  const [across, down] = [cell.width / camera.scale, cell.height / camera.scale];
  const taken = new Set<string>();
  const places = all
    .sort((a, b) => a - b)
    .filter((place) => {
      const { x, y } = placeOf(chart, place);
      const key = `${Math.floor(x / across)} ${Math.floor(y / down)}`;
      if (taken.has(key)) return false;
      taken.add(key);
      return true;
    });
  // The first of the split lie on top.
  return { places: places.reverse(), scale };
}
