import { useReducedMotion } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useApp } from "../../../kit/hooks";
import { firstPlace, frameTime, nextPlace, type Speed } from "../../../pictures/film";

export interface Film {
  readonly playing: boolean;
  readonly speed: Speed;
  readonly loop: boolean;
  toggle(): void;
  stop(): void;
  setSpeed(speed: Speed): void;
  setLoop(loop: boolean): void;
}

/** Plays the frames from the place of the cursor on; at the end it follows the run again. */
export function useFilm(): Film {
  const app = useApp();
  const calm = useReducedMotion();
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  const [loop, setLoop] = useState(false);

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(
      () => {
        const frames = app.frames.all();
        const shown = app.frames.shown();
        const next = nextPlace(shown ? frames.indexOf(shown) : -1, frames.length, loop);
        const frame = next === null ? undefined : frames[next];
        if (frame) app.setCursor(frame.step);
        else {
          setPlaying(false);
          app.setCursor(null);
        }
      },
      frameTime(speed, calm),
    );
    return () => clearInterval(timer);
  }, [app, playing, speed, loop, calm]);

  return {
    playing,
    speed,
    loop,
    toggle() {
      if (!playing) {
        const frames = app.frames.all();
        const shown = app.frames.shown();
        const first = frames[firstPlace(shown ? frames.indexOf(shown) : 0, frames.length)];
        if (first) app.setCursor(first.step);
      }
      setPlaying(!playing);
    },
    stop: () => setPlaying(false),
    setSpeed,
    setLoop,
  };
}
