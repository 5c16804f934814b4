/** What of its inputs a layer looks at for one number of its output: to be framed in them. */

import type { LayerSpec } from "../../../../nets/spec";
import type { LayerInside } from "../../../../protocol/messages";
import { sharesOf, tapsOf } from "./window";
import { type Place, vectorWidth, type Work } from "./work";

/** Pixels of a map, or of a vector drawn in rows; what lies outside is padding. */
export interface Seen {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

const pixel = (top: number, left: number): Seen => ({ top, left, rows: 1, columns: 1 });

function spanOf(places: readonly { readonly at: number }[]): [first: number, count: number] {
  const [first = 0] = places.map(({ at }) => at);
  const last = places.at(-1)?.at ?? first - 1;
  return [first, last - first + 1];
}

function between(
  rows: readonly { readonly at: number }[],
  columns: readonly { readonly at: number }[],
): Seen {
  const [top, down] = spanOf(rows);
  const [left, across] = spanOf(columns);
  return { top, left, rows: down, columns: across };
}

/**
 * @param work how the number at that place is made
 * @returns null where it looks at all of the input
 */
export function seenOf(
  spec: LayerSpec,
  { inputs, output }: LayerInside,
  work: Work,
  place: Place,
): Seen | null {
  const shape = inputs[0]?.shape ?? [];
  const [height = 1, width = 1] = shape;
  const [outHeight = 1, outWidth = 1] = output.shape;
  const [y = 0, x = 0] = place;
  switch (spec.kind) {
    case "conv":
    case "convTranspose":
    case "depthwise":
    case "separable":
    case "maxPool":
    case "averagePool":
      return between(tapsOf(spec, 0, height, outHeight, y), tapsOf(spec, 1, width, outWidth, x));
    case "upsample":
      if (spec.interpolation) {
        const { interpolation, factor } = spec;
        return between(
          sharesOf(interpolation, factor[0], height, y),
          sharesOf(interpolation, factor[1], width, x),
        );
      }
      break;
    case "dense":
    case "globalPool":
    case "groupNorm":
      return null;
    case "layerNorm":
      if (shape.length === 1) return null;
      break;
    default:
  }
  if (work.kind === "same" && !work.from) return null;
  const from = work.kind === "same" && work.from ? work.from : place;
  if (from.length === 3) return pixel(from[0]!, from[1]!);
  const across = vectorWidth(inputs[0]?.values.length ?? 1);
  return pixel(Math.floor(from[0]! / across), from[0]! % across);
}
