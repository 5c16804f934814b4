/**
 * UMAP of codes (McInnes, Healy & Melville 2018), with exact neighbours, a given start and a seed.
 */

import { nearestNeighbours } from "../math/neighbours";
import { createRng, type Rng } from "../math/rng";
import { layOutGraph, umapGraph, umapRounds } from "../math/umap";
import { AnswerError } from "../protocol/rpc";
import type { UmapProgress, UmapRequest } from "../protocol/umap";

/** UMAP's own defaults; a point counts among its own neighbours. */
const NEIGHBOURS = 15;
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

  const neighbours = nearestNeighbours(codes, size, NEIGHBOURS, (share) => {
    if (isDue()) report({ step: "neighbours", share, positions: null });
  });
  report({ step: "graph", share: 0, positions: null });
  const graph = umapGraph(neighbours);
  const rng = createRng(seed, "umap");
  const positions = startOf(start, rng);
  const rounds = umapRounds(count);
  layOutGraph(graph, positions, rounds, rng, (round) => {
    if (isDue()) report({ step: "layout", share: round / rounds, positions: positions.slice() });
  });
  return positions;
}

/** The given start, as far across as UMAP's usual one, with a trace of chance, so that equal points part. */
function startOf(start: Float32Array, rng: Rng): Float32Array {
  let reach = 0;
  for (const value of start) reach = Math.max(reach, Math.abs(value));
  const chance = () => START_REACH * (2 * rng.float() - 1);
  // Without a spread there is nothing to begin with: points begin anywhere.
  if (reach === 0) return start.map(chance);
  return start.map((value) => (START_REACH * value) / reach + chance() / 1000);
}
