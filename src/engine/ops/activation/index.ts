/** A function of each number by itself, where no operation before it could take it in. */

import type { Activation, GraphNode } from "../../graph";
import type { LayerReader } from "../../layer-reader";
import type { OperationKind, ReadLayer } from "../kind";

export interface ActivationOperation extends GraphNode {
  readonly kind: "activation";
  readonly activation: Activation;
}

/**
 * The gradient before an activation from that behind it, given its output, or for swish its input:
 * its inputs are the gradient and that.
 */
export interface SlopeOperation extends GraphNode {
  readonly kind: "slope";
  readonly activation: Exclude<Activation, "linear">;
}

/** What of an operation's tensors the slope of its activation is taken from. */
export function keptForSlope(activation: Exclude<Activation, "linear">): "input" | "output" {
  return activation === "swish" ? "input" : "output";
}

/** An activation in a layer of its own. */
function layer(read: (reader: LayerReader) => Activation): ReadLayer<ActivationOperation> {
  return (reader, node) => ({ ...node, kind: "activation", activation: read(reader) });
}

export const activation: OperationKind<ActivationOperation> = {
  layers: {
    Activation: layer((reader) => reader.activation()),
    ReLU: layer((reader) => {
      reader.forbid("maxValue");
      return "relu";
    }),
    LeakyReLU: layer((reader) => {
      const leakyRelu = reader.number("alpha");
      // Its gradient is taken from the sign of its output.
      if (leakyRelu < 0) reader.problem("alpha must not be negative");
      return { leakyRelu };
    }),
    ELU: layer((reader) => {
      if (reader.number("alpha") !== 1) reader.problem("alpha must be 1");
      return "elu";
    }),
    Clamp: layer(() => "clamp"),
  },
  // The slope is all of it.
  gradient: (_, dy) => [dy],
};
