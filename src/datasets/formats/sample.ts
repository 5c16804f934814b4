/** Some of a data set's images, where there are more than are wanted or than fit. */

import { createRng } from "../../math/rng";
import type { FoundClass } from "../proposal";

/** How many images of each class, and of each class's test part, are taken. */
export function sampledClasses(classes: readonly FoundClass[], images: number): FoundClass[] {
  const cells = classes.flatMap(({ count, test }) => [count - test, test]);
  const taken = sharesOf(cells, images);
  return classes.map(({ name }, id) => {
    const test = taken[2 * id + 1]!;
    return { name, count: taken[2 * id]! + test, test };
  });
}

/** Cells that are not empty: a sample has one image of each at least. */
export const fewestOf = (classes: readonly FoundClass[]): number =>
  classes.reduce((sum, { count, test }) => sum + Number(count > test) + Number(test > 0), 0);

/** Whole numbers in proportion to the counts, at least 1 for each that is not 0: largest remainders first. */
function sharesOf(counts: readonly number[], wanted: number): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map((count) => (count * wanted) / all);
  const shares = counts.map((count, i) => (count > 0 ? Math.max(1, Math.floor(exact[i]!)) : 0));
  let left = wanted - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = [...counts.keys()].sort(
    (a, b) => exact[b]! - shares[b]! - (exact[a]! - shares[a]!) || a - b,
  );
  for (const cell of byRemainder) {
    if (left <= 0 || exact[cell]! <= shares[cell]!) break;
    shares[cell]! += 1;
    left -= 1;
  }
  // Those that were lifted to 1 take from the largest.
  for (; left < 0; left++) shares[shares.indexOf(Math.max(...shares))]! -= 1;
  return shares;
}

/**
 * Which images a sample has, told one by one in the order that they are read in: every choice of so many is as
 * likely as any other (Knuth's algorithm S), and the same each time.
 *
 * @param all of each class that there are
 * @param taken of each class that are wanted
 * @returns whether the next image of a class is taken
 */
export function sampler(
  all: readonly FoundClass[],
  taken: readonly FoundClass[],
): (label: number, isTest: boolean) => boolean {
  const cells = all.map(({ count, test }, id) => {
    const wanted = taken[id]!;
    return [
      { left: count - test, wanted: wanted.count - wanted.test },
      { left: test, wanted: wanted.test },
    ];
  });
  const rngs = all.map((_, id) => createRng(0, `sample/${id}`));
  return (label, isTest) => {
    const cell = cells[label]![isTest ? 1 : 0]!;
    const isTaken = rngs[label]!.int(cell.left) < cell.wanted;
    cell.left -= 1;
    if (isTaken) cell.wanted -= 1;
    return isTaken;
  };
}
