/** Each point's colour, and the scale that it is read by. */

import { useMemo } from "react";
import type { Codes, PartImages, Reconstructions } from "../../../../protocol/inference";
import { useScheme } from "../../../kit/scheme";
import { useSpaceState } from "../space";
import { coloursOfClasses, coloursOfValues, endsOf, type Scheme } from "./colours";
import type { ColourBy } from "./maps";

export interface Colours {
  readonly scheme: Scheme;
  /** Of each image. */
  readonly colours: Uint32Array;
  /** Values at the ramp's ends; null of classes. */
  readonly ends: readonly [number, number] | null;
}

/** Null until what they depend on is there. */
export function useColours(colourBy: ColourBy): Colours | null {
  const scheme = useScheme();
  const images = useSpaceState((state) => state.images);
  const codes = useSpaceState((state) => state.codes);
  const rebuilt = useSpaceState((state) => state.rebuilt);
  return useMemo(() => {
    if (!images) return null;
    if (colourBy === "class") {
      return { scheme, colours: coloursOfClasses(scheme, images.labels), ends: null };
    }
    const values = valuesOf(colourBy, codes, rebuilt);
    if (!values) return null;
    const ends = endsOf(values);
    return { scheme, colours: coloursOfValues(scheme, values, ends), ends };
  }, [scheme, colourBy, images, codes, rebuilt]);
}

function valuesOf(
  colourBy: Exclude<ColourBy, "class">,
  codes: Codes | null,
  rebuilt: Reconstructions | null,
): Float32Array | null {
  if (typeof colourBy !== "number") return rebuilt?.figures[colourBy] ?? null;
  if (!codes || colourBy >= codes.size) return null;
  return Float32Array.from(
    { length: codes.count },
    (_, place) => codes.codes[place * codes.size + colourBy]!,
  );
}

/** Test images of each class that there is, by ascending class. */
export function classCounts({ labels }: Pick<PartImages, "labels">): [number, number][] {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b);
}
