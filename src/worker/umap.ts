/**
 * UMAP of codes (McInnes, Healy & Melville 2018) by umap-js, with exact neighbours, a given start
 * and a seed.
 */

import { UMAP } from "umap-js";
import { nearestNeighbours } from "../math/neighbours";
import { createRng } from "../math/rng";
import { AnswerError } from "../protocol/rpc";
import type { UmapProgress, UmapRequest } from "../protocol/umap";

/** UMAP's own defaults; a point counts among its own neighbours. */
const NEIGHBOURS = 15;
const LEAST_DISTANCE = 0.1;
/** The layout begins in a square from −10 to 10, as the reference implementation's does. */
const START_REACH = 10;
/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

const FEW = "Choose more points, or another map.";
const DEAD =
  "Choose another net, or train this one again with another seed, more numbers or a linear code.";

/**
 * Lays the codes out in two dimensions; returns count × 2 positions.
 *
 * @param now milliseconds
 * @throws AnswerError where there are fewer than three codes, or all are the same
 */
export function layOut(
  { codes, size, start, seed }: UmapRequest,
  report: (progress: UmapProgress) => void,
  now: () => number,
): Float32Array {
  const count = codes.length / size;
  if (count < 3) throw new AnswerError("UMAP needs at least three codes.", FEW);
  if (codes.every((value, i) => value === codes[i % size])) {
    throw new AnswerError(
      "UMAP needs codes that differ: this net gives all images the same one.",
      DEAD,
    );
  }
  let reportedAt = Number.NEGATIVE_INFINITY;
  const isDue = (): boolean => {
    if (now() - reportedAt < REPORT_EVERY) return false;
    reportedAt = now();
    return true;
  };

  // umap-js wants more points than neighbours.
  const each = Math.min(NEIGHBOURS, count - 1);
  const { indices, distances } = nearestNeighbours(codes, size, each, (share) => {
    if (isDue()) report({ step: "neighbours", share, positions: null });
  });
  report({ step: "graph", share: 0, positions: null });
  const umap = new UMAP({
    nNeighbors: each,
    minDist: LEAST_DISTANCE,
    random: createRng(seed, "umap").float,
  });
  umap.setPrecomputedKNN(rowsOf(indices, each), rowsOf(distances, each));
  // With neighbours given it needs of the codes their number alone.
  const rounds = umap.initializeFit(Array.from({ length: count }, () => []));
  const positions = umap.getEmbedding();
  begin(positions, start);
  for (let round = 1; round <= rounds; round++) {
    umap.step();
    if (!isDue()) continue;
    const share = round / rounds;
    report({ step: "layout", share, positions: flat(positions) });
  }
  return flat(positions);
}

/** The layout works on these very arrays: umap-js has no other way to say where it begins. */
function begin(positions: number[][], start: Float32Array): void {
  let reach = 0;
  for (const value of start) reach = Math.max(reach, Math.abs(value));
  // Without a spread there is nothing to begin with; the random start stays.
  if (reach === 0) return;
  for (const [row, position] of positions.entries()) {
    for (const axis of [0, 1]) {
      // A trace of the random start, so that equal points part.
      position[axis] = (START_REACH * start[2 * row + axis]!) / reach + position[axis]! / 1000;
    }
  }
}

const flat = (positions: number[][]): Float32Array => Float32Array.from(positions.flat());

function rowsOf(values: Uint32Array | Float32Array, each: number): number[][] {
  return Array.from({ length: values.length / each }, (_, row) =>
    Array.from(values.subarray(row * each, (row + 1) * each)),
  );
}
