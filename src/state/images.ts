/** Pixels on their way from the worker to canvases: kept outside React's state. */

import { sizeOf } from "../math/image-set";
import type { PartImages } from "../protocol/inference";
import type { ImageStrip, WorkerEvent } from "../protocol/messages";
import type { FrameStore } from "./frames";
import { pcaKey } from "./state";

/** Which pictures a canvas shows: the net's of the frame shown, or of one that is held. */
export type ImageKind = "originals" | "reconstructions" | "heldA" | "heldB" | "pca";

export interface ImageStore {
  /** The pictures of a kind; PCA's belong to a key of `pcaKey`. */
  get(kind: ImageKind, key?: string): ImageStrip | null;
  /** Takes the pixels out of an event, if it has any. */
  accept(event: WorkerEvent): void;
  subscribe(listener: () => void): () => void;
}

export function createImageStore(frames: FrameStore): ImageStore {
  const listeners = new Set<() => void>();
  const pca = new Map<string, ImageStrip>();
  let originals: ImageStrip | null = null;

  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };

  frames.subscribe(changed);

  return {
    get(kind, key = "") {
      switch (kind) {
        case "originals":
          return originals;
        case "pca":
          return pca.get(key) ?? null;
        case "reconstructions":
          return frames.shown()?.pictures ?? null;
        case "heldA":
          return frames.held("a")?.pictures ?? null;
        case "heldB":
          return frames.held("b")?.pictures ?? null;
      }
    },
    accept(event) {
      if (event.type === "dataset") originals = event.previewOriginals;
      else if (event.type === "pca") pca.set(pcaKey(event), event.reconstructions);
      else return;
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

/** The name of an image's class; empty where there is no such image. */
export function classNameAt({ spec, labels }: Pick<PartImages, "spec" | "labels">, index: number) {
  const label = labels[index];
  return label === undefined ? "" : (spec.classNames[label] ?? "");
}

/** One image's bytes out of a strip; null where it has none. */
export function imageAt(strip: ImageStrip | null, index: number): Uint8Array | null {
  if (!strip || index < 0 || index >= strip.count) return null;
  const size = sizeOf(strip.shape);
  return strip.pixels.subarray(index * size, (index + 1) * size);
}

/**
 * Places of the first images of each class, in turn, as many as asked for where there are enough.
 *
 * @param labels of the test split
 */
export function inTurn(labels: Uint8Array, count: number): number[] {
  const queues = [...new Set(labels)]
    .sort((a, b) => a - b)
    .map((label) => [...labels.keys()].filter((place) => labels[place] === label));
  const chosen: number[] = [];
  for (let rank = 0; chosen.length < Math.min(count, labels.length); rank++) {
    for (const queue of queues) {
      const place = queue[rank];
      if (place !== undefined && chosen.length < count) chosen.push(place);
    }
  }
  return chosen;
}
