/** Depthwise convolutions: each channel by itself, four of them at a time. */

import { floatBytes } from "./bytes";
import {
  ChannelSums,
  Depthwise,
  DepthwiseWeightGradient,
  RepeatChannels,
} from "./generated/records";
import { firstOfFour, storeLanes } from "./math";
import { madd } from "./simd";

/**
 * y = bias + Σ over taps of x · weights; height and width are the output's. The table has for taps where
 * their input lies from the first one's and where their weights are, in bytes: first of `nines` squares
 * of 3 × 3 taps, as far apart as outputs, each the first one's, then of `singles`.
 *
 * A pass goes over some rows of four channels, the last of which may be computed twice. Its weights
 * and sums, and what it loads of x at a time, fit the 15 vector registers that V8 has: it loads all
 * that a loop reads before it computes, and spills what does not fit.
 */
export function depthwise(args: Depthwise): void {
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  const nines = args.nines;
  const singles = args.singles;
  const lowest = args.relu ? f32x4.splat(0) : f32x4.splat(-Infinity);
  for (let row = 0; row < height; row += args.tileRows) {
    const rows = min(args.tileRows, height - row);
    for (let column = 0; column < width; column += args.tileColumns) {
      const columns = min(args.tileColumns, width - column);
      const xTile = args.x + <usize>row * args.xRow + <usize>column * args.xStep;
      const yTile = args.y + <usize>row * args.yRow + <usize>column * args.yStep;
      for (let c = 0; c < channels; c += 4) {
        const at = firstOfFour(c, channels);
        const x = xTile + at;
        const y = yTile + at;
        const w = args.weights + at;
        let tap = args.taps;
        let from = args.bias + at;
        let fromRow: usize = 0;
        let fromStep: usize = 0;
        let left = nines + singles;
        while (left > 0) {
          const taken = left <= singles && left >= 4 ? 4 : 1;
          const floor = left == taken ? lowest : f32x4.splat(-Infinity);
          if (left > singles) {
            nine(args, x, w, tap, from, fromRow, fromStep, y, rows, columns, floor);
          } else if (taken == 4) {
            four(args, x, w, tap, from, fromRow, fromStep, y, rows, columns, floor);
          } else {
            one(args, x, w, tap, from, fromRow, fromStep, y, rows, columns, floor);
          }
          left -= taken;
          tap += (<usize>taken) << 3;
          from = y;
          fromRow = args.yRow;
          fromStep = args.yStep;
        }
      }
    }
  }
}

/** sum + a · u + b · v + c · w */
// @ts-ignore: decorator
@inline
function three(sum: v128, a: v128, u: v128, b: v128, v: v128, c: v128, w: v128): v128 {
  return madd(c, w, madd(b, v, madd(a, u, sum)));
}

/** What is below the floor becomes it; what is no number stays so. */
// @ts-ignore: decorator
@inline
function put(to: usize, sum: v128, floor: v128, channels: i32): void {
  storeLanes(to, f32x4.pmax(sum, floor), channels);
}

/**
 * Slides over each row, whose three columns of x are loaded once: they are the last of one output, the
 * middle of the next, and the first of the one after.
 */
