/** Convolution to one channel: the panels of the matrix product would waste 7 of its 8 columns. */

import { floatBytes } from "./bytes";
import { ConvToOne, TO_ONE_COLUMNS } from "./generated/records";
import { madd } from "./simd";

/** Lanes summed: [Σa, Σb, Σc, Σd]. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

/**
 * Stride 1: `from` is the window of the first output, `pixel` what lies between one output's
 * window and the next; a run is a kernel row of `length` floats (a multiple of 4) that lie side by
 * side; at least 8 wide.
 *
 * Eight outputs at a time share each load of weights; the last eight of a row may overlap the
 * eight before, and then compute the same again.
 */
export function convToOne(args: ConvToOne): void {
  const from = args.from;
  const fromPitch = args.fromPitch;
  const pixel = args.pixel;
  const weights = args.weights;
  const runs = args.runs;
  const length = args.length;
  const to = args.to;
  const toPitch = args.toPitch;
  const height = args.height;
  const width = args.width;
  const biasAt = args.bias;
  const bias = biasAt ? v128.load32_splat(biasAt) : f32x4.splat(0);
  const bytes = floatBytes(length);
  for (let y = 0; y < height; y++) {
    for (let left = 0; left < width; left += TO_ONE_COLUMNS) {
      const x = min(left, width - TO_ONE_COLUMNS);
      let c0 = f32x4.splat(0);
      let c1 = c0;
      let c2 = c0;
      let c3 = c0;
      let c4 = c0;
      let c5 = c0;
      let c6 = c0;
      let c7 = c0;
      let w = weights;
      for (let run = 0; run < runs; run++) {
        let p0 = from + <usize>(y + run) * fromPitch + <usize>x * pixel;
        let p1 = p0 + (pixel << 2);
        const end = w + bytes;
        do {
          const weight = v128.load(w);
          c0 = madd(v128.load(p0), weight, c0);
          c1 = madd(v128.load(p0 + pixel), weight, c1);
          c2 = madd(v128.load(p0 + (pixel << 1)), weight, c2);
          c3 = madd(v128.load(p0 + 3 * pixel), weight, c3);
          c4 = madd(v128.load(p1), weight, c4);
          c5 = madd(v128.load(p1 + pixel), weight, c5);
          c6 = madd(v128.load(p1 + (pixel << 1)), weight, c6);
          c7 = madd(v128.load(p1 + 3 * pixel), weight, c7);
          p0 += 16;
          p1 += 16;
          w += 16;
        } while (w < end);
      }
      const target = to + <usize>y * toPitch + floatBytes(x);
      v128.store(target, f32x4.add(sums(c0, c1, c2, c3), bias));
      v128.store(target, f32x4.add(sums(c4, c5, c6, c7), bias), 16);
    }
  }
}
