/** What Conv2D and Conv2DTranspose have in common: a kernel that is moved over an image. */

import type { Padding, SampleShape } from "../graph";
import type { LayerReader } from "../layer-reader";
import type { Window } from "../taps";
import { readWeights, type Weighted } from "./weights";

export interface Windowed extends Weighted {
  readonly kernelSize: readonly [number, number];
  readonly stride: number;
  readonly padding: Padding;
}

/** Zeros that `same` adds on each side, as TensorFlow: the odd one goes to the end. */
export function samePadding(
  size: number,
  output: number,
  kernel: number,
  stride: number,
): [number, number] {
  const total = Math.max(0, (output - 1) * stride + kernel - size);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

/** @param from, to Conv2D's input and output */
export function readWindow(reader: LayerReader, from: SampleShape, to: SampleShape): Windowed {
  reader.oneOf("dataFormat", ["channelsLast"]);
  // Its kernel's last axis or, transposed, its output's channels.
  reader.ignore("filters");
  const stride = reader.square("strides");
  if (stride !== 1 && stride !== 2) reader.problem("strides 1 and 2 are supported");
  const kernelSize = reader.pair("kernelSize");
  if (kernelSize.some((size) => size < stride || size > 7)) {
    reader.problem("kernels of 1×1 to 7×7, no smaller than their stride, are supported");
  }
  let padding: Padding = { top: 0, left: 0, bottom: 0, right: 0 };
  if (reader.oneOf("padding", ["valid", "same"]) === "same") {
    const [top, bottom] = samePadding(from.height, to.height, kernelSize[0], stride);
    const [left, right] = samePadding(from.width, to.width, kernelSize[1], stride);
    padding = { top, left, bottom, right };
  }
  return { kernelSize, stride, padding, ...readWeights(reader) };
}

/** The window over the input, or of a transposed convolution over the output. */
export function windowOf({ kernelSize, stride, padding }: Windowed): Window {
  return { stride, offset: [-padding.top, -padding.left], size: kernelSize };
}
