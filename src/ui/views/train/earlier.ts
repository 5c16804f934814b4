/** Runs of this visit behind the present one, as curves with names. */

import type { RunConfig } from "../../../config/config";
import type { Point } from "../../../state/series";
import type { Run } from "../../../state/state";
import { changesInWords } from "../../kit/recipe/changes";
import type { EarlierCurve } from "./EarlierCurves";

/** Each run's curve, named by what most sets it apart from the present run. */
export function earlierCurves(
  runs: readonly Run[],
  present: RunConfig,
  points: (run: Run) => readonly Point[],
): EarlierCurve[] {
  return runs.map((run) => ({ id: run.id, name: nameOf(run, present), points: points(run) }));
}

function nameOf({ config, spec }: Run, present: RunConfig): string {
  return changesInWords(present, config, spec?.classNames)[0] ?? "same settings";
}
