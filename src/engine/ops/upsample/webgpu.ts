/** Enlarging on the GPU, and its gradient, which gathers. */

import { sizeOf } from "../../graph";
import { float, reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import { wgsl } from "../../webgpu/wgsl";
import type { UpsampleGradient, UpsampleOperation } from ".";

/** `fn between_y(pixel)`: the row before a new row, the one behind, and the share of the latter. */
function between(
  axis: "y" | "x",
  factor: number,
  pixels: number,
  by: UpsampleOperation["by"],
): string {
  const place =
    by === "middles"
      ? `clamp((f32(pixel) + 0.5) / ${float(factor)} - 0.5, 0.0, ${float(pixels - 1)})`
      : `f32(pixel) / ${float(factor)}`;
  return wgsl`
    fn between_${axis}(pixel: u32) -> vec3<f32> {
      let place = ${place};
      let before = floor(place);
      return vec3<f32>(before, min(before + 1.0, ${float(pixels - 1)}), place - before);
    }
  `;
}

/** `fn share_y(pixel, old)`: the share of an old row in a new one. */
function share(axis: "y" | "x"): string {
  return wgsl`
    fn share_${axis}(pixel: u32, old: u32) -> f32 {
      let b = between_${axis}(pixel);
      return select(0.0, 1.0 - b.z, u32(b.x) == old) + select(0.0, b.z, u32(b.y) == old);
    }
  `;
}

export const upsample: WebgpuKind<UpsampleOperation> = {
  lower(context, operation) {
    const { input, output, factors, by } = operation;
    const [down, across] = factors;
    const width = widthOf(output.channels);
    const at = (y: string, x: string) => `from_values[${placeOf(input, width, [y, x, "c"])}]`;
    const mixed = wgsl`
      let rows = between_y(y);
      let columns = between_x(x);
      let above = mix(${at("u32(rows.x)", "u32(columns.x)")}, ${at("u32(rows.x)", "u32(columns.y)")}, columns.z);
      let below = mix(${at("u32(rows.y)", "u32(columns.x)")}, ${at("u32(rows.y)", "u32(columns.y)")}, columns.z);
      value = mix(above, below, rows.z);
    `;
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(output),
      functions:
        by === "nearest"
          ? ""
          : wgsl`
            ${between("y", down, input.height, by)}
            ${between("x", across, input.width, by)}
          `,
      value: wgsl`
        ${pixelOf(output, width)}
        ${by === "nearest" ? `value = ${at(`y / ${down}u`, `x / ${across}u`)};` : mixed}
      `,
      target: targetOf(context, operation),
      words: by === "nearest" ? 1 / (down * across) : 1,
    });
    return { run: [kernel] };
  },
};

export const upsampleGradient: WebgpuKind<UpsampleGradient> = {
  lower(context, operation) {
    const { input: large, output: small, factors, by } = operation;
    const [down, across] = factors;
    const width = widthOf(large.channels);
    const at = (y: string, x: string) => `out_gradient[${placeOf(large, width, [y, x, "c"])}]`;
    const sums = wgsl`
      for (var dy = 0u; dy < ${down}u; dy++) {
        for (var dx = 0u; dx < ${across}u; dx++) {
          value += ${at(`y * ${down}u + dy`, `x * ${across}u + dx`)};
        }
      }
    `;
    // What a pixel can have a share in lies less than two of its own heights away.
    const gathered = wgsl`
      for (var row = max(y, 1u) * ${down}u - ${down}u; row < min(${large.height}u, (y + 2u) * ${down}u); row++) {
        let part = share_y(row, y);
        if (part == 0.0) { continue; }
        for (var column = max(x, 1u) * ${across}u - ${across}u; column < min(${large.width}u, (x + 2u) * ${across}u); column++) {
          value += ${at("row", "column")} * (part * share_x(column, x));
        }
      }
    `;
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("out_gradient", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(small),
      functions:
        by === "nearest"
          ? ""
          : wgsl`
            ${between("y", down, small.height, by)}
            ${between("x", across, small.width, by)}
            ${share("y")}
            ${share("x")}
          `,
      value: wgsl`
        ${pixelOf(small, width)}
        ${by === "nearest" ? sums : gathered}
      `,
      target: targetOf(context, operation),
      words: down * across,
    });
    return { run: [kernel] };
  },
};