function nine(
  args: Depthwise,
  x: usize,
  w: usize,
  tap: usize,
  from: usize,
  fromRow: usize,
  fromStep: usize,
  y: usize,
  rows: i32,
  columns: i32,
  floor: v128,
): void {
  const s = args.xStep;
  const t = args.yStep;
  const channels = args.channels;
  const weightStep = args.weightStep;
  x += load<u32>(tap);
  w += load<u32>(tap, 4);
  const w0 = v128.load(w);
  const w1 = v128.load(w + weightStep);
  const w2 = v128.load(w + (weightStep << 1));
  w += args.weightRow;
  const w3 = v128.load(w);
  const w4 = v128.load(w + weightStep);
  const w5 = v128.load(w + (weightStep << 1));
  w += args.weightRow;
  const w6 = v128.load(w);
  const w7 = v128.load(w + weightStep);
  const w8 = v128.load(w + (weightStep << 1));
  for (; rows > 0; rows--) {
    let p = x;
    let q = p + args.tapRow;
    let r = q + args.tapRow;
    let start = from;
    let to = y;
    let next = three(v128.load(start), v128.load(p), w0, v128.load(q), w3, v128.load(r), w6);
    p += s;
    q += s;
    r += s;
    start += fromStep;
    let a = v128.load(p);
    let b = v128.load(q);
    let c = v128.load(r);
    let sum = three(next, a, w1, b, w4, c, w7);
    next = three(v128.load(start), a, w0, b, w3, c, w6);
    for (let left = columns - 2; left > 0; left--) {
      p += s;
      q += s;
      r += s;
      start += fromStep;
      a = v128.load(p);
      b = v128.load(q);
      c = v128.load(r);
      put(to, three(sum, a, w2, b, w5, c, w8), floor, channels);
      sum = three(next, a, w1, b, w4, c, w7);
      next = three(v128.load(start), a, w0, b, w3, c, w6);
      to += t;
    }
    p += s;
    q += s;
    r += s;
    a = v128.load(p);
    b = v128.load(q);
    c = v128.load(r);
    put(to, three(sum, a, w2, b, w5, c, w8), floor, channels);
    sum = three(next, a, w1, b, w4, c, w7);
    sum = three(sum, v128.load(p + s), w2, v128.load(q + s), w5, v128.load(r + s), w8);
    put(to + t, sum, floor, channels);
    x += args.xRow;
    y += args.yRow;
    from += fromRow;
  }
}

function four(
  args: Depthwise,
  x: usize,
  w: usize,
  tap: usize,
  from: usize,
  fromRow: usize,
  fromStep: usize,
  y: usize,
  rows: i32,
  columns: i32,
  floor: v128,
): void {
  const s = args.xStep;
  const t = args.yStep;
  const channels = args.channels;
  const w0 = v128.load(w + load<u32>(tap, 4));
  const w1 = v128.load(w + load<u32>(tap, 12));
  const w2 = v128.load(w + load<u32>(tap, 20));
  const w3 = v128.load(w + load<u32>(tap, 28));
  for (; rows > 0; rows--) {
    let a = x + load<u32>(tap);
    let b = x + load<u32>(tap, 8);
    let c = x + load<u32>(tap, 16);
    let d = x + load<u32>(tap, 24);
    let start = from;
    let to = y;
    for (let left = columns; left > 0; left--) {
      const sum = madd(v128.load(a), w0, v128.load(start));
      put(to, three(sum, v128.load(b), w1, v128.load(c), w2, v128.load(d), w3), floor, channels);
      a += s;
      b += s;
      c += s;
      d += s;
      start += fromStep;
      to += t;
    }
    x += args.xRow;
    y += args.yRow;
    from += fromRow;
  }
}

function one(
  args: Depthwise,
  x: usize,
  w: usize,
  tap: usize,
  from: usize,
  fromRow: usize,
  fromStep: usize,
  y: usize,
  rows: i32,
  columns: i32,
  floor: v128,
): void {
  const weight = v128.load(w + load<u32>(tap, 4));
  x += load<u32>(tap);
  for (; rows > 0; rows--) {
    let p = x;
    let start = from;
    let to = y;
    for (let left = columns; left > 0; left--) {
      put(to, madd(v128.load(p), weight, v128.load(start)), floor, args.channels);
      p += args.xStep;
      start += fromStep;
      to += args.yStep;
    }
    x += args.xRow;
    y += args.yRow;
    from += fromRow;
  }
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, sum: v128, lanes: i32): void {
  storeLanes(to, f32x4.add(v128.load(to), sum), lanes);
}

/**
 * sums[tap] += Σ over outputs of x · dy; height and width are the output's, and the table is as above,
 * with where a tap's sums are. Passes are as above.
 */
