/**
 * The time machine: what the net made of the fixed validation images, moment by moment of a run.
 *
 * Bytes, kept outside React's state. What is shown follows the run, or stays at a step.
 */

import type { ImageStrip } from "../protocol/messages";

/** The pictures of one moment. */
export interface Frame {
  /** The epoch that the step belongs to; 0 for the untrained net. */
  readonly epoch: number;
  /** The last step that the weights had seen. */
  readonly step: number;
  readonly pictures: ImageStrip;
  /** One figure for each picture. */
  readonly ssim: readonly number[];
  readonly ssimWriteup: readonly number[];
}

/** Two places for frames that stay in sight while the others go by. */
export type Hold = "a" | "b";

export interface FrameStore {
  /** By rising steps; another array after every change. */
  all(): readonly Frame[];
  /** What is shown: the newest to arrive, or the one that the cursor is at. */
  shown(): Frame | null;
  /** The newest to arrive: of the run's last step, or of its best weights once they are put back. */
  newest(): Frame | null;
  /** Shows the last frame up to that step; null follows the run. */
  show(step: number | null): void;
  held(place: Hold): Frame | null;
  hold(place: Hold, frame: Frame | null): void;
  /** A frame of the run under way; it takes the place of one of the same step. */
  add(frame: Frame): void;
  /**
   * All frames of another run, by rising steps; nothing is held any more. Shown is the one of that
   * step, or the last before it.
   */
  replace(frames: readonly Frame[], step?: number): void;
  subscribe(listener: () => void): () => void;
}

/** 24 pictures each: 7.5 MB. Runs of up to 390 epochs keep every one. */
const MOST_FRAMES = 400;

export function createFrameStore(most: number = MOST_FRAMES): FrameStore {
  const listeners = new Set<() => void>();
  const held: Record<Hold, Frame | null> = { a: null, b: null };
  let frames: readonly Frame[] = [];
  let newest: Frame | null = null;
  let cursor: number | null = null;

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  return {
    all: () => frames,
    newest: () => newest,
    shown: () => (cursor === null ? newest : frameAt(frames, cursor)),
    show(step) {
      if (cursor === step) return;
      cursor = step;
      changed();
    },
    held: (place) => held[place],
    hold(place, frame) {
      held[place] = frame;
      changed();
    },
    add(frame) {
      frames = thinFrames(withFrame(frames, frame), most);
      newest = frame;
      changed();
    },
    replace(others, step = Number.POSITIVE_INFINITY) {
      frames = others;
      newest = frameAt(others, step);
      cursor = null;
      held.a = null;
      held.b = null;
      changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** The last frame up to that step; before all of them, the first. */
export function frameAt(frames: readonly Frame[], step: number): Frame | null {
  return frames.findLast((frame) => frame.step <= step) ?? frames[0] ?? null;
}

function withFrame(frames: readonly Frame[], frame: Frame): readonly Frame[] {
  const before = frames.filter(({ step }) => step < frame.step);
  const after = frames.filter(({ step }) => step > frame.step);
  return [...before, frame, ...after];
}

/**
 * At most so many: those go first whose neighbours are closest, so that what is left stays evenly
 * spread. The first epoch, the only one with frames between its steps, keeps all of its own.
 */
export function thinFrames(frames: readonly Frame[], most: number): readonly Frame[] {
  let left = frames;
  while (left.length > most) {
    const kept = left;
    const gap = (i: number) => kept[i + 1]!.step - kept[i - 1]!.step;
    const inner = Array.from(kept.keys()).slice(1, -1);
    const later = inner.filter((i) => kept[i]!.epoch > 1);
    const candidates = later.length > 0 ? later : inner;
    const first = candidates[0];
    if (first === undefined) return kept.slice(-most);
    const least = candidates.reduce((best, i) => (gap(i) < gap(best) ? i : best), first);
    left = kept.filter((_, i) => i !== least);
  }
  return left;
}

/** "at the start", "epoch 3", or "step 16" within an epoch. */
export function frameName({ epoch, step }: Pick<Frame, "epoch" | "step">, stepsPerEpoch: number) {
  if (step === 0) return "at the start";
  return step === epoch * stepsPerEpoch ? `epoch ${epoch}` : `step ${step}`;
}
