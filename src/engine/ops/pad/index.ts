/** Zeros around an image, and an image without its edges: each is the other's gradient. */

import type { GraphNode, Padding } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface PadOperation extends GraphNode {
  readonly kind: "pad";
  readonly edges: Padding;
}

export interface CropOperation extends GraphNode {
  readonly kind: "crop";
  readonly edges: Padding;
}

export const pad: OperationKind<PadOperation, CropOperation> = {
  layers: {
    ZeroPadding2D(reader, node) {
      reader.oneOf("dataFormat", ["channelsLast"]);
      return { ...node, kind: "pad", edges: reader.edges("padding") };
    },
  },
  gradient: ({ edges, ...operation }, dy, tape) => [
    tape.push({ ...backwardOf(operation, dy), kind: "crop", edges }),
  ],
};

export const crop: OperationKind<CropOperation, PadOperation> = {
  layers: {
    Cropping2D(reader, node) {
      reader.oneOf("dataFormat", ["channelsLast"]);
      return { ...node, kind: "crop", edges: reader.edges("cropping") };
    },
  },
  gradient: ({ edges, ...operation }, dy, tape) => [
    tape.push({ ...backwardOf(operation, dy), kind: "pad", edges }),
  ],
};
