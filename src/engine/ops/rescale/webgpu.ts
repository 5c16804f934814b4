/** Scaling and shifting on the GPU. */

import { sizeOf } from "../../graph";
import { float, reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { RescaleOperation } from ".";

export const rescale: WebgpuKind<RescaleOperation> = {
  lower(context, operation) {
    const { scale, offset } = operation;
    const size = sizeOf(operation.output);
    const width = widthOf(size);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation), elementOf(width))],
      width,
      size,
      value: `value = from_values[i] * ${float(scale)} + ${float(offset)};`,
      target: targetOf(context, operation),
    });
    return { run: [kernel] };
  },
};
