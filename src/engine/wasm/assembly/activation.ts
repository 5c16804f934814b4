/** Activation functions in place, and their gradients from what the layer kept. */

import { floatBytes } from "./bytes";
import { Activate, ActivationFunction, ActivationGradient } from "./generated/records";
import { exp4, expm14, log1p4, sigmoidFrom, storeLanes, tanh4 } from "./math";
import { madd } from "./simd";

/** Klambauer et al. 2017, "Self-Normalizing Neural Networks". */
const SELU_ALPHA: f32 = 1.6732632423543772;
const SELU_SCALE: f32 = 1.0507009873554805;

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  return sigmoidFrom(x, exp4(f32x4.neg(f32x4.abs(x))));
}

/** ln(1 + e^x) */
// @ts-ignore: decorator
@inline
function softplus(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), log1p4(e));
}

/** tanh(ln(1 + e^x)), from e = e^−|x|: for x < 0 it is (e² + 2e) / (e² + 2e + 2). */
// @ts-ignore: decorator
@inline
function tanhOfSoftplus(x: v128, e: v128): v128 {
  const two = f32x4.splat(2);
  const positive = f32x4.ge(x, f32x4.splat(0));
  const twice = f32x4.mul(e, two);
  const square = f32x4.mul(e, e);
  const above = f32x4.add(v128.bitselect(f32x4.splat(1), square, positive), twice);
  const rest = v128.bitselect(f32x4.mul(square, two), two, positive);
  return f32x4.div(above, f32x4.add(above, rest));
}

/**
 * The normal distribution's Φ(x), given e^(−x²/2), by Abramowitz & Stegun 7.1.26 (absolute error
 * 7.5e-8).
 */
// @ts-ignore: decorator
@inline
function normalCdf(x: v128, e: v128): v128 {
  const one = f32x4.splat(1);
  // 0.3275911 / √2.
  const t = f32x4.div(one, madd(f32x4.abs(x), f32x4.splat(0.23164190168083), one));
  let p = f32x4.splat(1.061405429);
  p = madd(p, t, f32x4.splat(-1.453152027));
  p = madd(p, t, f32x4.splat(1.421413741));
  p = madd(p, t, f32x4.splat(-0.284496736));
  p = madd(p, t, f32x4.splat(0.254829592));
  const tail = f32x4.mul(f32x4.mul(f32x4.mul(p, t), e), f32x4.splat(0.5));
  return v128.bitselect(f32x4.sub(one, tail), tail, f32x4.ge(x, f32x4.splat(0)));
}

/** e^(−x²/2) */
// @ts-ignore: decorator
@inline
function bell(x: v128): v128 {
  return exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
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
    case ActivationFunction.tanh:
      return tanh4(x);
    case ActivationFunction.softplus:
      return softplus(x);
    case ActivationFunction.softsign:
      return f32x4.div(x, f32x4.add(one, f32x4.abs(x)));
    case ActivationFunction.gelu:
      return f32x4.mul(x, normalCdf(x, bell(x)));
    case ActivationFunction.selu: {
      const below = f32x4.mul(expm14(x), f32x4.splat(SELU_ALPHA * SELU_SCALE));
      const above = f32x4.mul(x, f32x4.splat(SELU_SCALE));
      return v128.bitselect(above, below, f32x4.gt(x, zero));
    }
    case ActivationFunction.mish:
      return f32x4.mul(x, tanhOfSoftplus(x, exp4(f32x4.neg(f32x4.abs(x)))));
    case ActivationFunction.cappedRelu:
      return f32x4.min(f32x4.max(x, zero), alpha);
    case ActivationFunction.thresholdedRelu:
      return v128.bitselect(zero, x, f32x4.le(x, alpha));
    case ActivationFunction.hardSigmoid:
      return f32x4.min(f32x4.max(madd(x, alpha, f32x4.splat(0.5)), zero), one);
    default:
      return f32x4.min(f32x4.max(x, zero), one);
  }
}

/** f′, from x for swish, gelu and mish, and from y = f(x) for the others. */
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
    case ActivationFunction.tanh:
      return f32x4.sub(one, f32x4.mul(kept, kept));
    case ActivationFunction.softplus:
      return f32x4.neg(expm14(f32x4.neg(kept)));
    case ActivationFunction.softsign: {
      const rest = f32x4.sub(one, f32x4.abs(kept));
      return f32x4.mul(rest, rest);
    }
    case ActivationFunction.gelu: {
      const e = bell(kept);
      // x times the distribution's density, e^(−x²/2) / √(2π).
      const density = f32x4.mul(e, f32x4.splat(0.3989422804014327));
      return madd(kept, density, normalCdf(kept, e));
    }
    case ActivationFunction.selu: {
      const below = f32x4.add(kept, f32x4.splat(SELU_ALPHA * SELU_SCALE));
      return v128.bitselect(f32x4.splat(SELU_SCALE), below, f32x4.gt(kept, zero));
    }
    case ActivationFunction.mish: {
      const e = exp4(f32x4.neg(f32x4.abs(kept)));
      const t = tanhOfSoftplus(kept, e);
      const rest = f32x4.mul(sigmoidFrom(kept, e), f32x4.sub(one, f32x4.mul(t, t)));
      return madd(kept, rest, t);
    }
    case ActivationFunction.hardSigmoid: {
      const inside = v128.and(f32x4.gt(kept, zero), f32x4.lt(kept, one));
      return v128.and(alpha, inside);
    }
    default: {
      const s = sigmoid(kept);
      return f32x4.mul(s, f32x4.add(one, f32x4.mul(kept, f32x4.sub(one, s))));
    }
  }
}

