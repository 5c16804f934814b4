/** Batch normalisation: see kernels/norm.ts and norm-parts.ts. */

import type { BatchNormOperation } from "../../plan";
import {
  normaliseKernel,
  normFactorsKernel,
  normGradientKernel,
  normInferenceKernel,
  normInputGradientKernel,
} from "../kernels/norm";
import { normPartWords, normSlopesKernel, normStatisticsKernel } from "../kernels/norm-parts";
import type { Context, LoweredOperation } from "./context";

export function lowerBatchNorm(context: Context, operation: BatchNormOperation): LoweredOperation {
  const { stores, tensors, capacity, weights, gradients, statistics } = context;
  const { layer, gamma, beta, mean, variance } = operation;
  const { channels } = operation.output;
  const spec = {
    operation,
    capacity,
    stores: {
      parts: context.scratch(normPartWords(operation, capacity)),
      factors: stores.declare(`${layer} factors`, 4 * channels),
      slopes: stores.declare(`${layer} slopes`, 2 * channels),
      ...{ weights, gradients, statistics },
      gamma: gamma ? context.weightAt(gamma) : null,
      beta: beta ? context.weightAt(beta) : null,
      mean: context.statisticAt(mean),
      variance: context.statisticAt(variance),
    },
  };
  const input = tensors.value(operation.inputs[0]!);
  const normalise = normaliseKernel(spec, input, tensors.value(operation.result));
  const gradient = tensors.gradient(operation.result);
  const sink = tensors.inputSink(operation);
  const backward = gradient
    ? [
        normSlopesKernel(spec, input, gradient),
        normGradientKernel(spec),
        ...(sink ? [normInputGradientKernel(spec, input, gradient, sink)] : []),
      ]
    : [];
  return {
    prepare: [],
    forward: [normStatisticsKernel(spec, input), normFactorsKernel(spec), normalise],
    inference: [normInferenceKernel(spec), normalise],
    backward,
    segments: [],
  };
}
