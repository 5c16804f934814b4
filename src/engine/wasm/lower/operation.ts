/** Which function lowers which operation. */

import type { Operation } from "../../plan";
import { windowOf } from "../../window";
import { lowerActivation } from "./activation";
import type { Context, LoweredOperation, Surroundings } from "./context";
import { lowerConv } from "./conv";
import { lowerDense } from "./dense";
import { lowerDropout, lowerNestedDropout } from "./dropout";
import { lowerAdd, lowerConcat } from "./join";
import { lowerBatchNorm, NORM_SUM_FLOATS } from "./norm";
import {
  lowerDepthToSpace,
  lowerMaxPool,
  lowerRescale,
  lowerReshape,
  lowerUpsample,
} from "./pointwise";

/** Floats of partial sums that an operation needs for each group. */
export function partialFloats(operation: Operation): number {
  if (operation.kind === "batchNorm") return NORM_SUM_FLOATS * operation.output.channels;
  if (operation.kind !== "conv" && operation.kind !== "convTranspose") return 0;
  const [height, width] = windowOf(operation).size;
  const { channels } = operation.output;
  return height * width * operation.input.channels * channels + channels;
}

export function lowerOperation(
  context: Context,
  operation: Operation,
  around: Surroundings,
): LoweredOperation {
  switch (operation.kind) {
    case "conv":
    case "convTranspose":
      return lowerConv(context, operation, around);
    case "dense":
      return lowerDense(context, operation, around);
    case "maxPool":
      return lowerMaxPool(context, operation, around);
    case "upsample":
      return lowerUpsample(operation, around);
    case "depthToSpace":
      return lowerDepthToSpace(operation, around);
    case "rescale":
      return lowerRescale(operation, around);
    case "activation":
      return lowerActivation(operation, around);
    case "dropout":
      return lowerDropout(context, operation, around);
    case "nestedDropout":
      return lowerNestedDropout(context, operation, around);
    case "reshape":
      return lowerReshape(context, around);
    case "add":
      return lowerAdd(operation, around);
    case "concat":
      return lowerConcat(around);
    case "batchNorm":
      return lowerBatchNorm(context, operation, around);
  }
}
