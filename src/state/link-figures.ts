/**
 * The figures of a finished run in its link, over the test images:
 * `got=ssimWriteup:0.9652,ssim:0.9144,mse:0.001213,psnr:30.41`.
 *
 * A link comes from anywhere: they are what its sender says, and shown as that.
 */

import { type RunConfig, runKey } from "../config/config";
import type { DataSpec } from "../datasets/dataset";
import type { QualityFigures } from "../metrics/metrics";
import { GOT, LINK_VERSION, writeLink } from "./link";
import { shortened } from "./quoted";

type FigureName = keyof QualityFigures;

/** What each may be. */
const RANGES: Readonly<Record<FigureName, readonly [least: number, most: number]>> = {
  ssimWriteup: [-1, 1],
  ssim: [-1, 1],
  mse: [0, 1],
  psnr: [0, 100],
};
const NAMES = Object.keys(RANGES) as readonly FigureName[];
/** One more than is shown. */
const DIGITS = 4;

export interface LinkedRun {
  /** `runKey` of the settings that the link has. */
  readonly key: string;
  readonly figures: QualityFigures;
}

/** The query that stands for a run of those settings and what it came to. */
export function writeResultLink(config: RunConfig, test: QualityFigures, spec?: DataSpec): string {
  const got = NAMES.map((name) => `${name}:${Number(test[name].toPrecision(DIGITS))}`);
  return `${writeLink(config, spec) || `?v=${LINK_VERSION}`}&${GOT}=${got.join()}`;
}

export interface ReadFigures {
  /** Null where the link has none, or none that could be. */
  readonly linked: LinkedRun | null;
  readonly problems: readonly string[];
}

/** What a link says that a run of its settings came to; never throws. */
export function readFigures(query: string, config: RunConfig): ReadFigures {
  const text = new URLSearchParams(query).get(GOT);
  if (text === null) return { linked: null, problems: [] };
  const given = new Map(
    text.split(",").map((pair) => {
      const [name = "", value = ""] = pair.split(":");
      return [name, value];
    }),
  );
  const figure = (name: FigureName): number => {
    const [least, most] = RANGES[name];
    const value = Number(given.get(name) || Number.NaN);
    return value >= least && value <= most ? value : Number.NaN;
  };
  const [ssimWriteup, ssim, mse, psnr] = [
    figure("ssimWriteup"),
    figure("ssim"),
    figure("mse"),
    figure("psnr"),
  ];
  if ([ssimWriteup, ssim, mse, psnr].some(Number.isNaN)) {
    const example = "ssimWriteup:0.965,ssim:0.914,mse:0.0012,psnr:30.4";
    return {
      linked: null,
      problems: [`${GOT}=${shortened(text)} was left out. It must be figures such as ${example}.`],
    };
  }
  return {
    linked: { key: runKey(config), figures: { ssimWriteup, ssim, mse, psnr } },
    problems: [],
  };
}
