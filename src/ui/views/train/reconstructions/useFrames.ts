/** How components read the frames of the time machine, which are kept outside React's state. */

import { startTransition, useEffect, useRef, useState } from "react";
import type { FrameStore } from "../../../../state/frames";
import { useApp, useAppState } from "../../../kit/hooks";

/** Milliseconds by which figures may lag behind the pictures, so that not all render at once. */
const LAG = 30;

/** A part of the frames, renewed at most every 30 ms; the last value of a burst always arrives. */
export function useFrames<T>(select: (frames: FrameStore) => T): T {
  const { frames } = useApp();
  const [value, setValue] = useState<{ readonly of: T }>(() => ({ of: select(frames) }));
  const selector = useRef(select);
  selector.current = select;

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const read = () => {
      timer = null;
      const of = selector.current(frames);
      startTransition(() => setValue((old) => (old.of === of ? old : { of })));
    };
    read();
    const unsubscribe = frames.subscribe(() => {
      timer ??= setTimeout(read, LAG);
    });
    return () => {
      unsubscribe();
      if (timer !== null) clearTimeout(timer);
    };
  }, [frames]);

  return value.of;
}

/** Steps that make an epoch of the run; before it is prepared, more than any. */
export function useStepsPerEpoch(): number {
  return useAppState((state) => state.run?.started?.stepsPerEpoch ?? Number.POSITIVE_INFINITY);
}
