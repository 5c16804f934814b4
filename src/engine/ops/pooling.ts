/** What pooling of every kind has in common: windows that are moved over an image. */

import type { Placement } from "../graph";
import type { LayerReader } from "../layer-reader";
import { samePadding } from "./window";

/** Height and width, or down and across. */
type Pair = readonly [number, number];

export interface Windows {
  readonly size: Pair;
  readonly strides: Pair;
  /** Pixels of the first window above and left of the image. */
  readonly padding: Pair;
}

/** Those of MaxPooling2D and AveragePooling2D. */
export function readWindows(reader: LayerReader, { input, output }: Placement): Windows {
  reader.oneOf("dataFormat", ["channelsLast"]);
  const size = reader.pair("poolSize");
  const strides = reader.pair("strides");
  const isSame = reader.oneOf("padding", ["valid", "same"]) === "same";
  const [top] = samePadding(input.height, output.height, size[0], strides[0]);
  const [left] = samePadding(input.width, output.width, size[1], strides[1]);
  return { size, strides, padding: isSame ? [top, left] : [0, 0] };
}

/** The one of global pooling, which is the whole image. */
export function readWholeImage(reader: LayerReader, { input }: Placement): Windows {
  reader.oneOf("dataFormat", ["channelsLast"]);
  const size = [input.height, input.width] as const;
  return { size, strides: size, padding: [0, 0] };
}
