/** Which pixels of one image a convolution's kernel joins with which of another. */

import type { ConvOperation } from "./ops/conv";
import type { ConvTransposeOperation } from "./ops/convTranspose";
import { foldedTaps } from "./taps";

/** y[o] = Σ over w of x[stride·o + offset + w] · weights[w], along both axes. */
export interface Window {
  readonly stride: number;
  readonly offset: readonly [number, number];
  readonly size: readonly [number, number];
}

/** Does its forward pass scatter the input over a larger output, rather than gather? */
export function isScatter(operation: ConvOperation | ConvTransposeOperation): boolean {
  return operation.kind === "convTranspose" || operation.upsample === 2;
}

/** The operation's window: over the input or, where it scatters, over the output. */
export function windowOf(operation: ConvOperation | ConvTransposeOperation): Window {
  const [height, width] = operation.kernelSize;
  if (operation.kind === "convTranspose" || operation.upsample === 1) {
    const { top, left } = operation.padding;
    return { stride: operation.stride, offset: [-top, -left], size: [height, width] };
  }
  const rows = foldedTaps(height);
  const columns = foldedTaps(width);
  return {
    stride: 2,
    offset: [rows[0].offset, columns[0].offset],
    size: [rows.length, columns.length],
  };
}
