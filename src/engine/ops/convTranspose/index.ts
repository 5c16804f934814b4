/** The gradient of a convolution by its input: kernel of [height, width, filters, input channels]. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";
import { readWeights, trainedWeights, type WeightedGradient } from "../weights";
import { readWindow, type Windowed } from "../window";

export interface ConvTransposeOperation extends GraphNode, Windowed {
  /** Its padding is what is taken off the output. */
  readonly kind: "convTranspose";
}

export interface ConvTransposeGradient extends WeightedGradient<ConvTransposeOperation> {
  readonly kind: "convTransposeGradient";
}

export const convTranspose: OperationKind<ConvTransposeOperation, ConvTransposeGradient> = {
  layers: {
    Conv2DTranspose(reader, node) {
      // Its output's channels.
      reader.ignore("filters");
      const window = readWindow(reader, node.output, node.input);
      return { ...node, ...window, ...readWeights(reader), kind: "convTranspose" };
    },
  },
  trains: trainedWeights,
  multiplyAdds: ({ input, kernel }) => input.height * input.width * kernel.size,
  gradient: (of, dy, tape) => [
    tape.push({ ...backwardOf(of, dy, ...of.inputs), kind: "convTransposeGradient", of }),
  ],
};
