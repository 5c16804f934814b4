/** Losses of every step of a run: appended, never dropped, thinned only for drawing. */

/** `chunks` hold step 1, 2, 3, … one after the other. */
export interface LossSeries {
  readonly count: number;
  readonly chunks: readonly Float32Array[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const EMPTY_SERIES: LossSeries = { count: 0, chunks: [] };

/** Chunks are merged up to this length, so that 100,000 steps make about 100 of them. */
const CHUNK = 1024;

/**
 * The series with those losses at its end.
 * Steps that it already has are skipped; `firstStep` counts from 1. A gap is an error.
 */
export function appendLosses(
  series: LossSeries,
  firstStep: number,
  losses: Float32Array,
): LossSeries {
  const known = series.count - (firstStep - 1);
  if (known < 0) {
    throw new RangeError(`losses start at step ${firstStep}, but only ${series.count} are known`);
  }
  const fresh = losses.subarray(Math.min(known, losses.length));
  if (fresh.length === 0) return series;
  const last = series.chunks.at(-1);
  const chunks =
    last && last.length + fresh.length <= CHUNK
      ? [...series.chunks.slice(0, -1), concatenate(last, fresh)]
      : [...series.chunks, fresh.slice()];
  return { count: series.count + fresh.length, chunks };
}

function concatenate(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** All losses in one array, step 1 first. */
export function lossesOf(series: LossSeries): Float32Array {
  const all = new Float32Array(series.count);
  let at = 0;
  for (const chunk of series.chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/**
 * The values' exponential moving average as TensorBoard draws it: each takes `weight` of the one
 * before. Debiased, by what the weights so far sum to: the first value is itself, not nearly 0.
 */
export function smooth(values: Float32Array, weight: number): Float32Array {
  if (weight === 0) return values;
  let average = 0;
  let missing = 1;
  return values.map((value) => {
    average = weight * average + (1 - weight) * value;
    missing *= weight;
    return average / (1 - missing);
  });
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
