/** Pixels on their way from the inference worker to canvases: kept outside React's state. */

import type { ImageStrip } from "../../protocol/messages";

/** Which strip a canvas shows a picture of. */
export type StripName = "original" | "net" | "pca" | "jpeg" | "filmNet" | "filmPca";

export interface Pictures {
  /** The newest strip; null before the first, and where there is none. */
  get(name: StripName): ImageStrip | null;
  set(name: StripName, strip: ImageStrip | null): void;
  /** Calls back when that strip has changed; returns the way to end that. */
  subscribe(name: StripName, listener: () => void): () => void;
}

export function createPictures(): Pictures {
  const strips = new Map<StripName, ImageStrip>();
  const listeners = new Map<StripName, Set<() => void>>();
  return {
    get: (name) => strips.get(name) ?? null,
    set(name, strip) {
      if (strip) strips.set(name, strip);
      else strips.delete(name);
      for (const listener of [...(listeners.get(name) ?? [])]) listener();
    },
    subscribe(name, listener) {
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(listener));
      return () => {
        all.delete(listener);
      };
    },
  };
}
