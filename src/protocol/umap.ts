/** What UMAP's worker can be asked: one layout of each. */

import type { Question } from "./rpc";

export interface UmapRequest {
  /** count × size. */
  readonly codes: Float32Array;
  readonly size: number;
  /** count × 2: where the points begin; only their arrangement counts. */
  readonly start: Float32Array;
  /** 0 to 2³² − 1: the same codes and seed give the same layout. */
  readonly seed: number;
}

/** The neighbours of each code are found, joined to a graph, and the graph is laid out. */
export type UmapStep = "neighbours" | "graph" | "layout";

export interface UmapProgress {
  readonly step: UmapStep;
  /** Of the step: 0 to 1. */
  readonly share: number;
  /** count × 2, while the layout goes on. */
  readonly positions: Float32Array | null;
}

export type UmapQuestions = {
  /** Answered by count × 2 positions. */
  layOut: Question<UmapRequest, Float32Array, UmapProgress>;
};
