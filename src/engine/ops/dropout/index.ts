/** In training some numbers become 0 and the others grow: see the mask's words in philox.ts. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface DropoutOperation extends GraphNode {
  readonly kind: "dropout";
  readonly rate: number;
  /** Its place among the model's dropout layers. */
  readonly number: number;
}

export const dropout: OperationKind<DropoutOperation, DropoutOperation> = {
  layers: {
    Dropout(reader, node) {
      const rate = reader.number("rate");
      if (!(rate >= 0 && rate < 1)) reader.problem("its rate must be at least 0 and below 1");
      reader.forbid("noiseShape");
      // Masks are drawn from the trainer's seed: with the layer's own, tfjs repeats one for ever.
      reader.ignore("seed");
      return { ...node, kind: "dropout", rate, number: reader.dropoutNumber() };
    },
  },
  // The mask is drawn again: that is cheaper than to keep it.
  gradient: ({ rate, number, ...operation }, dy, tape) => [
    tape.push({ ...backwardOf(operation, dy), kind: "dropout", rate, number }),
  ],
};
