import { useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { drawnLadderRows, type LadderRow } from "../../../../report/ladder";
import type { App } from "../../../../state/app";
import {
  keptRuns,
  type Ladder,
  type LadderEnd,
  type LadderRecord,
  rungsOf,
} from "../../../../state/ladder/ladder";
import { createLadderLog, type LadderLog } from "../../../../state/ladder/ladder-log";
import { browserStore } from "../../../../state/queueStore";
import { useApp, useAppState, useRuns } from "../../../kit/hooks";
import { endOf } from "./address";

/** One for each app: what its ladders come to is in the kept runs, so that it need not listen. */
const logs = new WeakMap<App, LadderLog>();

export function useLadderLog(): LadderLog {
  const app = useApp();
  const known = logs.get(app);
  if (known) return known;
  const made = createLadderLog(app, browserStore());
  logs.set(app, made);
  return made;
}

/** Newest first. */
export const useLadders = (): readonly Ladder[] =>
  useStore(useLadderLog().store, ({ plans }) => plans);

/** What stands at an end of a ladder, the same object until it is another; null for a run that is gone. */
export function useEnd(word: string): LadderEnd | null {
  const settings = useAppState((state) => state.settings);
  const record = useRuns(({ records }) => records?.find(({ id }) => id === word));
  return useMemo(() => endOf(word, settings, record), [word, settings, record]);
}

type KeptRuns = readonly (LadderRecord | undefined)[];

/** The kept runs of a ladder, the same array until one of them is another: others change as they train. */
export function useKeptRuns(ladder: Ladder): KeptRuns {
  const records = useRuns((state) => state.records);
  const found = useMemo(() => keptRuns(ladder, records ?? []), [ladder, records]);
  const last = useRef(found);
  const isSame =
    found.length === last.current.length && found.every((run, i) => run === last.current[i]);
  if (!isSame) last.current = found;
  return last.current;
}

/** Milliseconds of work at a time, so that none is a task that the page would feel. */
const AT_A_TIME = 8;

/** What the runs of a ladder come to; those of fewer runs until the newest are judged. */
export function useLadderRows(ladder: Ladder, kept: KeptRuns): readonly LadderRow[] {
  const [rows, setRows] = useState<readonly LadderRow[]>([]);
  useEffect(() => {
    const drawing = drawnLadderRows(rungsOf(ladder, kept));
    let timer = setTimeout(function draw() {
      const until = performance.now() + AT_A_TIME;
      let next = drawing.next();
      while (!next.done && performance.now() < until) next = drawing.next();
      if (next.done) setRows(next.value);
      else timer = setTimeout(draw);
    });
    return () => clearTimeout(timer);
  }, [ladder, kept]);
  return rows;
}
