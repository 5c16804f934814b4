/** How every contender is timed, in Node and in the browser alike. */

export interface TimingPlan {
  readonly rounds: number;
  /** Of each round, at least; a round ends with the step under way. */
  readonly seconds: number;
}

/** Long enough for steps of a tenth of a second; the best of three, as other programs disturb. */
export const STEADY: TimingPlan = { rounds: 3, seconds: 3 };
/** For contenders that need seconds for a step. */
export const SLOW: TimingPlan = { rounds: 1, seconds: 15 };

/** A single step, to see that it can be taken. */
export const TRIAL: TimingPlan = { rounds: 1, seconds: 0 };

/** Images a second of the fastest round; `step` trains on `batch` images and is over when resolved. */
export async function fastestRound(
  step: () => Promise<unknown>,
  batch: number,
  plan: TimingPlan,
): Promise<number> {
  let best = 0;
  for (let round = 0; round < plan.rounds; round++) {
    let steps = 0;
    const start = performance.now();
    let elapsed = 0;
    do {
      await step();
      steps++;
      elapsed = (performance.now() - start) / 1000;
    } while (elapsed < plan.seconds);
    best = Math.max(best, (steps * batch) / elapsed);
  }
  return best;
}

/**
 * The largest power of two, up to `wanted`, whose step should take at most `limitSeconds`.
 *
 * Judged by a second step of 4 images: the first one compiles shaders.
 */
export async function affordableBatch(
  stepOf: (batch: number) => Promise<unknown>,
  wanted: number,
  limitSeconds: number,
): Promise<number> {
  const probe = Math.min(4, wanted);
  await stepOf(probe);
  const start = performance.now();
  await stepOf(probe);
  const secondsPerImage = (performance.now() - start) / 1000 / probe;
  let batch = wanted;
  while (batch > 1 && batch * secondsPerImage > limitSeconds)
    batch = 2 ** (Math.ceil(Math.log2(batch)) - 1);
  return batch;
}
