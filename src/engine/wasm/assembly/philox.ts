/**
 * Philox4x32-10 (Salmon et al. 2011): the words of src/math/philox.ts, bit for bit. Seed and step
 * are read from the settings, so that one program serves every step.
 */

import { Settings } from "./generated/records";

const MULTIPLIER_A: u32 = 0xd2511f53;
const MULTIPLIER_C: u32 = 0xcd9e8d57;
const KEY_LEFT: u32 = 0x9e3779b9;
const KEY_RIGHT: u32 = 0xbb67ae85;

/** First word of one block of a stream. */
export function philoxWord(settings: Settings, stream: u32, block: u32): u32 {
  let a = block;
  let b = <u32>settings.step;
  let c = stream;
  let d: u32 = 0;
  let left = <u32>settings.seed;
  let right: u32 = 0;
  for (let round = 0; round < 10; round++) {
    const productA = <u64>a * <u64>MULTIPLIER_A;
    const productC = <u64>c * <u64>MULTIPLIER_C;
    a = (<u32>(productC >> 32)) ^ b ^ left;
    b = <u32>productC;
    c = (<u32>(productA >> 32)) ^ d ^ right;
    d = <u32>productA;
    left += KEY_LEFT;
    right += KEY_RIGHT;
  }
  return a;
}

/**
 * Words of `blocks` blocks from `first` on, in order, four blocks at a time: writes whole fours,
 * so `to` must have room for 16 words for each.
 */
export function philoxWords(
  to: usize,
  settings: Settings,
  stream: u32,
  first: u32,
  blocks: i32,
): void {
  const multiplierA = i32x4.splat(MULTIPLIER_A);
  const multiplierC = i32x4.splat(MULTIPLIER_C);
  const weylLeft = i32x4.splat(KEY_LEFT);
  const weylRight = i32x4.splat(KEY_RIGHT);
  const step = i32x4.splat(settings.step);
  const seed = i32x4.splat(settings.seed);
  for (let block = 0; block < blocks; block += 4) {
    let a = i32x4.add(i32x4.splat(first + block), i32x4(0, 1, 2, 3));
    let b = step;
    let c = i32x4.splat(stream);
    let d = i32x4.splat(0);
    let left = seed;
    let right = i32x4.splat(0);
    for (let round = 0; round < 10; round++) {
      const lowA = i64x2.extmul_low_i32x4_u(a, multiplierA);
      const highA = i64x2.extmul_high_i32x4_u(a, multiplierA);
      const lowC = i64x2.extmul_low_i32x4_u(c, multiplierC);
      const highC = i64x2.extmul_high_i32x4_u(c, multiplierC);
      // Odd words are the products' upper halves, even ones the lower.
      a = v128.xor(v128.xor(v128.shuffle<i32>(lowC, highC, 1, 3, 5, 7), b), left);
      b = v128.shuffle<i32>(lowC, highC, 0, 2, 4, 6);
      c = v128.xor(v128.xor(v128.shuffle<i32>(lowA, highA, 1, 3, 5, 7), d), right);
      d = v128.shuffle<i32>(lowA, highA, 0, 2, 4, 6);
      left = i32x4.add(left, weylLeft);
      right = i32x4.add(right, weylRight);
    }
    // A column of a, b, c, d is a block: turned round, each block's words lie side by side.
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
    v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 16);
    v128.store(to, v128.shuffle<i64>(AB, CD, 0, 2), 32);
    v128.store(to, v128.shuffle<i64>(AB, CD, 1, 3), 48);
    to += 64;
  }
}
