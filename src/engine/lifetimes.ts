/** When arrays are needed, and which of them can lie in one place. */

import type { TensorUse } from "./tensors";

/** Moments from the first to the last, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * From when to when a tensor is needed.
 *
 * @param moments those that an operation of the list takes: on a GPU one for each, in their order;
 *   where an image at a time goes through several operations, all of these are one moment
 */
export function lifetimeOf(
  { writer, readers }: Pick<TensorUse, "writer" | "readers">,
  moments: (operation: number) => Span,
  given: number,
): Span {
  const written = writer === null ? given : moments(writer).to;
  const taken = readers.map(moments);
  return {
    from: Math.min(written, ...taken.map(({ from }) => from)),
    to: Math.max(written, ...taken.map(({ to }) => to)),
  };
}

/** That of several that lie in one place. */
export function jointSpan(spans: readonly Span[]): Span {
  return {
    from: Math.min(...spans.map(({ from }) => from)),
    to: Math.max(...spans.map(({ to }) => to)),
  };
}

/** An array that is needed for a while. */
export interface Lifetime extends Span {
  readonly words: number;
}

/** For each array the number of its place: of places that are free, the one nearest in size. */
export function sharePlaces(lifetimes: readonly Lifetime[]): number[] {
  const places: { words: number; busyTo: number }[] = [];
  const chosen = lifetimes.map(() => -1);
  const inOrder = [...lifetimes.entries()].sort(([, a], [, b]) => a.from - b.from);
  for (const [index, { words, from, to }] of inOrder) {
    const free = [...places.entries()].filter(([, { busyTo }]) => busyTo < from);
    const [nearest] = free.sort(
      ([, a], [, b]) => Math.abs(a.words - words) - Math.abs(b.words - words),
    );
    const [number, place] = nearest ?? [places.length, { words: 0, busyTo: to }];
    place.words = Math.max(place.words, words);
    place.busyTo = to;
    places[number] = place;
    chosen[index] = number;
  }
  return chosen;
}
