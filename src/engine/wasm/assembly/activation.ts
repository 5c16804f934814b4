/** Activation functions in place, and their gradients from what the layer kept. */

import { float, int, ptr } from "./args";
import { exp4, sigmoidFrom, storeLanes } from "./math";
import { CLAMP, ELU, LEAKY_RELU, RELU, SIGMOID, SWISH } from "./opcodes";

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  return sigmoidFrom(x, exp4(f32x4.neg(f32x4.abs(x))));
}

// @ts-ignore: decorator
@inline
function apply(kind: i32, x: v128, alpha: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  switch (kind) {
    case RELU:
      return f32x4.max(x, zero);
    case SIGMOID:
      return sigmoid(x);
    case LEAKY_RELU:
      return v128.bitselect(x, f32x4.mul(x, alpha), f32x4.gt(x, zero));
    case ELU:
      return v128.bitselect(x, f32x4.sub(exp4(x), one), f32x4.gt(x, zero));
    case SWISH:
      return f32x4.mul(x, sigmoid(x));
    default:
      return f32x4.min(f32x4.max(x, zero), one);
  }
}

/** f′, from x for SWISH and from y = f(x) for the others. */
// @ts-ignore: decorator
@inline
function slope(kind: i32, kept: v128, alpha: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  switch (kind) {
    case SIGMOID:
      return f32x4.mul(kept, f32x4.sub(one, kept));
    case LEAKY_RELU:
      return v128.bitselect(one, alpha, f32x4.gt(kept, zero));
    case ELU:
      return v128.bitselect(one, f32x4.add(kept, one), f32x4.gt(kept, zero));
    default: {
      const s = sigmoid(kept);
      return f32x4.mul(s, f32x4.add(one, f32x4.mul(kept, f32x4.sub(one, s))));
    }
  }
}

/** kind, x, pitch, rows, columns, alpha: x = f(x). */
export function activate(args: usize): void {
  const kind = int(args, 0);
  let row = ptr(args, 1);
  const pitch = ptr(args, 2);
  const columns = int(args, 4);
  const alpha = f32x4.splat(float(args, 5));
  for (let left = int(args, 3); left > 0; left--) {
    for (let i = 0; i < columns; i += 4) {
      const p = row + (<usize>i << 2);
      storeLanes(p, apply(kind, v128.load(p), alpha), columns - i);
    }
    row += pitch;
  }
}

/** kind, kept, keptPitch, dy, dyPitch, rows, columns, alpha: dy = dy · f′. */
export function activationGradient(args: usize): void {
  const kind = int(args, 0);
  let keptRow = ptr(args, 1);
  const keptPitch = ptr(args, 2);
  let dyRow = ptr(args, 3);
  const dyPitch = ptr(args, 4);
  const columns = int(args, 6);
  const alpha = f32x4.splat(float(args, 7));
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let left = int(args, 5); left > 0; left--) {
    for (let i = 0; i < columns; i += 4) {
      const kept = v128.load(keptRow + (<usize>i << 2));
      const p = dyRow + (<usize>i << 2);
      const dy = v128.load(p);
      let dx: v128;
      if (kind == RELU) {
        dx = v128.and(dy, f32x4.gt(kept, zero));
      } else if (kind == CLAMP) {
        // Not where it would lead further out.
        const below = v128.and(f32x4.le(kept, zero), f32x4.gt(dy, zero));
        const above = v128.and(f32x4.ge(kept, one), f32x4.lt(dy, zero));
        dx = v128.andnot(dy, v128.or(below, above));
      } else {
        dx = f32x4.mul(dy, slope(kind, kept, alpha));
      }
      storeLanes(p, dx, columns - i);
    }
    keptRow += keptPitch;
    dyRow += dyPitch;
  }
}
