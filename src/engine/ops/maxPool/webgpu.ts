/** Max pooling on the GPU: beside each maximum, its place within its window is kept. */

import { sizeOf } from "../../graph";
import { Residual } from "../../residual";
import { isNan, reads, writes } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { Store } from "../../webgpu/stores";
import { wgsl } from "../../webgpu/wgsl";
import type { MaxPoolGradient, MaxPoolOperation } from ".";

/** Where each maximum was, counted within its window. */
const ARGMAX = new Residual<Store>();

/** Ties go to the first, as in TensorFlow, and what is no number is largest. */
export const maxPool: WebgpuKind<MaxPoolOperation> = {
  lower(context, operation) {
    const { layer, input, output, size, activation } = operation;
    const words = context.capacity * sizeOf(output);
    const argmax = ARGMAX.keep(
      context,
      operation,
      context.stores.declare(`${layer} argmax`, words),
    );
    const width = widthOf(output.channels);
    const type = elementOf(width);
    const integers = width === 4 ? "vec4<u32>" : "u32";
    const first = placeOf(input, width, [`y * ${size}u + dy`, `x * ${size}u + dx`, "c"]);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [
        reads("from_values", inputOf(context, operation), type),
        writes("argmax", argmax, integers),
      ],
      width,
      size: sizeOf(output),
      value: wgsl`
      ${pixelOf(output, width)}
      var best_place = ${integers}(0u);
      for (var dy = 0u; dy < ${size}u; dy++) {
        for (var dx = 0u; dx < ${size}u; dx++) {
          let other = from_values[${first}];
          if (dy + dx == 0u) { value = other; }
          let better = (other > value) | ${isNan("other", type)};
          value = select(value, other, better);
          best_place = select(best_place, ${integers}(dy * ${size}u + dx), better);
        }
      }
      argmax[i] = best_place;
    `,
      target: targetOf(context, operation, activation),
      words: sizeOf(input) / sizeOf(output) + 1,
    });
    return { run: [kernel] };
  },
};

export const maxPoolGradient: WebgpuKind<MaxPoolGradient> = {
  lower(context, operation) {
    const { input: pooled, output: image, of } = operation;
    const { size } = of;
    const width = widthOf(pooled.channels);
    const type = elementOf(width);
    const integers = width === 4 ? "vec4<u32>" : "u32";
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [
        reads("dy", inputOf(context, operation), type),
        reads("argmax", ARGMAX.of(context, of), integers),
      ],
      width,
      size: sizeOf(image),
      value: wgsl`
      ${pixelOf(image, width)}
      if (y < ${pooled.height * size}u && x < ${pooled.width * size}u) {
        let window = ${placeOf(pooled, width, [`y / ${size}u`, `x / ${size}u`, "c"])};
        let own = ${integers}(y % ${size}u * ${size}u + x % ${size}u);
        value = select(${type}(0.0), dy[window], argmax[window] == own);
      }
    `,
      target: targetOf(context, operation),
      words: (2 * sizeOf(pooled)) / sizeOf(image),
    });
    return { run: [kernel] };
  },
};
