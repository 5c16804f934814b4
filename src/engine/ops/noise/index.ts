/** In training each number has a normal one added to it, or is multiplied by 1 + such a one. */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface NoiseOperation extends GraphNode {
  readonly kind: "noise";
  /** Of the normal numbers. */
  readonly deviation: number;
  readonly multiplies: boolean;
  /** Which stream it draws from. */
  readonly number: number;
}

export const noise: OperationKind<NoiseOperation, NoiseOperation> = {
  layers: {
    GaussianNoise(reader, node) {
      const deviation = reader.number("stddev");
      if (!(deviation >= 0)) reader.problem("its stddev must not be negative");
      return {
        ...node,
        kind: "noise",
        deviation,
        multiplies: false,
        number: reader.streamNumber(),
      };
    },
    GaussianDropout(reader, node) {
      const rate = reader.number("rate");
      if (!(rate >= 0 && rate < 1)) reader.problem("its rate must be at least 0 and below 1");
      const deviation = Math.sqrt(rate / (1 - rate));
      return { ...node, kind: "noise", deviation, multiplies: true, number: reader.streamNumber() };
    },
  },
  // The numbers are drawn again; those that were added change nothing.
  gradient: ({ deviation, multiplies, number, ...operation }, dy, tape) =>
    multiplies
      ? [tape.push({ ...backwardOf(operation, dy), kind: "noise", deviation, multiplies, number })]
      : [dy],
};
