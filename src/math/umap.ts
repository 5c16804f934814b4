/**
 * UMAP (McInnes, Healy and Melville 2018) of points whose nearest neighbours are known: the graph, and
 * its layout in a plane. It follows the reference implementation, umap-learn, with its defaults.
 */

import type { Neighbours } from "./neighbours";
import type { Rng } from "./rng";

/** Of the curve 1 / (1 + a d^2b) that is nearest to a least distance of 0.1 and a spread of 1. */
const A = 1.5769434603113077;
const B = 0.8950608779109733;
/** Points that a point is pushed from, for each that it is pulled to. */
const NEGATIVES = 5;
/** An axis's part of a pull or a push. */
const MOST_FORCE = 4;
/** Halvings at most until a point's weights add up to what they should. */
const HALVINGS = 64;
const TOLERANCE = 1e-5;
/** Least width of a point's weights, as a share of the mean distance to its neighbours. */
const LEAST_WIDTH = 1e-3;

/** Pairs of points that belong together: each pair stands there twice, once from either end. */
export interface UmapGraph {
  readonly count: number;
  readonly heads: Uint32Array;
  readonly tails: Uint32Array;
  /** In (0, 1]. */
  readonly weights: Float32Array;
}

/** How much each point belongs to each: a fuzzy union of the points' own neighbourhoods. */
export function umapGraph({ indices, distances, each }: Neighbours): UmapGraph {
  const count = indices.length / each;
  const memberships = membershipsOf(distances, each);
  /** How much `other` belongs to `point`'s neighbourhood. */
  const membership = (point: number, other: number): number => {
    for (let k = point * each; k < (point + 1) * each; k++) {
      if (indices[k] === other) return memberships[k]!;
    }
    return 0;
  };
  const heads: number[] = [];
  const tails: number[] = [];
  const weights: number[] = [];
  for (let point = 0; point < count; point++) {
    for (let k = point * each; k < (point + 1) * each; k++) {
      const other = indices[k]!;
      const back = membership(other, point);
      // A pair in which each knows the other comes once, from the lower one.
      if (other === point || (back > 0 && other < point)) continue;
      const weight = memberships[k]! + back - memberships[k]! * back;
      if (weight === 0) continue;
      heads.push(point, other);
      tails.push(other, point);
      weights.push(weight, weight);
    }
  }
  return {
    count,
    heads: Uint32Array.from(heads),
    tails: Uint32Array.from(tails),
    weights: Float32Array.from(weights),
  };
}

/** exp(−(d − ρ) / σ), ρ the distance to the nearest other point, σ such that they add up to log2 k. */
function membershipsOf(distances: Float32Array, each: number): Float32Array {
  const count = distances.length / each;
  const target = Math.log2(each);
  const all = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  const memberships = new Float32Array(distances.length);
  for (let point = 0; point < count; point++) {
    const row = distances.subarray(point * each, (point + 1) * each);
    const nearest = row.find((distance) => distance > 0) ?? 0;
    const mean = row.reduce((sum, distance) => sum + distance, 0) / each;
    const width = Math.max(widthOf(row, nearest, target), LEAST_WIDTH * (nearest > 0 ? mean : all));
    // The first is the point itself.
    for (let k = 1; k < each; k++) {
      memberships[point * each + k] = Math.exp(-Math.max(0, row[k]! - nearest) / width);
    }
  }
  return memberships;
}

function widthOf(row: Float32Array, nearest: number, target: number): number {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let width = 1;
  for (let halving = 0; halving < HALVINGS; halving++) {
    let sum = 0;
    for (let k = 1; k < row.length; k++) sum += Math.exp(-Math.max(0, row[k]! - nearest) / width);
    if (Math.abs(sum - target) < TOLERANCE) break;
    if (sum > target) high = width;
    else low = width;
    width = high === Number.POSITIVE_INFINITY ? width * 2 : (low + high) / 2;
  }
  return width;
}

/** Rounds for so many points: fewer the more there are, since each round moves all of them. */
export function umapRounds(count: number): number {
  if (count <= 2500) return 500;
  if (count <= 5000) return 400;
  return count <= 7500 ? 300 : 200;
}

