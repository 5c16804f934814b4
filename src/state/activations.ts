/** What the layers of the net make of one image: bytes and numbers, kept outside React's state. */

import type { LayerActivation, WorkerEvent } from "../protocol/messages";

type Watched = "activations" | "inside" | "slowStep";
type Newest<Type extends Watched> = Omit<Extract<WorkerEvent, { type: Type }>, "type">;

export type Activations = Newest<"activations">;
/** One layer's numbers. */
export type Inside = Newest<"inside">;

/** A training step taken apart. */
export type TakenStep = Newest<"slowStep">;

export interface NewestStore<Value> {
  /** The newest to arrive; null before the first. */
  get(): Value | null;
  accept(event: WorkerEvent): void;
  subscribe(listener: () => void): () => void;
}

export type ActivationStore = NewestStore<Activations>;
export type InsideStore = NewestStore<Inside>;
export type SlowStepStore = NewestStore<TakenStep>;

export const createActivationStore = (): ActivationStore =>
  createNewest((event) => {
    if (event.type !== "activations") return null;
    const { type: _type, ...activations } = event;
    return activations;
  });

export const createInsideStore = (): InsideStore =>
  createNewest((event) => {
    if (event.type !== "inside") return null;
    const { type: _type, ...inside } = event;
    return inside;
  });

export const createSlowStepStore = (): SlowStepStore =>
  createNewest((event) => {
    if (event.type !== "slowStep") return null;
    const { type: _type, ...taken } = event;
    return taken;
  });

/** @param read what an event is to the store; null for nothing */
function createNewest<Value>(read: (event: WorkerEvent) => Value | null): NewestStore<Value> {
  const listeners = new Set<() => void>();
  let newest: Value | null = null;
  return {
    get: () => newest,
    accept(event) {
      const value = read(event);
      if (value === null) return;
      newest = value;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/**
 * Those of that image, run and step; null where others are at hand, or none can be had.
 *
 * @param step null for the newest: pictures and activations come one after the other
 */
export function activationsOf(
  activations: Activations | null,
  index: number,
  runId: string | undefined,
  step: number | null,
): Activations | null {
  if (!activations || activations.layers.length === 0) return null;
  const isThen = step === null || step === activations.step;
  return activations.runId === runId && activations.index === index && isThen ? activations : null;
}

/** What one layer makes of the image; null where that layer is not among them. */
export function layerOf(activations: Activations | null, name: string): LayerActivation | null {
  return activations?.layers.find(({ layer }) => layer === name) ?? null;
}
