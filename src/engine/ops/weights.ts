/** What layers with a kernel and a bias have in common. */

import type { Activation, GraphNode, Parameter } from "../graph";
import type { LayerReader } from "../layer-reader";

export interface Weighted {
  readonly kernel: Parameter;
  readonly bias: Parameter | null;
  readonly activation: Activation;
}

export function readWeights(reader: LayerReader): Weighted {
  reader.forbid("activityRegularizer");
  return { kernel: reader.kernel(), bias: reader.bias(), activation: reader.activation() };
}

/** Whether a layer has a gradient at all: all of its arrays are frozen, or none. */
export function isTrained({ kernel }: Pick<Weighted, "kernel">): boolean {
  return kernel.role !== "still";
}

export function trainedWeights({ kernel, bias }: Weighted): readonly (Parameter | null)[] {
  return [kernel, bias];
}

/** Takes the gradient of the output and the input; makes that of the input, and of the weights. */
export interface WeightedGradient<O extends GraphNode> extends GraphNode {
  readonly of: O;
}