/** Steps of a table within each power of 2: between two of them a force is wrong by up to 1 in 30,000. */
const STEP_BITS = 6;
const SHIFT = 23 - STEP_BITS;
/** Bits of 2⁻⁴⁰ and 2²⁰ as floats: squares beyond are taken as these. */
const [LEAST_BITS, MOST_BITS] = [(127 - 40) << 23, (127 + 20) << 23];

/**
 * A force by the square of a distance, looked up: powers take most of a layout's time otherwise. A
 * float's bits grow with its logarithm, and so does the place in the table.
 */
function forceTable(force: (square: number) => number): (square: number) => number {
  const float = new Float32Array(1);
  const bits = new Int32Array(float.buffer);
  const table = Float32Array.from(
    { length: ((MOST_BITS - LEAST_BITS) >> SHIFT) + 2 },
    (_, place) => {
      bits[0] = LEAST_BITS + (place << SHIFT);
      return force(float[0]!);
    },
  );
  const part = 1 / (1 << SHIFT);
  return (square) => {
    float[0] = square;
    const at = Math.min(Math.max(bits[0]!, LEAST_BITS), MOST_BITS) - LEAST_BITS;
    const place = at >> SHIFT;
    const before = table[place]!;
    return before + (table[place + 1]! - before) * part * (at & ((1 << SHIFT) - 1));
  };
}

/**
 * Lays a graph out, in place: each round pulls pairs together, the more often the more they belong
 * together, and pushes their points from others at random.
 *
 * @param positions count × 2, where it begins and ends
 * @param onRound is told after each round how many there were
 */
export function layOutGraph(
  { count, heads, tails, weights }: UmapGraph,
  positions: Float32Array,
  rounds: number,
  rng: Rng,
  onRound: (round: number) => void,
): void {
  const most = weights.reduce((largest, weight) => Math.max(largest, weight), 0);
  /** Rounds between two turns of a pair; those that would have none are left out. */
  const between = weights.map((weight) => most / weight);
  const due = between.slice();
  const pushed = between.map((gap) => gap / NEGATIVES);
  const pull = forceTable((square) => (-2 * A * B * square ** (B - 1)) / (A * square ** B + 1));
  const push = forceTable((square) => (2 * B) / ((0.001 + square) * (A * square ** B + 1)));
  for (let round = 1; round <= rounds; round++) {
    const rate = 1 - (round - 1) / rounds;
    for (let pair = 0; pair < heads.length; pair++) {
      const gap = between[pair]!;
      if (gap > rounds || due[pair]! > round) continue;
      due[pair] = due[pair]! + gap;
      const head = 2 * heads[pair]!;
      const tail = 2 * tails[pair]!;
      let x = positions[head]!;
      let y = positions[head + 1]!;
      const dx = x - positions[tail]!;
      const dy = y - positions[tail + 1]!;
      const square = dx * dx + dy * dy;
      if (square > 0) {
        const force = pull(square);
        const stepX = rate * bounded(force * dx);
        const stepY = rate * bounded(force * dy);
        x += stepX;
        y += stepY;
        positions[tail] = positions[tail]! - stepX;
        positions[tail + 1] = positions[tail + 1]! - stepY;
      }
      const pushGap = gap / NEGATIVES;
      const pushes = Math.floor((round - pushed[pair]!) / pushGap);
      pushed[pair] = pushed[pair]! + pushes * pushGap;
      for (let left = pushes; left > 0; left--) {
        const other = 2 * Math.floor(rng.float() * count);
        if (other === head) continue;
        const offX = x - positions[other]!;
        const offY = y - positions[other + 1]!;
        const far = offX * offX + offY * offY;
        if (far > 0) {
          const force = push(far);
          x += rate * bounded(force * offX);
          y += rate * bounded(force * offY);
        } else {
          x += rate * MOST_FORCE;
          y += rate * MOST_FORCE;
        }
      }
      positions[head] = x;
      positions[head + 1] = y;
    }
    onRound(round);
  }
}

function bounded(force: number): number {
  return force > MOST_FORCE ? MOST_FORCE : force < -MOST_FORCE ? -MOST_FORCE : force;
}
