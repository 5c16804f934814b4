/** Activation functions in place, and their gradients from what the layer kept. */

import { floatBytes } from "./bytes";
import { Activate, ActivationFunction, ActivationGradient } from "./generated/records";
import { exp4, sigmoidFrom, storeLanes } from "./math";

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
    case ActivationFunction.relu:
      return f32x4.max(x, zero);
    case ActivationFunction.sigmoid:
      return sigmoid(x);
    case ActivationFunction.leakyRelu:
      return v128.bitselect(x, f32x4.mul(x, alpha), f32x4.gt(x, zero));
    case ActivationFunction.elu:
      return v128.bitselect(x, f32x4.sub(exp4(x), one), f32x4.gt(x, zero));
    case ActivationFunction.swish:
      return f32x4.mul(x, sigmoid(x));
    default:
      return f32x4.min(f32x4.max(x, zero), one);
  }
}

/** f′, from x for swish and from y = f(x) for the others. */
// @ts-ignore: decorator
@inline
function slope(kind: i32, kept: v128, alpha: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  switch (kind) {
    case ActivationFunction.sigmoid:
      return f32x4.mul(kept, f32x4.sub(one, kept));
    case ActivationFunction.leakyRelu:
      return v128.bitselect(one, alpha, f32x4.gt(kept, zero));
    case ActivationFunction.elu:
      return v128.bitselect(one, f32x4.add(kept, one), f32x4.gt(kept, zero));
    default: {
      const s = sigmoid(kept);
      return f32x4.mul(s, f32x4.add(one, f32x4.mul(kept, f32x4.sub(one, s))));
    }
  }
}

/** x = f(x). */
export function activate(args: Activate): void {
  const kind = args.kind;
  let row = args.x;
  const pitch = args.pitch;
  const columns = args.columns;
  const alpha = f32x4.splat(args.alpha);
  for (let left = args.rows; left > 0; left--) {
    for (let i = 0; i < columns; i += 4) {
      const p = row + floatBytes(i);
      storeLanes(p, apply(kind, v128.load(p), alpha), columns - i);
    }
    row += pitch;
  }
}

/** dy = dy · f′, from what the layer kept. */
export function activationGradient(args: ActivationGradient): void {
  const kind = args.kind;
  let keptRow = args.kept;
  const keptPitch = args.keptPitch;
  let dyRow = args.dy;
  const dyPitch = args.dyPitch;
  const columns = args.columns;
  const alpha = f32x4.splat(args.alpha);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let left = args.rows; left > 0; left--) {
    for (let i = 0; i < columns; i += 4) {
      const kept = v128.load(keptRow + floatBytes(i));
      const p = dyRow + floatBytes(i);
      const dy = v128.load(p);
      let dx: v128;
      if (kind == ActivationFunction.relu) {
        dx = v128.and(dy, f32x4.gt(kept, zero));
      } else if (kind == ActivationFunction.clamp) {
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
