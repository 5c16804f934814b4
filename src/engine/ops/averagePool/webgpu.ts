/** Average pooling on the GPU: a pixel's gradient gathers from the windows that it is in. */

import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import { wgsl } from "../../webgpu/wgsl";
import type { AveragePoolGradient, AveragePoolOperation } from ".";

/** WGSL: `first_y(row)` and `end_y(row)` of a row of windows, and likewise of a column. */
function bounds(
  axis: "x" | "y",
  [size, stride, padding, pixels]: readonly [number, number, number, number],
): string {
  return wgsl`
    fn first_${axis}(window: i32) -> i32 { return max(window * ${stride} - ${padding}, 0); }
    fn end_${axis}(window: i32) -> i32 { return min(window * ${stride} - ${padding} + ${size}, ${pixels}); }
  `;
}

function boundsOf(
  { size, strides, padding }: AveragePoolOperation | AveragePoolGradient,
  { height, width }: { readonly height: number; readonly width: number },
): string {
  return wgsl`
    ${bounds("y", [size[0], strides[0], padding[0], height])}
    ${bounds("x", [size[1], strides[1], padding[1], width])}
  `;
}

export const averagePool: WebgpuKind<AveragePoolOperation> = {
  lower(context, operation) {
    const { input: image, output: pooled, size } = operation;
    const width = widthOf(pooled.channels);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(pooled),
      functions: boundsOf(operation, image),
      value: wgsl`
        ${pixelOf(pooled, width)}
        let rows = vec2<i32>(first_y(i32(y)), end_y(i32(y)));
        let columns = vec2<i32>(first_x(i32(x)), end_x(i32(x)));
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
    const { input: pooled, output: image, size, strides, padding } = operation;
    const width = widthOf(pooled.channels);
    /** WGSL: the first window along an axis that a pixel can be in, and the last. */
    const windows = (pixel: string, axis: 0 | 1, count: number) => {
      const from = `i32(${pixel}) + ${padding[axis]}`;
      const first = `max(0, (${from} - ${size[axis]} + ${strides[axis]}) / ${strides[axis]})`;
      return `vec2<i32>(${first}, min(${count - 1}, (${from}) / ${strides[axis]}))`;
    };
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("dy", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(image),
      functions: boundsOf(operation, image),
      value: wgsl`
        ${pixelOf(image, width)}
        let rows = ${windows("y", 0, pooled.height)};
        let columns = ${windows("x", 1, pooled.width)};
        for (var row = rows.x; row <= rows.y; row++) {
          for (var column = columns.x; column <= columns.y; column++) {
            let down = vec2<i32>(first_y(row), end_y(row));
            let across = vec2<i32>(first_x(column), end_x(column));
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
