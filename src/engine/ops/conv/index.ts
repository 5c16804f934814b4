/** Correlation with a kernel of [height, width, input channels, filters], as Keras's Conv2D. */

import type { GraphNode } from "../../graph";
import { foldedTaps } from "../../taps";
import { backwardOf, type OperationKind } from "../kind";
import { readWeights, trainedWeights, type WeightedGradient } from "../weights";
import { readWindow, type Windowed } from "../window";

export interface ConvOperation extends GraphNode, Windowed {
  readonly kind: "conv";
  /** The input is first enlarged this many times, nearest neighbour: 1 leaves it as it is. */
  readonly upsample: 1 | 2;
}

export interface ConvGradient extends WeightedGradient<ConvOperation> {
  readonly kind: "convGradient";
}

export const conv: OperationKind<ConvOperation, ConvGradient> = {
  layers: {
    Conv2D(reader, node) {
      // Its kernel's last axis.
      reader.ignore("filters");
      const dilation = reader.pair("dilationRate");
      const window = readWindow(reader, node.input, node.output, dilation);
      return { ...node, ...window, ...readWeights(reader), kind: "conv", upsample: 1 };
    },
  },
  trains: trainedWeights,
  multiplyAdds({ input, output, kernelSize, kernel, upsample }, doubling) {
    if (upsample === 1 || doubling === "written") {
      return output.height * output.width * kernel.size;
    }
    // A transposed convolution over the small image, with this many taps a pixel.
    const taps = foldedTaps(kernelSize[0]).length * foldedTaps(kernelSize[1]).length;
    return input.height * input.width * taps * input.channels * output.channels;
  },
  gradient: (of, dy, tape) => [
    tape.push({ ...backwardOf(of, dy, ...of.inputs), kind: "convGradient", of }),
  ],
};
