/** The figures that a link carries, for those few pages that are opened by one: write-result-link.ts writes them. */

import type { StoreApi } from "zustand/vanilla";
import { type RunConfig, runKey } from "../config/config";
import type { QualityFigures } from "../metrics/metrics";
import { GOT } from "./link";
import { shortened } from "./quoted";
import type { AppState } from "./state";
import type { LinkedRun } from "./write-result-link";

/** What each may be. */
const RANGES: Readonly<Record<keyof QualityFigures, readonly [least: number, most: number]>> = {
  ssimWriteup: [-1, 1],
  ssim: [-1, 1],
  mse: [0, 1],
  psnr: [0, 100],
};

interface ReadFigures {
  /** Null where the link has none that could be. */
  readonly linked: LinkedRun | null;
  readonly problems: readonly string[];
}

/** Has the page show what its link says that a run of its settings came to. */
export function showFigures(store: StoreApi<AppState>, query: string, config: RunConfig): void {
  const { linked, problems } = readFigures(query, config);
  store.setState(({ linkProblems }) => ({ linked, linkProblems: [...linkProblems, ...problems] }));
}

/**
 * Never throws: a link comes from anywhere. What it says is its sender's word, and shown as that.
 *
 * @param query has figures
 */
export function readFigures(query: string, config: RunConfig): ReadFigures {
  const text = new URLSearchParams(query).get(GOT) ?? "";
  const given = new Map(
    text.split(",").map((pair) => {
      const [name = "", value = ""] = pair.split(":");
      return [name, value];
    }),
  );
  const figure = (name: keyof QualityFigures): number => {
    const [least, most] = RANGES[name];
    const value = Number(given.get(name) || Number.NaN);
    return value >= least && value <= most ? value : Number.NaN;
  };
  const figures = {
    ssimWriteup: figure("ssimWriteup"),
    ssim: figure("ssim"),
    mse: figure("mse"),
    psnr: figure("psnr"),
  };
  if (!Object.values(figures).some(Number.isNaN)) {
    return { linked: { key: runKey(config), figures }, problems: [] };
  }
  const example = "ssimWriteup:0.965,ssim:0.914,mse:0.0012,psnr:30.4";
  const problem = `${GOT}=${shortened(text)} was left out. It must be figures such as ${example}.`;
  return { linked: null, problems: [problem] };
}
