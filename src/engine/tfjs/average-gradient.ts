/**
 * The gradient of average pooling in tfjs, mended.
 *
 * tfjs 4.22 takes the mean over those of a window's pixels that are in the image, and shares its gradient
 * out as if all were: with padding, gradients at the edges are too small. Finite differences show it.
 */

import * as tf from "@tensorflow/tfjs";

const KERNEL = "AvgPool";

/** How many windows' pixels there would be for each that there is, along one axis. */
function excess(windows: number, size: number, stride: number, before: number, pixels: number) {
  return Array.from({ length: windows }, (_, window) => {
    const first = window * stride - before;
    return size / (Math.min(first + size, pixels) - Math.max(first, 0));
  });
}

/** tfjs's own, and in its place one that gives it larger gradients where windows are cut off. */
function mended(theirs: tf.GradConfig): tf.GradConfig {
  return {
    ...theirs,
    gradFunc(dy, saved, attrs) {
      const [x] = saved;
      const { filterSize, strides, pad } = attrs as unknown as {
        readonly filterSize: number | readonly [number, number];
        readonly strides: number | readonly [number, number];
        readonly pad: unknown;
      };
      if (pad !== "same" || Array.isArray(dy) || !x) return theirs.gradFunc(dy, saved, attrs);
      const [down, across] = [1, 2].map((axis) => {
        const place = axis - 1;
        const size = typeof filterSize === "number" ? filterSize : filterSize[place]!;
        const stride = typeof strides === "number" ? strides : strides[place]!;
        const [windows, pixels] = [dy.shape[axis]!, x.shape[axis]!];
        const total = Math.max(0, (windows - 1) * stride + size - pixels);
        return excess(windows, size, stride, Math.floor(total / 2), pixels);
      });
      const whole = tf.tidy(() => {
        const rows = tf.tensor(down!).reshape([-1, 1, 1]);
        return dy.mul(rows.mul(tf.tensor(across!).reshape([-1, 1])));
      });
      return theirs.gradFunc(whole, saved, attrs);
    },
  };
}

let isMended = false;

/** Replaces the gradient, once, on every backend; later calls do nothing. */
export function mendAverageGradient(): void {
  const theirs = tf.getGradient(KERNEL);
  if (isMended || !theirs) return;
  isMended = true;
  tf.unregisterGradient(KERNEL);
  tf.registerGradient(mended(theirs));
}
