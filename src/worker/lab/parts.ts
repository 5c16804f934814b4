/** Long work in parts, between which other questions get their turn. */

import type { Job } from "../rpc";

/** Images in each part of long work: 5 ms, so that a slider's question hardly waits. */
const PART_IMAGES = 16;

/** Does work on `count` images a part at a time; short work is done at once. */
export async function inParts(
  count: number,
  job: Pick<Job<number>, "turn">,
  work: (from: number, to: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += PART_IMAGES) {
    if (from > 0) await job.turn(from / count);
    work(from, Math.min(count, from + PART_IMAGES));
  }
}

/** A stage of a longer job: its 0 to 1 are a part of the whole's. */
export function stageOf(job: Job<number>, from: number, to: number): Pick<Job<number>, "turn"> {
  return { turn: (share) => job.turn(from + (to - from) * share) };
}
