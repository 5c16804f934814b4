/** Normal noise on the GPU: drawn where it is needed, and again on the way back. */

import { STREAM_DROPOUT } from "../../../math/philox";
import { sizeOf } from "../../graph";
import { float, reads } from "../../webgpu/kernel";
import { copyKernel, mapKernel, widthOf } from "../../webgpu/kernels/map";
import { NORMALS } from "../../webgpu/kernels/normals";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { NoiseOperation } from ".";

export const noise: WebgpuKind<NoiseOperation> = {
  lower(context, operation) {
    const { layer, deviation, multiplies, number, output } = operation;
    const size = sizeOf(output);
    const from = inputOf(context, operation);
    const target = targetOf(context, operation);
    const width = widthOf(size);
    const block = `image * ${Math.ceil(size / 4)}u + ${width === 4 ? "e" : "e / 4u"}`;
    const drawn = `normals(${block}, ${STREAM_DROPOUT + number}u)${width === 4 ? "" : "[e % 4u]"}`;
    const scaled = `${float(deviation)} * ${drawn}`;
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", from, elementOf(width))],
      width,
      size,
      functions: NORMALS,
      value: multiplies
        ? `value = from_values[i] * (1.0 + ${scaled});`
        : `value = from_values[i] + ${scaled};`,
      target,
    });
    return { run: [kernel], inference: [copyKernel(`${layer} inference`, size, from, target)] };
  },
};
