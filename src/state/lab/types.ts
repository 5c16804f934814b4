/** What the lab shows of one net. */

import type { DataSpec } from "../../datasets/dataset";
import type { QualityFigures } from "../../metrics/metrics";
import type { ImageFigures, OpenNet } from "../../protocol/inference";
import type { AnswerFailure } from "../answer-failure";

/** What a rival makes of the garments. */
export interface Lane {
  /** The latent size that it belongs to. */
  readonly kept: number;
  readonly mean: QualityFigures;
  readonly figures: ImageFigures;
}

export interface JpegLane extends Lane {
  readonly quality: number;
  /** A mean over the test split. */
  readonly bytes: number;
}

/** Means over the whole test split, by latent size, ascending. */
export type Curve = readonly { readonly kept: number; readonly mean: QualityFigures }[];

export interface Curves {
  readonly netCurve: Curve;
  readonly pcaCurve: Curve;
  readonly jpegCurve: Curve;
  /** Share of what the curves need that is measured: 0 to 1. */
  readonly measured: number;
}

export interface LabState extends Curves {
  readonly net: OpenNet | null;
  /** What went wrong last; it does not end the lab. */
  readonly failure: AnswerFailure | null;
  readonly spec: DataSpec | null;
  readonly sourceNote: string;
  /** Class ids of the garments. */
  readonly labels: readonly number[];
  /** Those of the test split that sizes are compared on, and all of it. */
  readonly testImages: number;
  readonly allTestImages: number;
  /** The latent size that is asked for. */
  readonly kept: number;
  /** Place of the garment whose film is shown. */
  readonly selected: number;
  readonly netLane: Lane | null;
  readonly pcaLane: Lane | null;
  /** "none" where JPEG's lowest quality takes more bytes. */
  readonly jpegLane: JpegLane | "none" | null;
  /** Of the film strip, by ascending size. */
  readonly stops: readonly number[];
  readonly filmNet: ImageFigures | null;
  readonly filmPca: ImageFigures | null;
}

export const EMPTY_LAB: LabState = {
  net: null,
  failure: null,
  spec: null,
  sourceNote: "",
  labels: [],
  testImages: 0,
  allTestImages: 0,
  kept: 32,
  selected: 0,
  netLane: null,
  pcaLane: null,
  jpegLane: null,
  stops: [],
  filmNet: null,
  filmPca: null,
  netCurve: [],
  pcaCurve: [],
  jpegCurve: [],
  measured: 0,
};
