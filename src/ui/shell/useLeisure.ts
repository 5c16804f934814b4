import { useEffect, useState } from "react";
import { isActive } from "../../state/state";
import { useAppState } from "../kit/hooks";

/** Milliseconds without a hand on the page after which it counts as idle. */
const IDLE_AFTER = 10_000;
const HANDS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/**
 * Whether there is time for what nobody waits for: training has taken its first step, or all is there
 * that the page needs and nobody has touched it for a while. Once there is, it stays so.
 */
export function useLeisure(): boolean {
  const [hasTime, setTime] = useState(false);
  const isTraining = useAppState(({ run }) => isActive(run) && run.losses.count > 0);
  const isWaiting = useAppState(
    ({ run, data, loading }) => data !== null && loading === null && !isActive(run),
  );
  if (isTraining && !hasTime) setTime(true);
  useEffect(() => {
    if (hasTime || !isWaiting) return;
    let timer = 0;
    const begin = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => setTime(true), IDLE_AFTER);
    };
    begin();
    for (const hand of HANDS) window.addEventListener(hand, begin, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const hand of HANDS) window.removeEventListener(hand, begin);
    };
  }, [hasTime, isWaiting]);
  return hasTime;
}
