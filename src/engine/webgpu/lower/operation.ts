/** Which function lowers which operation. */

import type { Operation } from "../../plan";
import { denseGathers, gathersOf } from "../gathers";
import { type Context, type LoweredOperation, plain } from "./context";
import { lowerBatchNorm } from "./norm";
import {
  lowerActivation,
  lowerAdd,
  lowerConcat,
  lowerDepthToSpace,
  lowerDropout,
  lowerMaxPool,
  lowerNestedDropout,
  lowerRescale,
  lowerUpsample,
} from "./pointwise";
import { lowerProduct } from "./products";

export function lowerOperation(context: Context, operation: Operation): LoweredOperation {
  switch (operation.kind) {
    case "conv":
    case "convTranspose":
      return lowerProduct(context, operation, gathersOf(operation));
    case "dense":
      return lowerProduct(context, operation, denseGathers(operation));
    case "maxPool":
      return lowerMaxPool(context, operation);
    case "upsample":
      return lowerUpsample(context, operation);
    case "depthToSpace":
      return lowerDepthToSpace(context, operation);
    case "rescale":
      return lowerRescale(context, operation);
    case "activation":
      return lowerActivation(context, operation);
    case "dropout":
      return lowerDropout(context, operation);
    case "nestedDropout":
      return lowerNestedDropout(context, operation);
    case "reshape":
      // Another name for the same numbers: see tensors.ts.
      return plain([], []);
    case "add":
      return lowerAdd(context, operation);
    case "concat":
      return lowerConcat(context, operation);
    case "batchNorm":
      return lowerBatchNorm(context, operation);
  }
}
