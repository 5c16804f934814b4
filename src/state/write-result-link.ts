/**
 * The figures of a finished run in its link, over the test images:
 * `got=ssimWriteup:0.9652,ssim:0.9144,mse:0.001213,psnr:30.41`. read-result-link.ts reads them.
 */

import type { RunConfig } from "../config/config";
import type { DataSpec } from "../datasets/dataset";
import type { QualityFigures } from "../metrics/metrics";
import { GOT, LINK_VERSION, writeLink } from "./link";

type FigureName = keyof QualityFigures;

const NAMES: readonly FigureName[] = ["ssimWriteup", "ssim", "mse", "psnr"];
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
