/** Max pooling on the GPU: beside each maximum, the place of its pixel is kept. */

import { sizeOf } from "../../graph";
import { Residual } from "../../residual";
import { isNan, reads, writes } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { windowFunctions } from "../../webgpu/kernels/windows";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { Store } from "../../webgpu/stores";
import { wgsl } from "../../webgpu/wgsl";
import type { MaxPoolGradient, MaxPoolOperation } from ".";

/** Where each maximum was: which pixel of its image, in reading order. */
const ARGMAX = new Residual<Store>();

/** Ties go to the first, as in TensorFlow, and what is no number is largest. */
export const maxPool: WebgpuKind<MaxPoolOperation> = {
  lower(context, operation) {
    const { layer, input: image, output: pooled, activation } = operation;
    const words = context.capacity * sizeOf(pooled);
    const argmax = ARGMAX.keep(
      context,
      operation,
      context.stores.declare(`${layer} argmax`, words),
    );
    const width = widthOf(pooled.channels);
    const type = elementOf(width);
    const integers = width === 4 ? "vec4<u32>" : "u32";
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [
        reads("from_values", inputOf(context, operation), type),
        writes("argmax", argmax, integers),
      ],
      width,
      size: sizeOf(pooled),
      functions: windowFunctions(operation, image, pooled),
      value: wgsl`
        ${pixelOf(pooled, width)}
        let rows = pixels_y(y);
        let columns = pixels_x(x);
        var best_pixel = ${integers}(0u);
        for (var row = rows.x; row < rows.y; row++) {
          for (var column = columns.x; column < columns.y; column++) {
            let other = from_values[${placeOf(image, width, ["u32(row)", "u32(column)", "c"])}];
            let is_first = row == rows.x && column == columns.x;
            let better = ${width === 4 ? "vec4<bool>(is_first)" : "is_first"} | (other > value) | ${isNan("other", type)};
            value = select(value, other, better);
            best_pixel = select(best_pixel, ${integers}(u32(row * ${image.width} + column)), better);
          }
        }
        argmax[i] = best_pixel;
      `,
      target: targetOf(context, operation, activation),
      words: sizeOf(image) / sizeOf(pooled) + 1,
    });
    return { run: [kernel] };
  },
};

export const maxPoolGradient: WebgpuKind<MaxPoolGradient> = {
  lower(context, operation) {
    const { input: pooled, output: image, of } = operation;
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
      functions: windowFunctions(of, image, pooled),
      value: wgsl`
        ${pixelOf(image, width)}
        let own = ${integers}(y * ${image.width}u + x);
        let rows = windows_y(y);
        let columns = windows_x(x);
        for (var row = rows.x; row <= rows.y; row++) {
          for (var column = columns.x; column <= columns.y; column++) {
            let window = ${placeOf(pooled, width, ["u32(row)", "u32(column)", "c"])};
            value += select(${type}(0.0), dy[window], argmax[window] == own);
          }
        }
      `,
      target: targetOf(context, operation),
      words: (2 * sizeOf(pooled)) / sizeOf(image),
    });
    return { run: [kernel] };
  },
};
