/** Enlargement: every pixel several times, or pixels between, in proportion to how near they are. */

import type { GraphNode } from "../../graph";
import type { LayerReader } from "../../layer-reader";
import { backwardOf, type OperationKind } from "../kind";

interface Enlargement {
  /** Down and across. */
  readonly factors: readonly [number, number];
  /**
   * Pixels are repeated, or mixed in proportion to how near they are (bilinear): by their corners, as
   * in tfjs, new pixel i lies at i / factor among the old ones; by their middles, as in Keras 3, at
   * (i + 1/2) / factor − 1/2, or at the edge where that is outside.
   */
  readonly by: "nearest" | "corners" | "middles";
}

export interface UpsampleOperation extends GraphNode, Enlargement {
  readonly kind: "upsample";
}

/** Gives every pixel its shares of the gradients of those that were made of it. */
export interface UpsampleGradient extends GraphNode, Enlargement {
  readonly kind: "upsampleGradient";
}

function readFactors(reader: LayerReader): readonly [number, number] {
  const factors = reader.pair("size");
  const isWhole = factors.every((factor) => Number.isInteger(factor) && factor > 0);
  if (!isWhole) reader.problem("its size must be whole numbers");
  return factors;
}

export const upsample: OperationKind<UpsampleOperation, UpsampleGradient> = {
  layers: {
    UpSampling2D(reader, node) {
      reader.oneOf("dataFormat", ["channelsLast"]);
      const interpolation = reader.oneOf("interpolation", ["nearest", "bilinear"]);
      const by = interpolation === "nearest" ? "nearest" : "corners";
      return { ...node, kind: "upsample", factors: readFactors(reader), by };
    },
    BilinearUpSampling2D: (reader, node) => ({
      ...node,
      kind: "upsample",
      factors: readFactors(reader),
      by: "middles",
    }),
  },
  gradient: ({ factors, by, ...operation }, dy, tape) => [
    tape.push({ ...backwardOf(operation, dy), kind: "upsampleGradient", factors, by }),
  ],
};
