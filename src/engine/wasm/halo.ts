/** How many zeros the convolutions of a plan want around their tensors. */

import type { SampleShape } from "../graph";
import { extentOf, type Window } from "../taps";
import type { Halo } from "./buffers";

/** Largest padding that a gather of that window over `from` needs to produce `to`. */
export function gatherHalo(window: Window, from: SampleShape, to: SampleShape): Halo {
  const { stride, offset } = window;
  const end = (pixels: number, axis: 0 | 1, count: number) =>
    Math.max(0, (count - 1) * stride[axis] + offset[axis] + extentOf(window, axis) - pixels);
  return {
    top: Math.max(0, -offset[0]),
    left: Math.max(0, -offset[1]),
    bottom: end(from.height, 0, to.height),
    right: end(from.width, 1, to.width),
  };
}

/** Likewise of a scatter: output pixel y takes from inputs ⌈(y − offset − extent + 1)/stride⌉ on. */
export function scatterHalo(window: Window, from: SampleShape, to: SampleShape): Halo {
  const { stride, offset } = window;
  const start = (axis: 0 | 1) =>
    Math.max(0, -Math.ceil((1 - offset[axis] - extentOf(window, axis)) / stride[axis]));
  const end = (pixels: number, axis: 0 | 1, count: number) =>
    Math.max(0, Math.floor((count - 1 - offset[axis]) / stride[axis]) - (pixels - 1));
  return {
    top: start(0),
    left: start(1),
    bottom: end(from.height, 0, to.height),
    right: end(from.width, 1, to.width),
  };
}
