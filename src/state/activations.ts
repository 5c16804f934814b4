/** What the layers of the net make of one image: bytes, kept outside React's state. */

import type { LayerActivation, WorkerEvent } from "../protocol/messages";

export type Activations = Omit<Extract<WorkerEvent, { type: "activations" }>, "type">;

export interface ActivationStore {
  /** The newest to arrive; null before the first. */
  get(): Activations | null;
  accept(event: WorkerEvent): void;
  subscribe(listener: () => void): () => void;
}

export function createActivationStore(): ActivationStore {
  const listeners = new Set<() => void>();
  let newest: Activations | null = null;
  return {
    get: () => newest,
    accept(event) {
      if (event.type !== "activations") return;
      const { type: _type, ...activations } = event;
      newest = activations;
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
