/** Which numbers of a net's code have ever told images apart, and since when they no longer do. */

import type { WorkerEvent } from "../protocol/messages";

type Codes = Extract<WorkerEvent, { type: "codes" }>;

/** Ranges under this share of the widest are rounding. */
const NO_RANGE = 1e-6;

export interface NumberLife {
  /** Whether all images had one value of it at the last look. */
  readonly isDead: boolean;
  /** Step of the first look from which on that has been so. */
  readonly since: number;
  /** Step of the last look before; null where it has been so from the first one on. */
  readonly before: number | null;
}

export interface CodeHistory {
  accept(event: WorkerEvent): void;
  /** Images that were looked at; 0 where nothing is known of that run. */
  images(runId: string): number;
  /** Null where nothing is known of that run, or number. */
  of(runId: string, number: number): NumberLife | null;
  subscribe(listener: () => void): () => void;
}

/** Of one run at a time: what was seen of it since the page was opened. */
export function createCodeHistory(): CodeHistory {
  const listeners = new Set<() => void>();
  let run: {
    readonly id: string;
    images: number;
    step: number;
    lives: readonly NumberLife[];
  } | null = null;

  const accept = ({ runId, step, images, codes }: Codes): void => {
    const known = run?.id === runId ? run : null;
    // Weights that are put back are no later moment.
    if (known && step <= known.step) return;
    const lives = deadOf(codes, images).map((isDead, number): NumberLife => {
      const life = known?.lives[number];
      if (!life || !known) return { isDead, since: step, before: null };
      return life.isDead === isDead ? life : { isDead, since: step, before: known.step };
    });
    run = { id: runId, images, step, lives };
    for (const listener of [...listeners]) listener();
  };

  return {
    accept(event) {
      if (event.type === "codes") accept(event);
    },
    images: (runId) => (run?.id === runId ? run.images : 0),
    of: (runId, number) => (run?.id === runId ? (run.lives[number] ?? null) : null),
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** For each number whether all images have the same. */
function deadOf(codes: Float32Array, images: number): readonly boolean[] {
  const size = codes.length / images;
  const ranges = Array.from({ length: size }, (_, number) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let at = number; at < codes.length; at += size) {
      low = Math.min(low, codes[at]!);
      high = Math.max(high, codes[at]!);
    }
    return high - low;
  });
  const widest = ranges.reduce((most, range) => Math.max(most, range), 0);
  return ranges.map((range) => range <= NO_RANGE * widest);
}
