import { useMemo, useRef } from "react";
import { useShallow } from "zustand/react/shallow";
import type { AppState, Run } from "../../state/state";
import { useAppState } from "../kit/hooks";

type Range = readonly [low: number, high: number];

/**
 * Where an axis begins and ends for the run as far as it is, looked at with every step that comes
 * in: a chart renders again when its axis jumps, and not between.
 *
 * @param rangeOf the same function as long as it means the same axis
 * @param visible while it is false, the range stands still
 */
export function useRunRange(rangeOf: (run: Run | null) => Range, visible: boolean): Range {
  const isVisible = useRef(visible);
  isVisible.current = visible;
  const select = useMemo(() => {
    let seen: Pick<Run, "losses" | "epochs"> | null | undefined;
    let range: Range;
    return ({ run }: AppState): Range => {
      const isSame = run?.losses === seen?.losses && run?.epochs === seen?.epochs;
      if (seen === undefined || (isVisible.current && !isSame)) {
        range = rangeOf(run);
        seen = run;
      }
      return range;
    };
  }, [rangeOf]);
  return useAppState(useShallow(select));
}
