/** Where each thumbnail of the gallery is, and which are in sight: a grid that scrolls down. */

import type { ImageShape } from "../../math/image-set";
import { fittingScale } from "./draw";

/** CSS pixels. */
export const CAPTION = 18;
const GAP = 8;

export interface GalleryLayout {
  /** CSS pixels of an image. */
  readonly image: { readonly width: number; readonly height: number };
  readonly columns: number;
  readonly rows: number;
  /** From the left edge of one column to that of the next; likewise of rows. */
  readonly pitchX: number;
  readonly pitchY: number;
  readonly height: number;
}

/**
 * As many columns as fit, spread over the whole width.
 *
 * @param room CSS pixels for an image's longer side
 */
export function galleryLayout(
  width: number,
  count: number,
  shape: ImageShape,
  room: number,
): GalleryLayout {
  const scale = fittingScale(shape, room);
  const image = { width: shape.width * scale, height: shape.height * scale };
  const columns = Math.max(1, Math.floor((width + GAP) / (image.width + GAP)));
  const rows = Math.ceil(count / columns);
  const pitchY = image.height + CAPTION + GAP;
  return { image, columns, rows, pitchX: width / columns, pitchY, height: rows * pitchY };
}

/** First row in sight and the one after the last, at that scroll position. */
export function rowsInSight(
  { rows, pitchY }: GalleryLayout,
  top: number,
  height: number,
): readonly [number, number] {
  const first = Math.max(0, Math.floor(top / pitchY));
  return [first, Math.min(rows, Math.ceil((top + height) / pitchY))];
}

/** The image under a point of the whole grid; null between images and beyond the last. */
export function placeAt(layout: GalleryLayout, count: number, x: number, y: number): number | null {
  const { columns, pitchX, pitchY } = layout;
  const column = Math.floor(x / pitchX);
  const place = Math.floor(y / pitchY) * columns + column;
  return column >= 0 && column < columns && place >= 0 && place < count ? place : null;
}

/** The scroll position nearest to this one at which a place is wholly in sight. */
export function scrollTo(
  { columns, pitchY }: GalleryLayout,
  place: number,
  top: number,
  height: number,
): number {
  const from = Math.floor(place / columns) * pitchY;
  return Math.max(from + pitchY - height, Math.min(from, top));
}

/** Where a key of the keyboard leads from a place; null for keys that lead nowhere. */
export function placeAfter(
  key: string,
  place: number,
  count: number,
  columns: number,
  page: number,
): number | null {
  const moves: Record<string, number> = {
    ArrowLeft: place - 1,
    ArrowRight: place + 1,
    ArrowUp: place - columns,
    ArrowDown: place + columns,
    PageUp: place - columns * page,
    PageDown: place + columns * page,
    Home: 0,
    End: count - 1,
  };
  const next = moves[key];
  if (next === undefined) return null;
  return Math.min(count - 1, Math.max(0, next));
}
