/** Products of each pixel's channels: convolutions with a kernel of one pixel. */

import type { GraphNode, Placement } from "../graph";
import type { Weighted } from "./weights";
import { UNDILATED, type Windowed } from "./window";

/** What a convolution is where it takes a pixel at a time. */
export interface PixelwiseOperation extends GraphNode, Windowed {
  readonly kind: "conv";
  readonly upsample: 1;
}

/** The operation of a layer that has those weights for each pixel: its kernel is [channels, filters]. */
export function pixelwise(node: Placement, weights: Weighted): PixelwiseOperation {
  return {
    ...node,
    ...weights,
    kind: "conv",
    upsample: 1,
    kernelSize: [1, 1],
    strides: [1, 1],
    dilation: UNDILATED,
    padding: { top: 0, left: 0, bottom: 0, right: 0 },
  };
}
