/** The straight way from one code to another, and the straight way from its picture to the other's. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { createLatest } from "../../client/latest";
import { sizeOf } from "../../math/image-set";
import type { ImageStrip } from "../../protocol/messages";
import { codeOf, type End, firstOf, labelsOf } from "./ends";
import type { Space } from "./space";

/** Pictures from one end to the other: a film of two seconds. */
export const FRAMES = 33;

export interface MorphState {
  readonly from: End;
  readonly to: End;
  /** `FRAMES` pictures that the decoder makes along the straight line between the codes. */
  readonly latent: ImageStrip | null;
  /** As many mixed of the first and the last of those. */
  readonly pixel: ImageStrip | null;
}

export interface Morph {
  readonly store: StoreApi<MorphState>;
  set(ends: Partial<Pick<MorphState, "from" | "to">>): void;
}

/** @param space has its codes */
export function createMorph(space: Space): Morph {
  const labels = labelsOf(space.store.getState());
  const store = createStore<MorphState>(() => ({
    from: firstOf(space.store.getState(), labels[0]),
    to:
      labels.length > 1
        ? firstOf(space.store.getState(), labels.at(-1))
        : { kind: "garment", place: 1 },
    latent: null,
    pixel: null,
  }));
  const latest = createLatest();

  const pull = (): void => {
    const state = space.store.getState();
    const { from, to } = store.getState();
    const [a, b] = [codeOf(state, from), codeOf(state, to)];
    const { net } = state;
    if (!a || !b || !net) return;
    const codes = blend(a, b);
    latest(() => space.ask("decode", { net: net.net, codes, kept: null }))
      .then((latent) => latent && store.setState({ latent, pixel: crossFade(latent) }))
      .catch(space.report);
  };
  pull();

  return {
    store,
    set(ends) {
      store.setState(ends);
      pull();
    },
  };
}

/** `FRAMES` points from a to b, at equal distances. */
function blend(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const points = new Float32Array(FRAMES * a.length);
  for (let frame = 0; frame < FRAMES; frame++) {
    const t = frame / (FRAMES - 1);
    for (let i = 0; i < a.length; i++) {
      points[frame * a.length + i] = (1 - t) * a[i]! + t * b[i]!;
    }
  }
  return points;
}

/** The straight line between the strip's first and last pictures. */
function crossFade({ shape, pixels }: ImageStrip): ImageStrip {
  const ends = [pixels.subarray(0, sizeOf(shape)), pixels.subarray(-sizeOf(shape))];
  const [first, last] = ends.map((bytes) => Float32Array.from(bytes)) as [
    Float32Array,
    Float32Array,
  ];
  return { shape, count: FRAMES, pixels: Uint8Array.from(blend(first, last), Math.round) };
}
