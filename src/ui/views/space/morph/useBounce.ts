import { useReducedMotion } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { firstPlace, frameTime, nextPlace } from "../../../pictures/film";

export interface Bounce {
  /** 0 to count − 1. */
  readonly frame: number;
  readonly playing: boolean;
  readonly loop: boolean;
  /** Plays from where it stands, from the start where that is the end; or holds. */
  toggle(): void;
  /** Holds at a frame. */
  show(frame: number): void;
  setLoop(loop: boolean): void;
}

/** A film of so many frames: once to its end, or there and back for as long as it loops. */
export function useBounce(count: number): Bounce {
  const calm = useReducedMotion();
  const [playing, setPlaying] = useState(false);
  const [loop, setLoop] = useState(true);
  /** A place in the film there and back, whose second half is the way back. */
  const [place, setPlace] = useState(Math.floor(count / 2));
  const round = 2 * (count - 1);

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(
      () =>
        setPlace((at) => {
          const next = loop
            ? nextPlace(at, round, true)
            : nextPlace(frameOf(at, count), count, false);
          if (next === null) setPlaying(false);
          return next ?? count - 1;
        }),
      frameTime(2, calm),
    );
    return () => clearInterval(timer);
  }, [playing, loop, calm, count, round]);

  return {
    frame: frameOf(place, count),
    playing,
    loop,
    toggle() {
      if (!playing && !loop) setPlace((at) => firstPlace(frameOf(at, count), count));
      setPlaying(!playing);
    },
    show(frame) {
      setPlaying(false);
      setPlace(frame);
    },
    setLoop,
  };
}

function frameOf(place: number, count: number): number {
  return place < count ? place : 2 * (count - 1) - place;
}
