/** Transposed convolutions on the GPU. */

import { windowGathers } from "../../webgpu/gathers";
import type { WebgpuKind } from "../../webgpu/lower/context";
import type { WeightedSpec } from "../../webgpu/lower/gradients";
import { lowerWeighted, lowerWeightedGradient } from "../../webgpu/lower/weighted";
import { windowOf } from "../window";
import type { ConvTransposeGradient, ConvTransposeOperation } from ".";

function specOf(operation: ConvTransposeOperation): WeightedSpec {
  const gathers = windowGathers(operation, windowOf(operation), true);
  return { operation, gathers, isTransposed: true, folded: null };
}

export const convTranspose: WebgpuKind<ConvTransposeOperation> = {
  lower: (context, operation) => lowerWeighted(context, specOf(operation)),
};

export const convTransposeGradient: WebgpuKind<ConvTransposeGradient> = {
  lower: (context, operation) => lowerWeightedGradient(context, operation, specOf(operation.of)),
};