export function depthwiseWeightGradient(args: DepthwiseWeightGradient): void {
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  for (let row = 0; row < height; row += args.tileRows) {
    const rows = min(args.tileRows, height - row);
    for (let column = 0; column < width; column += args.tileColumns) {
      const columns = min(args.tileColumns, width - column);
      const xTile = args.x + <usize>row * args.xRow + <usize>column * args.xStep;
      const dyTile = args.dy + <usize>row * args.dyRow + <usize>column * args.dyStep;
      for (let c = 0; c < channels; c += 4) {
        const at = floatBytes(c);
        const lanes = channels - c;
        const x = xTile + at;
        const dy = dyTile + at;
        const sums = args.sums + at;
        let tap = args.taps;
        for (let left = args.nines; left > 0; left--) {
          nineSums(args, x, dy, sums, tap, rows, columns, lanes);
          tap += 8;
        }
        let left = args.singles;
        for (; left >= 4; left -= 4) {
          fourSums(args, x, dy, sums, tap, rows, columns, lanes);
          tap += 32;
        }
        for (; left > 0; left--) {
          oneSum(args, x, dy, sums, tap, rows, columns, lanes);
          tap += 8;
        }
      }
    }
  }
}

/** Slides: a column of x meets the gradients of three outputs. */
function nineSums(
  args: DepthwiseWeightGradient,
  x: usize,
  dy: usize,
  sums: usize,
  tap: usize,
  rows: i32,
  columns: i32,
  lanes: i32,
): void {
  x += load<u32>(tap);
  const s = args.xStep;
  const t = args.dyStep;
  const zero = f32x4.splat(0);
  let a0 = zero;
  let a1 = zero;
  let a2 = zero;
  let b0 = zero;
  let b1 = zero;
  let b2 = zero;
  let c0 = zero;
  let c1 = zero;
  let c2 = zero;
  for (; rows > 0; rows--) {
    let p = x;
    let q = p + args.tapRow;
    let r = q + args.tapRow;
    let from = dy;
    // Of the output whose first column it is, of the one before, and of the one before that.
    let first = zero;
    let middle = zero;
    for (let left = columns; left > 0; left--) {
      const last = middle;
      middle = first;
      first = v128.load(from);
      const a = v128.load(p);
      a0 = madd(a, first, a0);
      a1 = madd(a, middle, a1);
      a2 = madd(a, last, a2);
      const b = v128.load(q);
      b0 = madd(b, first, b0);
      b1 = madd(b, middle, b1);
      b2 = madd(b, last, b2);
      const c = v128.load(r);
      c0 = madd(c, first, c0);
      c1 = madd(c, middle, c1);
      c2 = madd(c, last, c2);
      p += s;
      q += s;
      r += s;
      from += t;
    }
    let x0 = v128.load(p);
    a1 = madd(x0, first, a1);
    a2 = madd(x0, middle, a2);
    a2 = madd(v128.load(p + s), first, a2);
    x0 = v128.load(q);
    b1 = madd(x0, first, b1);
    b2 = madd(x0, middle, b2);
    b2 = madd(v128.load(q + s), first, b2);
    x0 = v128.load(r);
    c1 = madd(x0, first, c1);
    c2 = madd(x0, middle, c2);
    c2 = madd(v128.load(r + s), first, c2);
    x += args.xRow;
    dy += args.dyRow;
  }
  let to = sums + load<u32>(tap, 4);
  const sumStep = args.sumStep;
  addTo(to, a0, lanes);
  addTo(to + sumStep, a1, lanes);
  addTo(to + (sumStep << 1), a2, lanes);
  to += args.sumRow;
  addTo(to, b0, lanes);
  addTo(to + sumStep, b1, lanes);
  addTo(to + (sumStep << 1), b2, lanes);
  to += args.sumRow;
  addTo(to, c0, lanes);
  addTo(to + sumStep, c1, lanes);
  addTo(to + (sumStep << 1), c2, lanes);
}

