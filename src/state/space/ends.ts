/** Places in the space that have a name: the code of a garment, or the mean code of a class. */

import type { SpaceState } from "./space";

export type End =
  | { readonly kind: "garment"; readonly place: number }
  | { readonly kind: "mean"; readonly label: number };

/** What ends are taken from: all test images with their codes. */
export type Endpoints = Pick<SpaceState, "images" | "codes">;

/** A copy of the end's code; null before the codes are there. */
export function codeOf({ images, codes }: Endpoints, end: End): Float32Array<ArrayBuffer> | null {
  if (!images || !codes) return null;
  const { size } = codes;
  if (end.kind === "garment") {
    return codes.codes.slice(end.place * size, (end.place + 1) * size);
  }
  const sums = new Float64Array(size);
  let count = 0;
  for (const [place, label] of images.labels.entries()) {
    if (label !== end.label) continue;
    count += 1;
    for (let i = 0; i < size; i++) sums[i] = sums[i]! + codes.codes[place * size + i]!;
  }
  return Float32Array.from(sums, (sum) => sum / count);
}

/** "T-shirt/top 12", "mean Trouser": garments are counted from 1, as everywhere. */
export function nameOf({ images }: Endpoints, end: End): string {
  const names = images?.spec.classNames ?? [];
  if (end.kind === "mean") return `mean ${names[end.label] ?? ""}`;
  const label = images?.labels[end.place];
  return label === undefined ? "" : `${names[label]} ${end.place + 1}`;
}

/** Class ids that are there, ascending. */
export function labelsOf({ images }: Endpoints): number[] {
  return [...new Set(images?.labels ?? [])].sort((a, b) => a - b);
}

/** The first garment of a class; of any where it has none. */
export function firstOf({ images }: Endpoints, label: number | undefined): End {
  return { kind: "garment", place: Math.max(0, images?.labels.indexOf(label ?? 0) ?? 0) };
}

export function sameEnd(a: End, b: End): boolean {
  return a.kind === "garment"
    ? b.kind === "garment" && a.place === b.place
    : b.kind === "mean" && a.label === b.label;
}

/** Place of the test image whose code is nearest, by Euclidean distance, apart from those. */
export function nearestPlace(
  { codes }: Endpoints,
  code: Float32Array,
  except: ReadonlySet<number>,
): number | null {
  if (!codes) return null;
  let best: number | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  for (let place = 0; place < codes.count; place++) {
    if (except.has(place)) continue;
    let square = 0;
    const from = place * codes.size;
    for (let i = 0; i < codes.size && square < smallest; i++) {
      square += (codes.codes[from + i]! - code[i]!) ** 2;
    }
    if (square < smallest) {
      smallest = square;
      best = place;
    }
  }
  return best;
}
