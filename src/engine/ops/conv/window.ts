/** The window of a convolution, which a doubling that is folded into it changes. */

import { foldedTaps, type Window } from "../../taps";
import { windowOf } from "../window";
import type { ConvOperation } from ".";

/** Does its forward pass scatter the input over a larger output, rather than gather? */
export function isScatter({ upsample }: ConvOperation): boolean {
  return upsample === 2;
}

/** Over the input or, where it scatters, over the output. */
export function convWindow(operation: ConvOperation): Window {
  if (!isScatter(operation)) return windowOf(operation);
  const [rows, columns] = operation.kernelSize.map((size) => foldedTaps(size));
  return {
    stride: [2, 2],
    dilation: [1, 1],
    offset: [rows![0]!.offset, columns![0]!.offset],
    size: [rows!.length, columns!.length],
  };
}
