/** What runs are compared by: pure functions over records. */

import { sameLoss } from "../../../../config/loss";
import { netTitle } from "../../../../config/recipes";
import type { EpochFigures } from "../../../../runs/results";
import { sameData } from "../../../../state/settings";
import { type OfImages, type RunRecord, specOf } from "../../../../storage/record";
import { loss, numbers, ssim } from "../../../kit/format";
import { described } from "../../../kit/recipe/changes";

/** More curves cannot be told apart. */
export const MOST_COMPARED = 6;

export interface CurveMeasure {
  readonly name: string;
  readonly figure: (epoch: EpochFigures) => number;
  readonly show: (value: number) => string;
}

export const CURVES = {
  ssimWriteup: {
    name: "SSIM, write-up",
    figure: (epoch) => epoch.validation.ssimWriteup,
    show: ssim,
  },
  ssim: { name: "SSIM, Wang", figure: (epoch) => epoch.validation.ssim, show: ssim },
  mse: {
    name: "MSE × 1000",
    figure: (epoch) => epoch.validation.mse * 1000,
    show: (value) => value.toFixed(2),
  },
  loss: { name: "validation loss", figure: (epoch) => epoch.validationLoss, show: loss },
} as const satisfies Readonly<Record<string, CurveMeasure>>;

export type CurveName = keyof typeof CURVES;
export const CURVE_NAMES = Object.keys(CURVES) as CurveName[];

/** Losses of different formulas are different figures. */
export function sameLosses([first, ...others]: readonly RunRecord[]): boolean {
  return others.every(({ config }) => first && sameLoss(config.loss, first.config.loss));
}

export interface Difference {
  readonly name: string;
  /** One for each run. */
  readonly values: readonly string[];
}

type Settled = Pick<RunRecord, "config"> & OfImages;

/** Settings in which the runs differ, with the value of each; the net comes first. */
export function settingsThatDiffer(records: readonly Settled[]): Difference[] {
  const columns = records.map((record) => [
    ["net", netTitle(record.config)] as const,
    ...described(record.config, specOf(record)),
  ]);
  const rows = (columns[0] ?? []).map(([name], i) => ({
    name,
    values: columns.map((column) => column[i]?.[1] ?? ""),
  }));
  return rows.filter(({ values }) => new Set(values).size > 1);
}

/** Settings in a legend at most: more of them are a table. */
const MOST_IN_LABEL = 3;

/** How a setting reads without its name beside it. */
function valueInWords(name: string, value: string): string {
  if (name === "latent size") return numbers(Number(value));
  return ["net", "garments", "classes", "loss"].includes(name) ? value : `${name} ${value}`;
}

/** A run among others: what tells it from them, and its place among them, from 0. */
export interface Labelled<R> {
  readonly record: R;
  readonly label: string;
  readonly place: number;
}

/**
 * Runs with what tells each from the others: "64 numbers" beside "16 numbers", "Loom, seed 2" beside
 * "Nested, seed 1". With its name where that is not enough, and by its name alone where nothing is.
 */
export function labelled<R extends Settled & Pick<RunRecord, "name">>(
  records: readonly R[],
): Labelled<R>[] {
  const rows = settingsThatDiffer(records).slice(0, MOST_IN_LABEL);
  const words = records.map((_, place) =>
    rows.map(({ name, values }) => valueInWords(name, values[place] ?? "")).join(", "),
  );
  const isShared = (own: string) => words.filter((other) => other === own).length > 1;
  return records.map((record, place) => {
    const own = words[place] ?? "";
    const label = own === "" ? record.name : isShared(own) ? `${own}, ${record.name}` : own;
    return { record, label, place };
  });
}

/** Whether both were judged on the same test images, so that these pair. */
export function sameTest(a: RunRecord, b: RunRecord): boolean {
  return (
    a.test !== null &&
    b.test !== null &&
    a.source === b.source &&
    sameData(a.config, b.config) &&
    a.test.ssim.length === b.test.ssim.length
  );
}
