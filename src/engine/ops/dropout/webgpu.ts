/** Dropout on the GPU: the mask is drawn where it is needed, and again on the way back. */

import { dropoutThreshold, STREAM_DROPOUT } from "../../../math/philox";
import { sizeOf } from "../../graph";
import { philoxWgsl } from "../../philox-wgsl";
import { float, reads } from "../../webgpu/kernel";
import { copyKernel, mapKernel, widthOf } from "../../webgpu/kernels/map";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { DropoutOperation } from ".";

/** values · mask: on the way there and back the same. */
export const dropout: WebgpuKind<DropoutOperation> = {
  lower(context, operation) {
    const { layer, rate, number } = operation;
    const size = sizeOf(operation.output);
    const from = inputOf(context, operation);
    const target = targetOf(context, operation);
    const width = widthOf(size);
    const type = elementOf(width);
    const block = `image * ${Math.ceil(size / 4)}u + ${width === 4 ? "e" : "e / 4u"}`;
    const words = `random(${block}, ${STREAM_DROPOUT + number}u)${width === 4 ? "" : "[e % 4u]"}`;
    const threshold = `${width === 4 ? "vec4<u32>" : "u32"}(${dropoutThreshold(rate)}u)`;
    const scaled = `from_values[i] * ${float(1 / (1 - rate))}`;
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", from, type)],
      width,
      size,
      functions: philoxWgsl("batch"),
      value: `value = select(${type}(0.0), ${scaled}, ${words} >= ${threshold});`,
      target,
    });
    return { run: [kernel], inference: [copyKernel(`${layer} inference`, size, from, target)] };
  },
};
