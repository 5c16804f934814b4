/** Layers as the table of a net names them. */

import type { LayerSummary } from "../../../../nets/summary";

const NAMES: Readonly<Record<string, string>> = {
  Add: "Sum",
  AveragePooling2D: "Mean pooling",
  BatchNormalization: "Batch normalisation",
  Clamp: "Clamp to 0 … 1",
  Concatenate: "Join",
  Conv2D: "Convolution",
  Conv2DTranspose: "Transposed convolution",
  Cropping2D: "Crop",
  DepthToSpace: "Pixel shuffle",
  DepthwiseConv2D: "Depthwise convolution",
  GlobalAveragePooling2D: "Mean of each map",
  GlobalMaxPooling2D: "Maximum of each map",
  MaxPooling2D: "Max pooling",
  NestedDropout: "Cut off at random",
  Permute: "Axes reordered",
  Sampling: "Normal sample",
  SeparableConv2D: "Separable convolution",
  UpSampling2D: "Up-sampling",
  ZeroPadding2D: "Zeros around",
};

/** "Convolution"; tfjs's own name where it says as much. */
export const layerName = ({ className }: LayerSummary): string => NAMES[className] ?? className;

/** [28, 28, 32] → "28×28×32" */
export const shapeText = (shape: readonly number[]): string => shape.join("×");
