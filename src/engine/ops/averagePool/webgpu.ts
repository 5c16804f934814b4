/** Average pooling on the GPU: a pixel's gradient gathers from the windows that it is in. */

import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { windowFunctions } from "../../webgpu/kernels/windows";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import { wgsl } from "../../webgpu/wgsl";
import type { AveragePoolGradient, AveragePoolOperation } from ".";

export const averagePool: WebgpuKind<AveragePoolOperation> = {
  lower(context, operation) {
    const { input: image, output: pooled, size } = operation;
    const width = widthOf(pooled.channels);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(pooled),
      functions: windowFunctions(operation, image, pooled),
      value: wgsl`
        ${pixelOf(pooled, width)}
        let rows = pixels_y(y);
        let columns = pixels_x(x);
        for (var row = rows.x; row < rows.y; row++) {
          for (var column = columns.x; column < columns.y; column++) {
            value += from_values[${placeOf(image, width, ["u32(row)", "u32(column)", "c"])}];
          }
        }
        value /= f32((rows.y - rows.x) * (columns.y - columns.x));
      `,
      target: targetOf(context, operation),
      words: size[0] * size[1],
    });
    return { run: [kernel] };
  },
};

export const averagePoolGradient: WebgpuKind<AveragePoolGradient> = {
  lower(context, operation) {
    const { input: pooled, output: image } = operation;
    const width = widthOf(pooled.channels);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("dy", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(image),
      functions: windowFunctions(operation, image, pooled),
      value: wgsl`
        ${pixelOf(image, width)}
        let rows = windows_y(y);
        let columns = windows_x(x);
        for (var row = rows.x; row <= rows.y; row++) {
          for (var column = columns.x; column <= columns.y; column++) {
            let down = pixels_y(u32(row));
            let across = pixels_x(u32(column));
            // Strides may leave pixels between windows.
            if (i32(y) < down.x || i32(y) >= down.y || i32(x) < across.x || i32(x) >= across.y) { continue; }
            let share = f32((down.y - down.x) * (across.y - across.x));
            value += dy[${placeOf(pooled, width, ["u32(row)", "u32(column)", "c"])}] / share;
          }
        }
      `,
      target: targetOf(context, operation),
    });
    return { run: [kernel] };
  },
};
