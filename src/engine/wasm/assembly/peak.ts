/** What the machine could do: for benchmarks, never part of training. */

import { Peak } from "./generated/records";
import { madd } from "./simd";

/**
 * Multiply-adds on registers alone, 12 at a time, more than their latency needs; `values` holds a
 * factor and a step, whose products must stay finite.
 */
export function peak(args: Peak): void {
  const factor = v128.load32_splat(args.values);
  const step = v128.load32_splat(args.values, 4);
  let c0 = factor;
  let c1 = factor;
  let c2 = factor;
  let c3 = factor;
  let c4 = factor;
  let c5 = factor;
  let c6 = factor;
  let c7 = factor;
  let c8 = factor;
  let c9 = factor;
  let ca = factor;
  let cb = factor;
  for (let round = args.rounds; round > 0; round--) {
    c0 = madd(c0, factor, step);
    c1 = madd(c1, factor, step);
    c2 = madd(c2, factor, step);
    c3 = madd(c3, factor, step);
    c4 = madd(c4, factor, step);
    c5 = madd(c5, factor, step);
    c6 = madd(c6, factor, step);
    c7 = madd(c7, factor, step);
    c8 = madd(c8, factor, step);
    c9 = madd(c9, factor, step);
    ca = madd(ca, factor, step);
    cb = madd(cb, factor, step);
  }
  c0 = f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3));
  c4 = f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7));
  c8 = f32x4.add(f32x4.add(c8, c9), f32x4.add(ca, cb));
  // Stored, so that none of it can be left out.
  v128.store(args.result, f32x4.add(c0, f32x4.add(c4, c8)));
}
