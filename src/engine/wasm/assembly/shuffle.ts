/** Depth to space: channels become pixels, as TensorFlow's depth_to_space, and back. */

import { int, ptr } from "./args";

/** Copies whole floats, a vector at a time. */
// @ts-ignore: decorator
@inline
function copyFloats(to: usize, from: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at));
  for (; at < bytes; at += 4) f32.store(to + at, f32.load(from + at));
}

/**
 * deep, deepPitch, wide, widePitch, height, width, block, run, backward: deep is height × width
 * pixels of block · run floats for each of `block` rows; wide has block times as many pixels each
 * way. A run, the channels of `block` pixels side by side, stays whole.
 */
export function depthToSpace(args: usize): void {
  const deep = ptr(args, 0);
  const deepPitch = ptr(args, 1);
  const wide = ptr(args, 2);
  const widePitch = ptr(args, 3);
  const height = int(args, 4);
  const width = int(args, 5);
  const block = int(args, 6);
  const bytes = <usize>int(args, 7) << 2;
  const backward = int(args, 8);
  const pixel = <usize>block * bytes;
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < block; i++) {
      let a = deep + <usize>y * deepPitch + <usize>i * bytes;
      let b = wide + <usize>(y * block + i) * widePitch;
      for (let x = 0; x < width; x++) {
        if (backward) copyFloats(a, b, bytes);
        else copyFloats(b, a, bytes);
        a += pixel;
        b += bytes;
      }
    }
  }
}