/** Inlined for each function, so that no loop asks which it is. */
// @ts-ignore: decorator
@inline
function applyAll(args: Activate, kind: i32): void {
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

/** Likewise. */
// @ts-ignore: decorator
@inline
function gradientOfAll(args: ActivationGradient, kind: i32): void {
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
      if (kind == ActivationFunction.relu || kind == ActivationFunction.thresholdedRelu) {
        dx = v128.and(dy, f32x4.gt(kept, zero));
      } else if (kind == ActivationFunction.cappedRelu) {
        dx = v128.and(dy, v128.and(f32x4.gt(kept, zero), f32x4.lt(kept, alpha)));
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

/** x = f(x). */
export function activate(args: Activate): void {
  switch (args.kind) {
    case ActivationFunction.sigmoid:
      applyAll(args, ActivationFunction.sigmoid);
      break;
    case ActivationFunction.relu:
      applyAll(args, ActivationFunction.relu);
      break;
    case ActivationFunction.leakyRelu:
      applyAll(args, ActivationFunction.leakyRelu);
      break;
    case ActivationFunction.elu:
      applyAll(args, ActivationFunction.elu);
      break;
    case ActivationFunction.swish:
      applyAll(args, ActivationFunction.swish);
      break;
    case ActivationFunction.clamp:
      applyAll(args, ActivationFunction.clamp);
      break;
    case ActivationFunction.tanh:
      applyAll(args, ActivationFunction.tanh);
      break;
    case ActivationFunction.softplus:
      applyAll(args, ActivationFunction.softplus);
      break;
    case ActivationFunction.softsign:
      applyAll(args, ActivationFunction.softsign);
      break;
    case ActivationFunction.gelu:
      applyAll(args, ActivationFunction.gelu);
      break;
    case ActivationFunction.selu:
      applyAll(args, ActivationFunction.selu);
      break;
    case ActivationFunction.mish:
      applyAll(args, ActivationFunction.mish);
      break;
    case ActivationFunction.cappedRelu:
      applyAll(args, ActivationFunction.cappedRelu);
      break;
    case ActivationFunction.thresholdedRelu:
      applyAll(args, ActivationFunction.thresholdedRelu);
      break;
    default:
      applyAll(args, ActivationFunction.hardSigmoid);
  }
}

/** dy = dy · f′, from what the layer kept. */
export function activationGradient(args: ActivationGradient): void {
  switch (args.kind) {
    case ActivationFunction.sigmoid:
      gradientOfAll(args, ActivationFunction.sigmoid);
      break;
    case ActivationFunction.relu:
      gradientOfAll(args, ActivationFunction.relu);
      break;
    case ActivationFunction.leakyRelu:
      gradientOfAll(args, ActivationFunction.leakyRelu);
      break;
    case ActivationFunction.elu:
      gradientOfAll(args, ActivationFunction.elu);
      break;
    case ActivationFunction.swish:
      gradientOfAll(args, ActivationFunction.swish);
      break;
    case ActivationFunction.clamp:
      gradientOfAll(args, ActivationFunction.clamp);
      break;
    case ActivationFunction.tanh:
      gradientOfAll(args, ActivationFunction.tanh);
      break;
    case ActivationFunction.softplus:
      gradientOfAll(args, ActivationFunction.softplus);
      break;
    case ActivationFunction.softsign:
      gradientOfAll(args, ActivationFunction.softsign);
      break;
    case ActivationFunction.gelu:
      gradientOfAll(args, ActivationFunction.gelu);
      break;
    case ActivationFunction.selu:
      gradientOfAll(args, ActivationFunction.selu);
      break;
    case ActivationFunction.mish:
      gradientOfAll(args, ActivationFunction.mish);
      break;
    case ActivationFunction.cappedRelu:
      gradientOfAll(args, ActivationFunction.cappedRelu);
      break;
    case ActivationFunction.thresholdedRelu:
      gradientOfAll(args, ActivationFunction.thresholdedRelu);
      break;
    default:
      gradientOfAll(args, ActivationFunction.hardSigmoid);
  }
}
