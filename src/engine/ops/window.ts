/** What convolutions of every kind have in common: a kernel that is moved over an image. */

import type { Padding, SampleShape } from "../graph";
import type { LayerReader } from "../layer-reader";
import type { Window } from "../taps";
import type { Weighted } from "./weights";

export interface Windowed extends Weighted {
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  /** From one tap's pixel to the next one's. */
  readonly dilation: readonly [number, number];
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

/** Taps side by side. */
export const UNDILATED = [1, 1] as const;

/**
 * Reads the window of a layer.
 *
 * @param from, to Conv2D's input and output; a transposed convolution's the other way round
 */
export function readWindow(
  reader: LayerReader,
  from: SampleShape,
  to: SampleShape,
  dilation: readonly [number, number] = UNDILATED,
): Omit<Windowed, keyof Weighted> {
  reader.oneOf("dataFormat", ["channelsLast"]);
  const strides = reader.pair("strides");
  const kernelSize = reader.pair("kernelSize");
  if (strides.some((stride) => stride > 1) && dilation.some((rate) => rate > 1)) {
    reader.problem("strides and a dilationRate over 1 together are not supported");
  }
  let padding: Padding = { top: 0, left: 0, bottom: 0, right: 0 };
  if (reader.oneOf("padding", ["valid", "same"]) === "same") {
    const extent = (axis: 0 | 1) => (kernelSize[axis] - 1) * dilation[axis] + 1;
    const [top, bottom] = samePadding(from.height, to.height, extent(0), strides[0]);
    const [left, right] = samePadding(from.width, to.width, extent(1), strides[1]);
    padding = { top, left, bottom, right };
  }
  return { kernelSize, strides, dilation, padding };
}

/** The window over the input, or of a transposed convolution over the output. */
export function windowOf({
  kernelSize,
  strides,
  dilation,
  padding,
}: Omit<Windowed, keyof Weighted>): Window {
  return {
    stride: strides,
    dilation,
    offset: [-padding.top, -padding.left],
    size: kernelSize,
  };
}
