import { useReducedMotion } from "@mantine/hooks";
import { useEffect, useState } from "react";
import type { Lab } from "../../../state/lab/lab";
import { glide } from "./glide";

/** Seconds from one number to all of them. */
const DURATION = 7;
/** Seconds from the first number to the size that the lab opens with. */
const OPENING = 1.6;

/** Moves the slider through all sizes by itself; from the start where it stands at the end. */
export function usePlay(lab: Lab, largest: number): [playing: boolean, toggle: () => void] {
  const [playing, setPlaying] = useState(false);

  useEffect(() => {
    if (!playing) return;
    const { kept } = lab.store.getState();
    const from = kept >= largest ? 1 : kept;
    const part = 1 - Math.log2(from) / Math.max(1, Math.log2(largest));
    return glide(lab, {
      from,
      to: largest,
      seconds: DURATION * part,
      onEnd: () => setPlaying(false),
    });
  }, [playing, lab, largest]);

  return [playing, () => setPlaying((before) => !before)];
}

/** Lets the first garments grow out of a single number, for those who like things to move. */
export function useOpening(lab: Lab, isReady: boolean, size: number): void {
  const reduced = useReducedMotion(false, { getInitialValueInEffect: false });
  useEffect(() => {
    if (!isReady || reduced) return;
    return glide(lab, { from: 1, to: size, seconds: OPENING });
  }, [lab, isReady, reduced, size]);
}
