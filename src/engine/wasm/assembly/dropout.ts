/** What is random in a training step: mirrored images, dropout and truncated vectors. */

import { float, int, ptr } from "./args";
import { firstLanes, storeLanes } from "./math";
import { SETTINGS_KEPT } from "./opcodes";
import { philoxWord, philoxWords } from "./philox";

/** settings, stream, image, x, pitch, height, width, channels: mirrors half of the images, in place. */
export function flipImage(args: usize): void {
  if (philoxWord(ptr(args, 0), int(args, 1), int(args, 2)) < 0x80000000) return;
  let row = ptr(args, 3);
  const pitch = ptr(args, 4);
  const pixel = <usize>int(args, 7) << 2;
  const last = <usize>(int(args, 6) - 1) * pixel;
  for (let left = int(args, 5); left > 0; left--) {
    let a = row;
    let b = row + last;
    while (a < b) {
      for (let i: usize = 0; i < pixel; i += 4) {
        const value = f32.load(a + i);
        f32.store(a + i, f32.load(b + i));
        f32.store(b + i, value);
      }
      a += pixel;
      b -= pixel;
    }
    row += pitch;
  }
}

/**
 * settings, stream, block, threshold, scale, from, fromPitch, to, toPitch, rows, columns, words:
 * to = from · scale where the element's random word reaches the threshold, else 0. Elements count
 * from the first word of `block`; at `words` there is room for those of a row and 18 more.
 */
export function dropout(args: usize): void {
  const settings = ptr(args, 0);
  const stream = int(args, 1);
  const block = int(args, 2);
  const threshold = i32x4.splat(int(args, 3));
  const scale = f32x4.splat(float(args, 4));
  let from = ptr(args, 5);
  const fromPitch = ptr(args, 6);
  let to = ptr(args, 7);
  const toPitch = ptr(args, 8);
  const rows = int(args, 9);
  const columns = int(args, 10);
  const words = ptr(args, 11);
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    const skipped = first & 3;
    philoxWords(words, settings, stream, block + (first >> 2), (skipped + columns + 3) >> 2);
    const drawn = words + (<usize>skipped << 2);
    for (let i = 0; i < columns; i += 4) {
      const at = <usize>i << 2;
      const kept = i32x4.ge_u(v128.load(drawn + at), threshold);
      const value = f32x4.mul(v128.load(from + at), scale);
      storeLanes(to + at, v128.and(value, kept), columns - i);
    }
    from += fromPitch;
    to += toPitch;
  }
}

/** How many of `thresholds`, rising u32, are at most `word`. */
function countReached(thresholds: usize, size: i32, word: u32): i32 {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (load<u32>(thresholds + (<usize>(middle - 1) << 2)) <= word) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * settings, stream, image, thresholds, from, to, size: the first k numbers of a vector, the others
 * 0. In training k is drawn for the image; without thresholds (0) it is what the settings say.
 */
export function truncate(args: usize): void {
  const settings = ptr(args, 0);
  const thresholds = ptr(args, 3);
  const from = ptr(args, 4);
  const to = ptr(args, 5);
  const size = int(args, 6);
  const kept = thresholds
    ? countReached(thresholds, size, philoxWord(settings, int(args, 1), int(args, 2)))
    : int(settings, SETTINGS_KEPT);
  for (let i = 0; i < size; i += 4) {
    const at = <usize>i << 2;
    storeLanes(to + at, firstLanes(v128.load(from + at), kept - i), size - i);
  }
}
