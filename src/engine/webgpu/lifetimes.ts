/** Which arrays can lie in one place, since none is needed while another one is. */

/** An array that is needed from one moment to another, both included. */
export interface Lifetime {
  readonly words: number;
  readonly from: number;
  readonly to: number;
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
