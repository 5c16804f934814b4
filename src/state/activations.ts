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

/** Those of that moment of that run and of that image; null where others are at hand. */
export function activationsAt(
  activations: Activations | null,
  at: { readonly runId: string | undefined; readonly step: number | undefined; index: number },
): Activations | null {
  if (!activations) return null;
  const { runId, step, index } = activations;
  return runId === at.runId && step === at.step && index === at.index ? activations : null;
}

/** What one layer makes of the image; null where that layer is not among them. */
export function layerOf(activations: Activations | null, name: string): LayerActivation | null {
  return activations?.layers.find(({ layer }) => layer === name) ?? null;
}
