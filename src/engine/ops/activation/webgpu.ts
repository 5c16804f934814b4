/** Activations on the GPU that no other kernel applies, and slopes that none takes. */

import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { slope as slopeFunction } from "../../webgpu/kernels/activation";
import { copyKernel, mapKernel, widthOf } from "../../webgpu/kernels/map";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { ActivationOperation, SlopeOperation } from ".";

export const activation: WebgpuKind<ActivationOperation> = {
  lower(context, operation) {
    const target = targetOf(context, operation, operation.activation);
    const size = sizeOf(operation.output);
    return { run: [copyKernel(nameOf(operation), size, inputOf(context, operation), target)] };
  },
};

export const slope: WebgpuKind<SlopeOperation> = {
  slopeOf: ({ activation, inputs }) => ({ activation, kept: inputs[1]! }),
  lower(context, operation) {
    const size = sizeOf(operation.output);
    const width = widthOf(size);
    const element = elementOf(width);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [
        reads("dy", inputOf(context, operation), element),
        reads("source", context.tensors.store(operation.inputs[1]!), element),
      ],
      width,
      size,
      functions: slopeFunction(operation.activation, element, "own_slope"),
      value: "value = own_slope(dy[i], source[i]);",
      target: targetOf(context, operation),
      words: 2,
    });
    return { run: [kernel] };
  },
};
