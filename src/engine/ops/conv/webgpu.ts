/** Convolutions on the GPU: a doubling that is folded into one is folded into its weights. */

import { windowGathers } from "../../webgpu/gathers";
import type { Lower } from "../../webgpu/lower/context";
import type { WeightedSpec } from "../../webgpu/lower/gradients";
import { lowerWeighted, lowerWeightedGradient } from "../../webgpu/lower/weighted";
import { isScatter, windowOf } from "../../window";
import type { ConvGradient, ConvOperation } from ".";

function specOf(operation: ConvOperation): WeightedSpec {
  return {
    operation,
    gathers: windowGathers(operation, windowOf(operation), isScatter(operation)),
    isTransposed: false,
    folded: operation.upsample === 2 ? operation.kernelSize : null,
  };
}

export const conv: Lower<ConvOperation> = (context, operation) =>
  lowerWeighted(context, specOf(operation));

export const convGradient: Lower<ConvGradient> = (context, operation) =>
  lowerWeightedGradient(context, operation, specOf(operation.of));
