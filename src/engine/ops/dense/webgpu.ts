/** Dense layers on the GPU: convolutions of one pixel. */

import { denseGathers } from "../../webgpu/gathers";
import type { WebgpuKind } from "../../webgpu/lower/context";
import type { WeightedSpec } from "../../webgpu/lower/gradients";
import { lowerWeighted, lowerWeightedGradient } from "../../webgpu/lower/weighted";
import type { DenseGradient, DenseOperation } from ".";

function specOf(operation: DenseOperation): WeightedSpec {
  return { operation, gathers: denseGathers(operation), isTransposed: false, folded: null };
}

export const dense: WebgpuKind<DenseOperation> = {
  lower: (context, operation) => lowerWeighted(context, specOf(operation)),
};

export const denseGradient: WebgpuKind<DenseGradient> = {
  lower: (context, operation) => lowerWeightedGradient(context, operation, specOf(operation.of)),
};
