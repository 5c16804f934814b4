/**
 * Images made half as large, and as large as they were again.
 *
 * Of an odd side, half is rounded up: its last row or column is pooled alone, and what doubling has
 * too many of is cropped. Of even sides nothing is said, so that nets for them stay as published.
 */

import type { CropSpec, MaxPoolSpec, NetSpec } from "../spec";

export type Rectangle = readonly [rows: number, columns: number];

export const halfOf = ([rows, columns]: Rectangle): Rectangle => [
  Math.ceil(rows / 2),
  Math.ceil(columns / 2),
];

const isOdd = (sides: Rectangle): boolean => sides.some((side) => side % 2 === 1);

/** Pools an image of those sides by 2. */
export function pooled(name: string, sides: Rectangle): MaxPoolSpec {
  const pool = { kind: "maxPool", name, size: [2, 2] } as const;
  return isOdd(sides) ? { ...pool, padding: "same" } : pool;
}

/** Takes off what is too much where half of those sides was doubled; nothing where none is. */
export function cropped(name: string, [rows, columns]: Rectangle): readonly CropSpec[] {
  if (!isOdd([rows, columns])) return [];
  return [{ kind: "crop", name, edges: [0, rows % 2, 0, columns % 2] }];
}

/**
 * What such a net does otherwise than the published one, for people: "25 × 25 pixels do not halve evenly: …";
 * null where it is the same.
 */
export function oddWords({ image, layers }: NetSpec): string | null {
  const edges = layers.flatMap((layer) => (layer.kind === "crop" ? [layer.edges] : []));
  const odd = [
    ...(edges.some(([, below]) => below > 0) ? ["row"] : []),
    ...(edges.some(([, , , right]) => right > 0) ? ["column"] : []),
  ];
  if (odd.length === 0) return null;
  return (
    `${image.height} × ${image.width} pixels do not halve evenly: the last ${odd.join(" and ")} ` +
    `${odd.length > 1 ? "are" : "is"} pooled alone, and what doubling then has too many of is cropped.`
  );
}
