/** Batch normalisation on the GPU: see webgpu-kernels.ts and webgpu-parts.ts. */

import { Residual } from "../../residual";
import { inputOf, type WebgpuKind } from "../../webgpu/lower/context";
import type { BatchNormGradient, BatchNormOperation } from ".";
import {
  normaliseKernel,
  normFactorsKernel,
  normGradientKernel,
  normInferenceKernel,
  normInputGradientKernel,
  normScaleGradientKernel,
} from "./webgpu-kernels";
import {
  type NormSpec,
  normPartWords,
  normSlopesKernel,
  normStatisticsKernel,
} from "./webgpu-parts";

/** Where the factors of the batch lie, among others. */
const SPEC = new Residual<NormSpec>();

export const batchNorm: WebgpuKind<BatchNormOperation> = {
  lower(context, operation) {
    const { stores, tensors, capacity, weights, gradients, statistics } = context;
    const { layer, gamma, beta, mean, variance } = operation;
    const { channels } = operation.output;
    const spec = SPEC.keep(context, operation, {
      operation,
      capacity,
      stores: {
        parts: context.scratch(normPartWords(operation, capacity)),
        factors: stores.declare(`${layer} factors`, 4 * channels),
        slopes: stores.declare(`${layer} slopes`, 2 * channels),
        weights,
        gradients,
        statistics,
        gamma: gamma ? context.weightAt(gamma) : null,
        beta: beta ? context.weightAt(beta) : null,
        mean: context.statisticAt(mean),
        variance: context.statisticAt(variance),
      },
    });
    const input = inputOf(context, operation);
    const normalise = normaliseKernel(spec, input, tensors.store(operation.result));
    const inference = [normInferenceKernel(spec), normalise];
    if (operation.isFrozen) return { run: inference };
    return {
      run: [normStatisticsKernel(spec, input), normFactorsKernel(spec), normalise],
      inference,
    };
  },
};

export const batchNormGradient: WebgpuKind<BatchNormGradient> = {
  lower(context, operation) {
    const spec = SPEC.of(context, operation.of);
    const [gradient, input] = operation.inputs.map((tensor) => context.tensors.store(tensor));
    const sink = context.tensors.sink(operation.result);
    if (operation.of.isFrozen) {
      return { run: sink ? [normScaleGradientKernel(spec, gradient!, sink)] : [] };
    }
    return {
      run: [
        normSlopesKernel(spec, input!, gradient!),
        normGradientKernel(spec),
        ...(sink ? [normInputGradientKernel(spec, input!, gradient!, sink)] : []),
      ],
    };
  },
};
