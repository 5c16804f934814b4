/**
 * Logarithmic sliders of latent sizes, from 1 to the largest: their positions are base-2 logarithms.
 *
 * They are among what is fetched first; d3-scale, as charts have it, would add 22 KB compressed.
 */

/** Positions in an octave that the arrow keys stop at. */
const STEPS = 4;

export const toPosition = (size: number): number => Math.log2(size);

export const toSize = (position: number, largest: number): number =>
  Math.min(largest, Math.max(1, Math.round(2 ** position)));

/** The size that a key leads to; null for a key that means nothing here. */
export function sizeAfterKey(key: string, size: number, largest: number): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return next(size, 1, largest);
    case "ArrowLeft":
    case "ArrowDown":
      return next(size, -1, largest);
    case "PageUp":
      return Math.min(largest, size * 2);
    case "PageDown":
      return Math.max(1, Math.round(size / 2));
    case "Home":
      return 1;
    case "End":
      return largest;
    default:
      return null;
  }
}

/** The stop above or below: a quarter of an octave away, and at least 1. */
function next(size: number, direction: 1 | -1, largest: number): number {
  const stops = Array.from({ length: Math.ceil(toPosition(largest) * STEPS) + 1 }, (_, i) =>
    toSize(i / STEPS, largest),
  );
  return direction === 1
    ? (stops.find((stop) => stop > size) ?? largest)
    : (stops.findLast((stop) => stop < size) ?? 1);
}

/** Where an axis of those sizes, ascending, begins and ends: an octave at least. */
export function endsOf(sizes: readonly number[]): readonly [number, number] {
  const first = sizes[0] ?? 1;
  return [first, Math.max(sizes.at(-1) ?? 256, 2 * first)];
}

/** Octaves to mark, the largest size last. */
export function marksOf(largest: number): number[] {
  const octaves = Array.from({ length: Math.floor(toPosition(largest)) + 1 }, (_, i) => 2 ** i);
  // A mark right before the last one would run into it.
  const clear = octaves.filter((size) => size * 1.4 < largest);
  return [...clear, largest];
}
