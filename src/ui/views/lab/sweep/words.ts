/** Words of a sweep: its name, and how far it is. */

import { RECIPES } from "../../../../config/recipes";
import type { Sweep } from "../../../../state/lab/sweep";
import type { Queue } from "../../../../state/queue";
import { isActive, type Run } from "../../../../state/state";

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;

/** "Loom, 8 sizes, 3 seeds" */
export function sweepName({ plan }: Pick<Sweep, "plan">): string {
  const { preset, sizes, seeds } = plan;
  const { title } = RECIPES[preset];
  return `${title}, ${count(sizes.length, "size")}, ${count(seeds.length, "seed")}`;
}

export interface SweepProgress {
  readonly total: number;
  readonly done: number;
  /** What of it is being trained, and how far. */
  readonly running: string | null;
  readonly isPaused: boolean;
  /** Runs that are neither done nor under way nor going to begin by themselves. */
  readonly left: number;
}

export function progressOf(
  { plan, runs, tag }: Sweep,
  run: Run | null,
  queue: Queue,
): SweepProgress {
  const total = plan.sizes.length * plan.seeds.length;
  const done = runs.length;
  const active = isActive(run) && run.queued?.tag === tag ? run : null;
  const waiting = queue.held ? 0 : queue.waiting.filter((each) => each.tag === tag).length;
  const { latentSize, seed, epochs } = active?.config ?? { latentSize: 0, seed: 0, epochs: 0 };
  return {
    total,
    done,
    running:
      active &&
      `${count(latentSize, "number")}, seed ${seed}: ${active.epoch > 0 ? `epoch ${active.epoch} of ${epochs}` : "preparing"}`,
    isPaused: active?.phase === "paused",
    left: Math.max(0, total - done - waiting - (active ? 1 : 0)),
  };
}
