/** Exact nearest neighbours of one row among many, for several lengths of the rows at once. */

/** Numbers between two looks at whether a row can still be among the nearest. */
const BLOCK = 16;

export interface Nearest {
  /** lengths × each: rows of the base, the nearest first. */
  readonly indices: Uint32Array;
  /** Their squared Euclidean distances. */
  readonly squares: Float64Array;
}

export interface NearestSearch {
  /** Of the row that begins at `from`; the next search uses the answer's arrays again. */
  find(rows: Float32Array, from: number): Nearest;
}

/**
 * Prepares a search by Euclidean distance; of equally near rows the first counts.
 *
 * A distance over the first k numbers only grows with k, so one pass serves all lengths, and a row
 * is given up once it is further off than the nearest ones are over the full length.
 * @param base rows × size
 * @param lengths how many of its first numbers a row is compared by, ascending, at most `size`
 * @param each neighbours to find for each length
 * @throws RangeError when there are fewer rows than neighbours to find
 */
export function createNearestSearch(
  base: Float32Array,
  size: number,
  lengths: readonly number[],
  each: number,
): NearestSearch {
  const count = base.length / size;
  if (count < each) throw new RangeError(`There are ${count} rows, and ${each} are to be found.`);
  const { ends, places } = stopsOf(lengths);
  const indices = new Uint32Array(lengths.length * each);
  const squares = new Float64Array(lengths.length * each);
  const worst = squares.length - 1;
  const query = new Float32Array(size);

  /** Puts a row where it belongs among those known; the last one falls out. */
  const insert = (length: number, row: number, square: number): void => {
    const first = length * each;
    let at = first + each - 1;
    if (square >= squares[at]!) return;
    for (; at > first && squares[at - 1]! > square; at--) {
      squares[at] = squares[at - 1]!;
      indices[at] = indices[at - 1]!;
    }
    squares[at] = square;
    indices[at] = row;
  };

  const compare = (row: number): void => {
    const from = row * size;
    let square = 0;
    let k = 0;
    for (let stop = 0; stop < ends.length; stop++) {
      const end = ends[stop]!;
      // Two sums side by side hide half of the additions' latency.
      let other = 0;
      for (; k + 1 < end; k += 2) {
        const even = base[from + k]! - query[k]!;
        const odd = base[from + k + 1]! - query[k + 1]!;
        square += even * even;
        other += odd * odd;
      }
      for (; k < end; k++) square += (base[from + k]! - query[k]!) ** 2;
      square += other;
      if (places[stop]! >= 0) insert(places[stop]!, row, square);
      if (square >= squares[worst]!) return;
    }
  };

  return {
    find(rows, from) {
      query.set(rows.subarray(from, from + size));
      squares.fill(Number.POSITIVE_INFINITY);
      for (let row = 0; row < count; row++) compare(row);
      return { indices, squares };
    },
  };
}

/** Where a comparison stops: at each length, whose place is told (else −1), and every few numbers. */
function stopsOf(lengths: readonly number[]): { ends: Uint32Array; places: Int32Array } {
  const largest = lengths.at(-1) ?? 0;
  const between = Array.from({ length: Math.floor(largest / BLOCK) }, (_, i) => (i + 1) * BLOCK);
  const ends = Uint32Array.from(new Set([...lengths, ...between])).sort();
  return { ends, places: Int32Array.from(ends, (end) => lengths.indexOf(end)) };
}

/**
 * The label that most neighbours have; among those with as many, the nearest neighbour's.
 *
 * @param labels of the neighbours, the nearest first, at least one
 */
export function vote(labels: readonly number[]): number {
  const votes = new Map<number, number>();
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1);
  // A map keeps the order in which labels came: the nearest's first.
  let winner = labels[0]!;
  for (const [label, count] of votes) if (count > votes.get(winner)!) winner = label;
  return winner;
}
