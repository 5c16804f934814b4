/** Convolutions on the GPU: a doubling that is folded into one is folded into its weights. */

import { windowGathers } from "../../webgpu/gathers";
import type { WebgpuKind } from "../../webgpu/lower/context";
import type { WeightedSpec } from "../../webgpu/lower/gradients";
import { lowerWeighted, lowerWeightedGradient } from "../../webgpu/lower/weighted";
import type { ConvGradient, ConvOperation } from ".";
import { convWindow, isScatter } from "./window";

function specOf(operation: ConvOperation): WeightedSpec {
  return {
    operation,
    gathers: windowGathers(operation, convWindow(operation), isScatter(operation)),
    isTransposed: false,
    folded: operation.upsample === 2 ? operation.kernelSize : null,
  };
}

export const conv: WebgpuKind<ConvOperation> = {
  lower: (context, operation) => lowerWeighted(context, specOf(operation)),
};

export const convGradient: WebgpuKind<ConvGradient> = {
  lower: (context, operation) => lowerWeightedGradient(context, operation, specOf(operation.of)),
};