function fourSums(
  args: DepthwiseWeightGradient,
  x: usize,
  dy: usize,
  sums: usize,
  tap: usize,
  rows: i32,
  columns: i32,
  lanes: i32,
): void {
  const s = args.xStep;
  const t = args.dyStep;
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let p = x + load<u32>(tap);
  let q = x + load<u32>(tap, 8);
  let r = x + load<u32>(tap, 16);
  let u = x + load<u32>(tap, 24);
  const xRest = args.xRow - <usize>columns * s;
  for (; rows > 0; rows--) {
    let from = dy;
    for (let left = columns; left > 0; left--) {
      const slope = v128.load(from);
      a = madd(v128.load(p), slope, a);
      b = madd(v128.load(q), slope, b);
      c = madd(v128.load(r), slope, c);
      d = madd(v128.load(u), slope, d);
      p += s;
      q += s;
      r += s;
      u += s;
      from += t;
    }
    p += xRest;
    q += xRest;
    r += xRest;
    u += xRest;
    dy += args.dyRow;
  }
  addTo(sums + load<u32>(tap, 4), a, lanes);
  addTo(sums + load<u32>(tap, 12), b, lanes);
  addTo(sums + load<u32>(tap, 20), c, lanes);
  addTo(sums + load<u32>(tap, 28), d, lanes);
}

function oneSum(
  args: DepthwiseWeightGradient,
  x: usize,
  dy: usize,
  sums: usize,
  tap: usize,
  rows: i32,
  columns: i32,
  lanes: i32,
): void {
  x += load<u32>(tap);
  const s = args.xStep;
  const t = args.dyStep;
  // Two sums: one would wait for each addition before the next.
  let even = f32x4.splat(0);
  let odd = even;
  for (; rows > 0; rows--) {
    let p = x;
    let from = dy;
    let left = columns;
    for (; left > 1; left -= 2) {
      even = madd(v128.load(p), v128.load(from), even);
      odd = madd(v128.load(p + s), v128.load(from + t), odd);
      p += s << 1;
      from += t << 1;
    }
    if (left > 0) even = madd(v128.load(p), v128.load(from), even);
    x += args.xRow;
    dy += args.dyRow;
  }
  addTo(sums + load<u32>(tap, 4), f32x4.add(even, odd), lanes);
}

/** Every number `times` times, one beside the other; rows and columns are those that are taken. */
export function repeatChannels(args: RepeatChannels): void {
  const times = args.times;
  const columns = args.columns;
  for (let row = 0; row < args.rows; row++) {
    let from = args.from + <usize>row * args.fromPitch;
    let to = args.to + <usize>row * args.toPitch;
    let column = 0;
    if (times == 2) {
      for (; column + 4 <= columns; column += 4) {
        const value = v128.load(from);
        v128.store(to, v128.shuffle<i32>(value, value, 0, 0, 1, 1));
        v128.store(to, v128.shuffle<i32>(value, value, 2, 2, 3, 3), 16);
        from += 16;
        to += 32;
      }
    }
    for (; column < columns; column++) {
      const value = f32.load(from);
      for (let i = times; i > 0; i--) {
        f32.store(to, value);
        to += 4;
      }
      from += 4;
    }
  }
}

/** Sums of `times` numbers that lie side by side; rows and columns are those that are made. */
export function channelSums(args: ChannelSums): void {
  const times = args.times;
  const columns = args.columns;
  for (let row = 0; row < args.rows; row++) {
    let from = args.from + <usize>row * args.fromPitch;
    let to = args.to + <usize>row * args.toPitch;
    let column = 0;
    if (times == 2) {
      for (; column + 4 <= columns; column += 4) {
        const a = v128.load(from);
        const b = v128.load(from, 16);
        const even = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
        v128.store(to, f32x4.add(even, v128.shuffle<i32>(a, b, 1, 3, 5, 7)));
        from += 32;
        to += 16;
      }
    }
    for (; column < columns; column++) {
      let sum = f32.load(from);
      from += 4;
      for (let i = times; i > 1; i--) {
        sum += f32.load(from);
        from += 4;
      }
      f32.store(to, sum);
      to += 4;
    }
  }
}
