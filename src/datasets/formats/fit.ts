/** Any picture as one of a data set's images: scaled, cut or framed, its alpha put on a ground. */

import { type ImageShape, sizeOf } from "../../math/image-set";
import { greyOf } from "../picture/grey";
import { resample } from "../picture/shape";
import type { RawImages } from "./found";

export interface Fit {
  readonly shape: ImageShape;
  /** What does not have the image's ratio of sides is cut, or framed. */
  readonly fit: "crop" | "pad";
  /** What shows through what is transparent, and frames what does not fill the image: 0 or 255. */
  readonly ground: number;
}

/** Writes image `index` of some to a place, in the shape wanted. */
export type FitImage = (raw: RawImages, index: number, target: Uint8Array, at: number) => void;

/**
 * How images come to a shape. Each pixel is the mean over the area that it covers; grey of colours is
 * Rec. 601's.
 */
export function fitter({ shape, fit, ground }: Fit): FitImage {
  const size = sizeOf(shape);
  return (raw, index, target, at) => {
    const isSame = raw.height === shape.height && raw.width === shape.width;
    const from = index * raw.height * raw.width * raw.channels;
    if (isSame && raw.channels === shape.channels) {
      target.set(raw.pixels.subarray(from, from + size), at);
      return;
    }
    const planes = planesOf(raw, from, shape.channels, ground);
    const fitted = isSame
      ? planes
      : planes.map((plane) => placed(plane, raw, { shape, fit, ground }));
    for (const [channel, plane] of fitted.entries()) {
      for (let i = 0, to = at + channel; i < plane.length; i++, to += shape.channels) {
        target[to] = Math.round(plane[i]!);
      }
    }
  };
}

/** One plane for each channel wanted. */
function planesOf(
  { pixels, height, width, channels }: RawImages,
  from: number,
  wanted: number,
  ground: number,
): Float32Array[] {
  const hasAlpha = channels === 2 || channels === 4;
  const colours = hasAlpha ? channels - 1 : channels;
  const planes = Array.from({ length: colours }, (_, channel) => {
    const plane = new Float32Array(height * width);
    for (let i = 0, at = from; i < plane.length; i++, at += channels) {
      const alpha = hasAlpha ? pixels[at + channels - 1]! / 255 : 1;
      plane[i] = pixels[at + channel]! * alpha + ground * (1 - alpha);
    }
    return plane;
  });
  if (wanted === 1) return [greyOf(planes)];
  return planes.length === 1 ? [planes[0]!, planes[0]!, planes[0]!] : planes;
}

function placed(
  values: Float32Array,
  { height, width }: RawImages,
  { shape, fit, ground }: Fit,
): Float32Array {
  const [down, across] = [shape.height / height, shape.width / width];
  const scale = fit === "crop" ? Math.max(down, across) : Math.min(down, across);
  const tall = Math.max(1, Math.round(height * scale));
  const wide = Math.max(1, Math.round(width * scale));
  const scaled = resample({ width, height, values }, wide, tall).values;
  if (tall === shape.height && wide === shape.width) return scaled;
  const top = Math.floor((shape.height - tall) / 2);
  const left = Math.floor((shape.width - wide) / 2);
  const plane = new Float32Array(shape.height * shape.width).fill(ground);
  for (let y = Math.max(0, top); y < Math.min(shape.height, top + tall); y++) {
    for (let x = Math.max(0, left); x < Math.min(shape.width, left + wide); x++) {
      plane[y * shape.width + x] = scaled[(y - top) * wide + x - left]!;
    }
  }
  return plane;
}
