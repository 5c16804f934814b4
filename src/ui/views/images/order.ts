/** Which images of the test split are shown, and in which order. */

import { createRng, shuffle } from "../../../math/rng";
import { elementOf } from "../../../math/vectors";

/** `behind`: furthest behind PCA first. */
export type Order = "worst" | "best" | "random" | "behind";

export interface Selection {
  readonly order: Order;
  /** Class id; null for all classes. */
  readonly garment: number | null;
  /** Lowest and highest figure, ends included; null for all. */
  readonly range: readonly [number, number] | null;
}

/** What images are chosen and ordered by, one for each image. */
export interface Figures {
  readonly labels: Uint8Array;
  readonly values: Float32Array;
  /** PCA's, which "behind" compares with; null where there is no net to compare. */
  readonly rival: Float32Array | null;
}

/** The chosen images' places in the split, in their order. */
export function selectImages({ labels, values, rival }: Figures, selection: Selection) {
  const { order, garment, range } = selection;
  const [low, high] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const figure = elementOf(values);
  const chosen = Uint32Array.from(labels.keys()).filter(
    (place) =>
      (garment === null || labels[place] === garment) &&
      figure(place) >= low &&
      figure(place) <= high,
  );
  if (order === "random") {
    // One shuffle of all, so that brushing takes images away and moves none.
    const all = Uint32Array.from(labels.keys());
    shuffle(all, createRng(1, "images"));
    const among = new Set(chosen);
    return all.filter((place) => among.has(place));
  }
  const rivals = order === "behind" && rival ? elementOf(rival) : () => 0;
  const sign = order === "best" ? -1 : 1;
  const key = (place: number): number => sign * (figure(place) - rivals(place));
  return chosen.sort((a, b) => key(a) - key(b) || a - b);
}
