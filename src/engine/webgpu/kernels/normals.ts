/** Normal numbers in WGSL: those of `normalNumbers` in math/philox.ts, to rounding. */

import { philoxWgsl } from "../../philox-wgsl";
import { wgsl } from "../wgsl";

/**
 * `fn normals(block, stream)`: four normal numbers.
 *
 * Sine and cosine are polynomials (Cephes): a GPU's own may be off by 1/2000.
 */
export const NORMALS = wgsl`
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
