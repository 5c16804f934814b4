/** A picture blurred, so that noise and the ripples of JPEG are gone from it. */

import type { Channels } from "./grey";

export interface Blurred {
  readonly channels: Channels;
  /** Share of the deviation of the pixels' own noise that is left. */
  readonly noiseLeft: number;
}

/** Of the longer side: means are taken over twice as much across and down. */
const RADIUS = 1 / 200;
/** Of the shorter side, which a strip has little of. */
const MOST = 1 / 16;

/** Every pixel the mean around it: over 7 × 7 of 512 × 512 pixels, less of smaller pictures. */
export function blur(channels: Channels, width: number): Blurred {
  const height = channels[0]!.length / width;
  const radius = Math.floor(
    Math.min(0.5 + RADIUS * Math.max(width, height), MOST * Math.min(width, height)),
  );
  const noiseLeft = 1 / (2 * radius + 1);
  if (radius === 0) return { channels, noiseLeft };
  return {
    channels: channels.map((plane) => {
      const across = new Float32Array(plane.length);
      for (let y = 0; y < height; y++) slide(plane, across, y * width, 1, width, radius);
      const around = new Float32Array(plane.length);
      for (let x = 0; x < width; x++) slide(across, around, x, width, height, radius);
      return around;
    }),
    noiseLeft,
  };
}

/** Means along one row or column, of as much as is in the picture. */
function slide(
  from: Float32Array,
  to: Float32Array,
  first: number,
  step: number,
  count: number,
  radius: number,
): void {
  let sum = 0;
  let many = 0;
  for (let i = -radius; i < count; i++) {
    if (i + radius < count) {
      sum += from[first + (i + radius) * step]!;
      many += 1;
    }
    if (i > radius) {
      sum -= from[first + (i - radius - 1) * step]!;
      many -= 1;
    }
    if (i >= 0) to[first + i * step] = sum / many;
  }
}
