/** The frames of a run as a film: which comes next, and when. */

/** How many times its usual speed a film may run. */
export const SPEEDS = [0.5, 1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

/** Frames a second: a run of 50 epochs takes 7 s. */
const RATE = 8;
/** For those who asked for less motion: one picture after the other, not a film. */
const CALM_RATE = 1;

/** Milliseconds that each frame stays. */
export function frameTime(speed: Speed, calm: boolean): number {
  return 1000 / (calm ? CALM_RATE : RATE * speed);
}

/** The place after `at` among `count` frames; null where the film is over. */
export function nextPlace(at: number, count: number, loop: boolean): number | null {
  if (at + 1 < count) return at + 1;
  return loop && count > 1 ? 0 : null;
}

/** Where Play begins: where the film stands, or at its start when that is its end. */
export function firstPlace(at: number, count: number): number {
  return at >= count - 1 ? 0 : at;
}
