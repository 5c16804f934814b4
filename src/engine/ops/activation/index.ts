/** A function of each number by itself, where no operation before it could take it in. */

import type { Activation, GraphNode } from "../../graph";
import type { LayerReader } from "../../layer-reader";
import type { OperationKind, ReadLayer } from "../kind";

export interface ActivationOperation extends GraphNode {
  readonly kind: "activation";
  readonly activation: Activation;
}

/**
 * The gradient before an activation from that behind it: its inputs are that, and what the slope is
 * taken from.
 */
export interface SlopeOperation extends GraphNode {
  readonly kind: "slope";
  readonly activation: Exclude<Activation, "linear">;
}

/** An activation in a layer of its own. */
function layer(read: (reader: LayerReader) => Activation): ReadLayer<ActivationOperation> {
  return (reader, node) => ({ ...node, kind: "activation", activation: read(reader) });
}

export const activation: OperationKind<ActivationOperation> = {
  layers: {
    Activation: layer((reader) => reader.activation()),
    ReLU: layer((reader) => {
      const most = reader.optionalNumber("maxValue");
      if (most === null) return "relu";
      if (!(most > 0)) reader.problem("its maxValue must be over 0");
      return { name: "cappedRelu", alpha: most };
    }),
    LeakyReLU: layer((reader) => {
      const alpha = reader.number("alpha");
      // Its gradient is taken from the sign of its output.
      if (alpha < 0) reader.problem("alpha must not be negative");
      return { name: "leakyRelu", alpha };
    }),
    ThresholdedReLU: layer((reader) => {
      const theta = reader.number("theta");
      // Likewise.
      if (theta < 0) reader.problem("theta must not be negative");
      return { name: "thresholdedRelu", alpha: theta };
    }),
    ELU: layer((reader) => {
      if (reader.number("alpha") !== 1) reader.problem("alpha must be 1");
      return "elu";
    }),
    Clamp: layer(() => "clamp"),
    ActivityRegularization: layer((reader) => {
      reader.penalizesActivity();
      return "linear";
    }),
  },
  // The slope is all of it.
  gradient: (_, dy) => [dy],
};
