/** Waiting for a device that may never answer. */

import { DeviceError } from "../engine/errors";

/** Seconds between two looks at whether there is an answer. */
const TICK = 0.25;

/**
 * What the promise resolves to, unless that takes longer.
 *
 * Time is counted in ticks of a timer, not by a clock: a laptop that sleeps for an hour makes no
 * ticks, so that its GPU is not given up when it wakes.
 *
 * @param onWait hears at each tick how many seconds have been waited
 * @param signs of life that were given so far: each begins the waiting anew
 * @throws DeviceError after so many seconds, and what the promise rejects with
 */
export async function withTimeout<T>(
  promise: Promise<T>,
  seconds: number,
  onWait: (seconds: number) => void = () => {},
  signs: () => number = () => 0,
): Promise<T> {
  // Whoever has given it up does not want to hear how it ended.
  promise.catch(() => {});
  let timer: ReturnType<typeof setInterval> | undefined;
  const silence = new Promise<never>((_, reject) => {
    let [ticks, heard] = [0, signs()];
    timer = setInterval(() => {
      const now = signs();
      ticks = now === heard ? ticks + 1 : 0;
      heard = now;
      onWait(ticks * TICK);
      if (ticks * TICK >= seconds) {
        reject(new DeviceError(`The device has not answered for ${Math.round(seconds)} seconds.`));
      }
    }, TICK * 1000);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearInterval(timer);
  }
}
