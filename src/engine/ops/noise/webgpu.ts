/** Normal noise on the GPU: drawn where it is needed, and again on the way back. */

import { STREAM_DROPOUT } from "../../../math/philox";
import { sizeOf } from "../../graph";
import { philoxWgsl } from "../../philox-wgsl";
import { float, reads } from "../../webgpu/kernel";
import { copyKernel, mapKernel, widthOf } from "../../webgpu/kernels/map";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import { wgsl } from "../../webgpu/wgsl";
import type { NoiseOperation } from ".";

/**
 * `fn normals(block, stream)`: four normal numbers of `normalNumbers` in philox.ts, to rounding.
 *
 * Sine and cosine are polynomials (Cephes): a GPU's own may be off by 1/2000.
 */
const NORMALS = wgsl`
  ${philoxWgsl("batch")}
  fn normals(block: u32, stream: u32) -> vec4<f32> {
    let words = random(block, stream);
    let u = (vec4<f32>(words >> vec4<u32>(9u)) + 0.5) / 8388608.0;
    let radius = sqrt(-2.0 * log(u.xz));
    // The angle in quarters of a turn, and what is left of it beside whole ones, in radians.
    let quarter = round(4.0 * u.yw);
    let r = (4.0 * u.yw - quarter) * 1.5707963267948966;
    let z = r * r;
    let s = r + r * z * (-0.16666654611 + z * (0.0083321608736 - z * 0.00019515295891));
    let c = 1.0 - 0.5 * z + z * z * (0.04166664568298827 + z * (-0.001388731625493765 + z * 0.00002443315711809948));
    let turns = vec2<u32>(quarter) & vec2<u32>(3u);
    let swaps = (turns & vec2<u32>(1u)) == vec2<u32>(1u);
    let cosine = select(c, s, swaps);
    let sine = select(s, c, swaps);
    let is_left = ((turns + vec2<u32>(1u)) & vec2<u32>(2u)) == vec2<u32>(2u);
    let is_below = (turns & vec2<u32>(2u)) == vec2<u32>(2u);
    let across = radius * select(cosine, -cosine, is_left);
    let up = radius * select(sine, -sine, is_below);
    return vec4<f32>(across.x, up.x, across.y, up.y);
  }
`;

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
