/** Nearest neighbours among codes, by Euclidean distance: exact, all pairs. */

export interface Neighbours {
  /** count × each: row by row, the nearest first; the first is the code itself. */
  readonly indices: Uint32Array;
  readonly distances: Float32Array;
  /** How many each code has. */
  readonly each: number;
}

/** Codes between two reports of how far the search is. */
const REPORT_EVERY = 64;

/**
 * Finds each code's nearest neighbours, itself included; equally near ones in the codes' order.
 *
 * @param codes count × size
 * @param wanted neighbours of each; with fewer codes all of them
 * @param onProgress is told the share of all pairs that are done, 0 to 1
 */
export function nearestNeighbours(
  codes: Float32Array,
  size: number,
  wanted: number,
  onProgress?: (share: number) => void,
): Neighbours {
  const count = codes.length / size;
  const each = Math.min(wanted, count);
  const indices = new Uint32Array(count * each);
  const squares = new Float32Array(count * each).fill(Number.POSITIVE_INFINITY);

  /** Puts a neighbour where it belongs among those known; the last one falls out. */
  const insert = (row: number, other: number, square: number): void => {
    const first = row * each;
    let at = first + each - 1;
    if (square >= squares[at]!) return;
    for (; at > first && squares[at - 1]! > square; at--) {
      squares[at] = squares[at - 1]!;
      indices[at] = indices[at - 1]!;
    }
    squares[at] = square;
    indices[at] = other;
  };

  for (let i = 0; i < count; i++) insert(i, i, 0);
  for (let i = 1; i < count; i++) {
    if (i % REPORT_EVERY === 0) onProgress?.((i / count) ** 2);
    for (let j = 0; j < i; j++) {
      // Of both the furthest neighbour so far: beyond it neither is one of the other's.
      const limit = Math.max(squares[i * each + each - 1]!, squares[j * each + each - 1]!);
      const square = squaredDistance(codes, i * size, j * size, size, limit);
      if (square >= limit) continue;
      insert(i, j, square);
      insert(j, i, square);
    }
  }
  return { indices, distances: squares.map(Math.sqrt), each };
}

/** Numbers between two looks at whether a distance is beyond its limit. */
const BLOCK = 16;

/** In two sums side by side, which hides half of the additions' latency; from the limit on a part of it. */
function squaredDistance(
  codes: Float32Array,
  a: number,
  b: number,
  size: number,
  limit: number,
): number {
  let even = 0;
  let odd = 0;
  let k = 0;
  for (let end = 0; end < size; ) {
    end = Math.min(size, end + BLOCK);
    for (; k + 1 < end; k += 2) {
      const first = codes[a + k]! - codes[b + k]!;
      const second = codes[a + k + 1]! - codes[b + k + 1]!;
      even += first * first;
      odd += second * second;
    }
    if (even + odd >= limit) return even + odd;
  }
  if (k < size) even += (codes[a + k]! - codes[b + k]!) ** 2;
  return even + odd;
}
