/** What is random in a training step: mirrored images, dropout and truncated vectors. */

import { floatBytes } from "./bytes";
import { Dropout, DropoutGradient, FlipImage, Truncate } from "./generated/records";
import { firstLanes, storeLanes } from "./math";
import { philoxWord, philoxWords } from "./philox";

/** Mirrors half of the images, in place. */
export function flipImage(args: FlipImage): void {
  if (philoxWord(args.settings, args.stream, args.image) < 0x80000000) return;
  let row = args.x;
  const pitch = args.pitch;
  const pixel = floatBytes(args.channels);
  const last = <usize>(args.width - 1) * pixel;
  for (let left = args.height; left > 0; left--) {
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
 * to = from · scale where the element's random word reaches the threshold, else 0. Elements count
 * from the first word of `block`; at `words` there is room for those of a row and 18 more. At `mask` a byte
 * for each four of a row is left, with a bit for each that is kept.
 */
export function dropout(args: Dropout): void {
  const settings = args.settings;
  const stream = args.stream;
  const block = args.block;
  const threshold = i32x4.splat(args.threshold);
  const scale = f32x4.splat(args.scale);
  let from = args.from;
  const fromPitch = args.fromPitch;
  let to = args.to;
  const toPitch = args.toPitch;
  const rows = args.rows;
  const columns = args.columns;
  const words = args.words;
  let mask = args.mask;
  for (let row = 0; row < rows; row++) {
    const first = row * columns;
    const skipped = first & 3;
    philoxWords(words, settings, stream, block + (first >> 2), (skipped + columns + 3) >> 2);
    const drawn = words + floatBytes(skipped);
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const kept = i32x4.ge_u(v128.load(drawn + at), threshold);
      const value = f32x4.mul(v128.load(from + at), scale);
      storeLanes(to + at, v128.and(value, kept), columns - i);
      store<u8>(mask, <u8>i32x4.bitmask(kept));
      mask++;
    }
    from += fromPitch;
    to += toPitch;
  }
}

/** to = from · scale where the mask that dropout left says that the element is kept, else 0. */
export function dropoutGradient(args: DropoutGradient): void {
  const scale = f32x4.splat(args.scale);
  const lanes = i32x4(1, 2, 4, 8);
  let from = args.from;
  const fromPitch = args.fromPitch;
  let to = args.to;
  const toPitch = args.toPitch;
  const columns = args.columns;
  let mask = args.mask;
  for (let row = args.rows; row > 0; row--) {
    for (let i = 0; i < columns; i += 4) {
      const at = floatBytes(i);
      const kept = i32x4.eq(v128.and(i32x4.splat(<i32>load<u8>(mask)), lanes), lanes);
      const value = f32x4.mul(v128.load(from + at), scale);
      storeLanes(to + at, v128.and(value, kept), columns - i);
      mask++;
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
    if (load<u32>(thresholds + floatBytes(middle - 1)) <= word) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The first k numbers of a vector, the others 0. In training k is drawn for the image; without
 * thresholds it is what the settings say.
 */
export function truncate(args: Truncate): void {
  const settings = args.settings;
  const thresholds = args.thresholds;
  const from = args.from;
  const to = args.to;
  const size = args.size;
  const kept = thresholds
    ? countReached(thresholds, size, philoxWord(settings, args.stream, args.image))
    : settings.kept;
  for (let i = 0; i < size; i += 4) {
    const at = floatBytes(i);
    storeLanes(to + at, firstLanes(v128.load(from + at), kept - i), size - i);
  }
}
