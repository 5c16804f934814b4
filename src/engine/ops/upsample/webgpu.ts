/** Enlarging on the GPU, and the sums of pixels that are its gradient. */

import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import { wgsl } from "../../webgpu/wgsl";
import type { UpsampleGradient, UpsampleOperation } from ".";

export const upsample: WebgpuKind<UpsampleOperation> = {
  lower(context, operation) {
    const { input, output, factor } = operation;
    const width = widthOf(output.channels);
    const place = placeOf(input, width, [`y / ${factor}u`, `x / ${factor}u`, "c"]);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(output),
      value: `${pixelOf(output, width)}\nvalue = from_values[${place}];`,
      target: targetOf(context, operation),
      words: 1 / factor ** 2,
    });
    return { run: [kernel] };
  },
};

export const upsampleGradient: WebgpuKind<UpsampleGradient> = {
  lower(context, operation) {
    const { input: large, output: small, factor } = operation;
    const width = widthOf(large.channels);
    const place = placeOf(large, width, [`y * ${factor}u + dy`, `x * ${factor}u + dx`, "c"]);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("out_gradient", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(small),
      value: wgsl`
      ${pixelOf(small, width)}
      for (var dy = 0u; dy < ${factor}u; dy++) {
        for (var dx = 0u; dx < ${factor}u; dx++) { value += out_gradient[${place}]; }
      }
    `,
      target: targetOf(context, operation),
      words: factor ** 2,
    });
    return { run: [kernel] };
  },
};
