/** Softmax over each pixel's channels, and its gradient from its output. */

import { floatBytes } from "./bytes";
import { Softmax, SoftmaxGradient } from "./generated/records";
import { exp4, firstLanes, storeLanes, sum4 } from "./math";

/** The largest of `count` numbers. */
function most(x: usize, count: i32): v128 {
  let found = v128.load32_splat(x);
  let i = 0;
  for (; i + 4 <= count; i += 4) found = f32x4.max(found, v128.load(x + floatBytes(i)));
  for (; i < count; i++) found = f32x4.max(found, v128.load32_splat(x + floatBytes(i)));
  found = f32x4.max(found, v128.shuffle<i64>(found, found, 1, 0));
  return f32x4.max(found, v128.shuffle<i32>(found, found, 1, 0, 3, 2));
}

export function softmax(args: Softmax): void {
  const channels = args.channels;
  const step = floatBytes(channels);
  let xRow = args.x;
  let yRow = args.y;
  for (let left = args.rows; left > 0; left--) {
    let x = xRow;
    let y = yRow;
    for (let pixel = args.pixels; pixel > 0; pixel--) {
      const shift = most(x, channels);
      let sum = f32x4.splat(0);
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        const lanes = channels - i;
        const e = exp4(f32x4.sub(v128.load(x + at), shift));
        sum = f32x4.add(sum, lanes < 4 ? firstLanes(e, lanes) : e);
        storeLanes(y + at, e, lanes);
      }
      const share = f32x4.splat(1 / sum4(sum));
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        storeLanes(y + at, f32x4.mul(v128.load(y + at), share), channels - i);
      }
      x += step;
      y += step;
    }
    xRow += args.xPitch;
    yRow += args.yPitch;
  }
}

/** dx = y (dy − Σ y · dy) */
export function softmaxGradient(args: SoftmaxGradient): void {
  const channels = args.channels;
  const step = floatBytes(channels);
  let yRow = args.y;
  let dyRow = args.dy;
  let dxRow = args.dx;
  for (let left = args.rows; left > 0; left--) {
    let y = yRow;
    let dy = dyRow;
    let dx = dxRow;
    for (let pixel = args.pixels; pixel > 0; pixel--) {
      let sum = f32x4.splat(0);
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        const lanes = channels - i;
        const product = f32x4.mul(v128.load(y + at), v128.load(dy + at));
        sum = f32x4.add(sum, lanes < 4 ? firstLanes(product, lanes) : product);
      }
      const total = f32x4.splat(sum4(sum));
      for (let i = 0; i < channels; i += 4) {
        const at = floatBytes(i);
        const part = f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(dy + at), total));
        storeLanes(dx + at, part, channels - i);
      }
      y += step;
      dy += step;
      dx += step;
    }
    yRow += args.yPitch;
    dyRow += args.dyPitch;
    dxRow += args.dxPitch;
  }
}
