/** Losses of every step of a run: appended, never dropped, thinned only for drawing. */

export interface LossSeries {
  readonly count: number;
  /** Steps 1, 2, 3, … one after the other; longer series of the same run may share its memory. */
  readonly values: Float32Array;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const EMPTY_SERIES: LossSeries = { count: 0, values: new Float32Array(0) };

/** Losses that memory is first made for; whenever it is full, for twice as many. */
const FIRST_CAPACITY = 1024;

/** How many losses have been written into each series' memory. */
const written = new WeakMap<ArrayBufferLike, number>();

/**
 * The series with those losses at its end, written behind it where its memory has room: what is
 * there is not copied but when the memory doubles, and shorter series stay as they were.
 *
 * Steps that it already has are skipped; `firstStep` counts from 1. A gap is an error.
 */
export function appendLosses(
  series: LossSeries,
  firstStep: number,
  losses: Float32Array,
): LossSeries {
  const { count, values } = series;
  const known = count - (firstStep - 1);
  if (known < 0) {
    throw new RangeError(`losses start at step ${firstStep}, but only ${count} are known`);
  }
  const fresh = losses.subarray(Math.min(known, losses.length));
  if (fresh.length === 0) return series;
  const total = count + fresh.length;
  const isNewest = written.get(values.buffer) === count;
  const buffer =
    isNewest && total * 4 <= values.buffer.byteLength ? values.buffer : grown(values, total);
  const all = new Float32Array(buffer, 0, total);
  all.set(fresh, count);
  written.set(buffer, total);
  return { count: total, values: all };
}

/** Memory for that many losses and as many again, with those that are there. */
function grown(values: Float32Array, total: number): ArrayBuffer {
  const buffer = new ArrayBuffer(4 * Math.max(FIRST_CAPACITY, 2 * total));
  new Float32Array(buffer).set(values);
  return buffer;
}

/** A moving average as far as it has been taken. */
interface Average {
  readonly weight: number;
  readonly values: Float32Array;
  count: number;
  average: number;
  /** What the weights so far lack to 1. */
  missing: number;
}

/** The newest average of each series' memory: the page shows one smoothing at a time. */
const averages = new WeakMap<ArrayBufferLike, Average>();

/**
 * The losses' exponential moving average as TensorBoard draws it: each takes `weight` of the one
 * before. Debiased, by what the weights so far sum to: the first value is itself, not nearly 0.
 *
 * It runs along with the series: another look at a longer one takes its new steps only.
 */
export function smoothed({ count, values }: LossSeries, weight: number): Float32Array {
  if (weight === 0) return values;
  const { buffer } = values;
  let running = averages.get(buffer);
  if (running?.weight !== weight) {
    const capacity = Math.max(count, buffer.byteLength / 4);
    running = { weight, values: new Float32Array(capacity), count: 0, average: 0, missing: 1 };
    averages.set(buffer, running);
  }
  for (; running.count < count; running.count++) {
    running.average = weight * running.average + (1 - weight) * values[running.count]!;
    running.missing *= weight;
    running.values[running.count] = running.average / (1 - running.missing);
  }
  return running.values.subarray(0, count);
}

/**
 * At most `limit` points that look the same when drawn: each bucket keeps its lowest and its
 * highest value, in their order, and the first and the last value are always kept.
 * `x` is the index counted from `first`; `limit` is at least 4.
 */
export function thin(values: Float32Array, limit: number, first = 1): Point[] {
  const count = values.length;
  const point = (i: number): Point => ({ x: i + first, y: values[i]! });
  if (count <= limit) return Array.from(values, (_, i) => point(i));
  const points = [point(0)];
  const buckets = Math.floor((limit - 2) / 2);
  const inner = count - 2;
  for (let b = 0; b < buckets; b++) {
    const from = 1 + Math.floor((b * inner) / buckets);
    const to = 1 + Math.floor(((b + 1) * inner) / buckets);
    let low = from;
    let high = from;
    for (let i = from + 1; i < to; i++) {
      if (values[i]! < values[low]!) low = i;
      if (values[i]! > values[high]!) high = i;
    }
    points.push(point(Math.min(low, high)));
    if (low !== high) points.push(point(Math.max(low, high)));
  }
  points.push(point(count - 1));
  return points;
}
