/** A layer's kernels as pictures: one for each filter, as it meets one map of the input. */

import type { LayerSpec } from "../../../../nets/spec";
import type { LayerNumbers, LayerWeights } from "../../../../protocol/messages";

/** Kernels of one size, each in rows. */
export interface Kernels {
  readonly width: number;
  readonly height: number;
  readonly each: readonly Float32Array[];
}

/**
 * @param input map of the input that they meet
 * @param maps shape of the maps that a dense layer's input was; null for none
 * @returns null for a layer without kernels that could be drawn
 */
export function kernelsOf(
  { kind }: Pick<LayerSpec, "kind">,
  weights: LayerWeights,
  input: number,
  maps: readonly number[] | null,
): Kernels | null {
  const { kernel, depthwise_kernel: depthwise } = weights;
  switch (kind) {
    case "conv":
      return kernel
        ? tiles(kernel, (row, column, filter) => [row, column, input, filter], 3)
        : null;
    case "convTranspose":
      return kernel
        ? tiles(kernel, (row, column, filter) => [row, column, filter, input], 2)
        : null;
    case "depthwise":
    case "separable":
      return depthwise
        ? tiles(depthwise, (row, column, time) => [row, column, input, time], 3)
        : null;
    case "dense": {
      if (!kernel || maps?.length !== 3) return null;
      const [height = 1, width = 1, channels = 1] = maps;
      const [, units = 1] = kernel.shape;
      const each = Array.from({ length: units }, (_, unit) =>
        Float32Array.from(
          { length: height * width },
          (_, i) => kernel.values[(i * channels + input) * units + unit]!,
        ),
      );
      return { width, height, each };
    }
    default:
      return null;
  }
}

function tiles(
  { shape, values }: LayerNumbers,
  place: (row: number, column: number, filter: number) => readonly number[],
  filters: 2 | 3,
): Kernels {
  const [height = 1, width = 1] = shape;
  const offset = (at: readonly number[]) =>
    shape.reduce((sum, size, axis) => sum * size + at[axis]!, 0);
  const each = Array.from({ length: shape[filters] ?? 1 }, (_, filter) =>
    Float32Array.from(
      { length: height * width },
      (_, i) => values[offset(place(Math.floor(i / width), i % width, filter))]!,
    ),
  );
  return { width, height, each };
}

/** Tiles in rows on one sheet, a line of nothing between them. */
export function sheetOf(
  { width, height, each }: Kernels,
  perRow: number,
): {
  readonly width: number;
  readonly values: Float32Array;
} {
  const columns = Math.min(perRow, each.length);
  const rows = Math.ceil(each.length / columns);
  const across = columns * (width + 1) - 1;
  const values = new Float32Array(across * (rows * (height + 1) - 1)).fill(Number.NaN);
  for (const [i, tile] of each.entries()) {
    const top = Math.floor(i / columns) * (height + 1);
    const left = (i % columns) * (width + 1);
    for (let row = 0; row < height; row++) {
      const from = row * width;
      values.set(tile.subarray(from, from + width), (top + row) * across + left);
    }
  }
  return { width: across, values };
}

/** How far one array has come from another, as a share of that one's length; null from nothing. */
export function changeOf(now: Float32Array, start: Float32Array): number | null {
  let [moved, length] = [0, 0];
  for (const [i, before] of start.entries()) {
    moved += (now[i]! - before) ** 2;
    length += before ** 2;
  }
  return length === 0 ? null : Math.sqrt(moved / length);
}
