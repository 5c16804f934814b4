/** Depth to space: channels become pixels, as TensorFlow's depth_to_space, and back. */

import { floatBytes } from "./bytes";
import { DepthToSpace } from "./generated/records";

/** Copies whole floats, a vector at a time. */
// @ts-ignore: decorator
@inline
function copyFloats(to: usize, from: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at));
  for (; at < bytes; at += 4) f32.store(to + at, f32.load(from + at));
}

/**
 * Deep is height × width pixels of block · run floats for each of `block` rows; wide has block
 * times as many pixels each way. A run, the channels of `block` pixels side by side, stays whole.
 * Backward copies from wide to deep.
 */
export function depthToSpace(args: DepthToSpace): void {
  const deep = args.deep;
  const deepPitch = args.deepPitch;
  const wide = args.wide;
  const widePitch = args.widePitch;
  const height = args.height;
  const width = args.width;
  const block = args.block;
  const bytes = floatBytes(args.run);
  const backward = args.backward;
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
