/** The axis of epochs, and the step that the cursor stands on: the same for all charts. */

import { useMemo } from "react";
import { type AppState, type Run, shownConfig } from "../../state/state";
import { useAppState } from "../kit/hooks";
import { epochsShown } from "./chartStyle";
import type { Epochs } from "./curves";

/** Epochs trained, 1.5 half-way through the second. */
const trained = ({ losses, started }: Run): number => losses.count / (started?.stepsPerEpoch ?? 1);

/** Right end of the axis: where this run is, and the earlier ones, as far as this one will come. */
export function endOfAxis(state: AppState): number {
  const { run, earlier } = state;
  const planned = shownConfig(state).epochs;
  const now = run ? trained(run) : 0;
  const before = Math.max(0, ...earlier.map(trained));
  return epochsShown(Math.max(now, run ? Math.min(before, planned) : before), planned);
}

/** Epochs that the charts show: what was zoomed to, or all. */
export function useEpochs(): Epochs {
  const end = useAppState(endOfAxis);
  const zoom = useAppState((state) => state.charts.zoom);
  return useMemo(() => zoom ?? [0, end], [zoom, end]);
}

/** Step that figures and marks are of: the cursor's, as far as there are steps; null for the newest. */
export function cursorStep({ cursor, run }: AppState): number | null {
  return cursor === null || !run ? null : Math.min(cursor, run.losses.count);
}
