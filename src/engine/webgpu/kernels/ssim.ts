/**
 * 1 − SSIM of one image and its gradient, for one workgroup: the formula and its order of work are
 * those of src/engine/wasm/assembly/ssim.ts, which explains them.
 *
 * Scratch memory lies in a buffer, since workgroups need not have more than 16 KB of their own: four
 * maps filtered down the columns, and three derivatives by window. Later the maps' room takes the
 * derivatives filtered along the rows.
 */

import type { SsimProtocol } from "../../../metrics/ssim-protocols";
import type { SampleShape } from "../../graph";
import { float } from "../kernel";
import { wgsl } from "../wgsl";

/** Words of scratch memory for one image, at most of those protocols. */
export function ssimWords(
  { height, width, channels }: SampleShape,
  protocols: readonly SsimProtocol[],
) {
  const words = protocols.map(({ taps }) => {
    const rows = height - taps.length + 1;
    const windows = width - taps.length + 1;
    return (4 * rows * width + 3 * rows * windows) * channels;
  });
  return Math.max(0, ...words);
}

const BARRIER = "storageBarrier(); workgroupBarrier();";

/**
 * WGSL that adds weight · Σ(1 − SSIM), as a sum over the image's numbers, to `loss`, and with
 * `hasGradient` calls `add_slope(e, slope)` for each pixel, always from the same invocation.
 *
 * It uses `value_of(e)` and `target_of(e)`, scratch memory `scratch` from word `base` on, and
 * `invocations`.
 */
export function ssimTerm(
  { taps, covarianceFactor, c1, c2 }: SsimProtocol,
  { height, width: pixels, channels }: SampleShape,
  weight: number,
  invocations: number,
  hasGradient: boolean,
): string {
  const side = taps.length;
  const rows = height - side + 1;
  // A pixel's channels lie side by side: of several a row is as many times as wide.
  const width = pixels * channels;
  const across = width - (side - 1) * channels;
  const windows = rows * across;
  const strips = rows * width;
  const slopes = 4 * strips;
  const factor = float(covarianceFactor);
  const each = (count: number, body: string) => wgsl`
    for (var e = local; e < ${count}u; e += ${invocations}u) {
      ${body}
    }
    ${BARRIER}
  `;
  const table = `var taps = array<f32, ${side}>(${taps.map(float).join(", ")});`;
  const filterDown = wgsl`
    var x = 0.0; var y = 0.0; var off = 0.0; var squares = 0.0;
    for (var t = 0u; t < ${side}u; t++) {
      let a = value_of(e + t * ${width}u);
      let b = target_of(e + t * ${width}u);
      let w = taps[t];
      x += w * a;
      y += w * b;
      off += w * (a - b) * (a - b);
      squares += w * (a * a + b * b);
    }
    scratch[base + e] = x;
    scratch[base + ${strips}u + e] = y;
    scratch[base + ${2 * strips}u + e] = off;
    scratch[base + ${3 * strips}u + e] = squares;
  `;
  const derivatives = wgsl`
    let by_off = (1.0 - u) * inverse2;
    let by_mean = (1.0 - w) * inverse1 * (d - u * x) - by_off * (d - w * x);
    scratch[base + ${slopes}u + e] = by_mean;
    scratch[base + ${slopes + windows}u + e] = by_off;
    scratch[base + ${slopes + 2 * windows}u + e] = -w * by_off;
  `;
  const compare = wgsl`
    let first = base + e / ${across}u * ${width}u + e % ${across}u;
    var x = 0.0; var y = 0.0; var off = 0.0; var squares = 0.0;
    for (var t = 0u; t < ${side}u; t++) {
      let w = taps[t];
      let at = first + t * ${channels}u;
      x += w * scratch[at];
      y += w * scratch[at + ${strips}u];
      off += w * scratch[at + ${2 * strips}u];
      squares += w * scratch[at + ${3 * strips}u];
    }
    let d = x - y;
    let energy = x * x + y * y;
    let inverse1 = 1.0 / (energy + ${float(c1)});
    let inverse2 = ${factor} / (${factor} * (squares - energy) + ${float(c2)});
    let u = d * d * inverse1;
    let w = (off - d * d) * inverse2;
    loss += ${float((weight * height * width) / windows)} * (u + w - u * w);
    ${hasGradient && derivatives}
  `;
  /** The three derivatives at `place`, which lie so far apart. */
  const three = (apart: number) =>
    `vec3<f32>(scratch[place], scratch[place + ${apart}u], scratch[place + ${2 * apart}u])`;
  const spread = wgsl`
    let row = base + ${slopes}u + e / ${width}u * ${across}u;
    let column = i32(e % ${width}u);
    var sums = vec3<f32>();
    for (var t = 0; t < ${side}; t++) {
      let window = column - t * ${channels};
      if (window >= 0 && window < ${across}) {
        let place = row + u32(window);
        sums += taps[t] * ${three(windows)};
      }
    }
    scratch[base + e] = sums.x;
    scratch[base + ${strips}u + e] = sums.y;
    scratch[base + ${2 * strips}u + e] = sums.z;
  `;
  const gather = wgsl`
    let row = i32(e / ${width}u);
    let column = base + e % ${width}u;
    var sums = vec3<f32>();
    for (var t = 0; t < ${side}; t++) {
      let window = row - t;
      if (window >= 0 && window < ${rows}) {
        let place = column + u32(window) * ${width}u;
        sums += taps[t] * ${three(strips)};
      }
    }
    let x = value_of(e);
    let slope = sums.x + (x - target_of(e)) * sums.y + x * sums.z;
    add_slope(e, ${float((2 * weight) / windows)} / f32(batch.images) * slope);
  `;
  return wgsl`
    {
      ${table}
      ${each(strips, filterDown)}
      ${each(windows, compare)}
      ${hasGradient && [each(strips, spread), each(height * width, gather)]}
    }
  `;
}
