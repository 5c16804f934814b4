/** The figures of a run that a lesson may speak of, by the names that lessons give them. */

import type { RunResult } from "../../../runs/results";
import * as format from "../../kit/format";

/** Of every run that has ended. */
const OF_RESULT = {
  ssimWriteup: ({ test }) => test.ssimWriteup,
  ssim: ({ test }) => test.ssim,
  mse: ({ test }) => test.mse,
  bce: ({ test }) => test.bce,
  bceGap: ({ test }) => test.bceGap,
  missing: ({ test }) => 1 - test.ssimWriteup,
  pcaSsimWriteup: ({ pca }) => pca.ssimWriteup,
  pcaSsim: ({ pca }) => pca.ssim,
  trainLoss: (result) => result.trainLoss,
  validationLoss: (result) => result.validationLoss,
  epochs: (result) => result.epochs,
  bestEpoch: (result) => result.bestEpoch,
  testImages: (result) => result.testImages,
} as const satisfies Readonly<Record<string, (result: RunResult) => number>>;

/** What a lesson may have measured besides, and the figures that this gives. */
export const MEASURES = {
  dead: ["dead"],
  bags: ["bags", "bagsPca", "clothes"],
  neighbours: ["told", "toldPixels"],
} as const;
export type Measure = keyof typeof MEASURES;

export type Figures = Readonly<Record<string, number>>;

export function figuresOf(result: RunResult): Figures {
  return Object.fromEntries(Object.entries(OF_RESULT).map(([name, of]) => [name, of(result)]));
}

/** Names of the figures that a run has, with what is measured. */
export function figureNames(measure: Measure | null): readonly string[] {
  return [...Object.keys(OF_RESULT), ...(measure ? MEASURES[measure] : [])];
}

const WHOLE = new Set(["epochs", "bestEpoch", "testImages", "dead", "told", "toldPixels"]);
const LOSSES = new Set(["mse", "bce", "bceGap", "trainLoss", "validationLoss"]);

/** As the rest of the page writes it: SSIM to three digits, losses to four. */
export function figureText(name: string, value: number): string {
  if (WHOLE.has(name)) return format.whole(value);
  return LOSSES.has(name) ? format.loss(value) : format.ssim(value);
}
