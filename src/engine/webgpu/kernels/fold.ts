/** The weights of a convolution folded with the doubling before it: sums of the kernel's own. */

import { foldedTaps } from "../../taps";
import { GROUP, type Kernel, line, reads, writes } from "../kernel";
import { elementOf } from "../sink";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";
import { widthOf } from "./map";

const INVOCATIONS = 256;

export interface FoldSpec {
  readonly name: string;
  readonly kernelSize: readonly [number, number];
  /** Weights of one tap. */
  readonly slab: number;
  readonly weights: Store;
  readonly offset: number;
  readonly folded: Store;
}

/** First tap and number of taps of each sum along an axis: they lie side by side. */
function tables(name: string, size: number): string {
  const taps = foldedTaps(size).map((sum) => sum.taps);
  const table = (numbers: readonly number[]) =>
    `array<u32, ${numbers.length}>(${numbers.map((n) => `${n}u`).join(", ")})`;
  return wgsl`
    var first_${name} = ${table(taps.map((each) => Math.min(...each)))};
    var count_${name} = ${table(taps.map((each) => each.length))};
  `;
}

export function foldKernel(spec: FoldSpec): Kernel {
  const { name, kernelSize, slab, weights, offset, folded } = spec;
  const width = widthOf(slab, offset);
  const element = elementOf(width);
  const each = slab / width;
  const [rows, columns] = kernelSize.map((size) => foldedTaps(size).length) as [number, number];
  const vectors = rows * columns * each;
  return {
    name,
    bindings: [reads("weights", weights, element), writes("folded", folded, element)],
    invocations: INVOCATIONS,
    functions: "",
    body: wgsl`
      let i = ${GROUP} * ${INVOCATIONS}u + local;
      if (i >= ${vectors}u) { return; }
      ${tables("y", kernelSize[0])}
      ${tables("x", kernelSize[1])}
      let row = i / ${each * columns}u;
      let column = i / ${each}u % ${columns}u;
      var sum = ${element}(0.0);
      for (var y = first_y[row]; y < first_y[row] + count_y[row]; y++) {
        for (var x = first_x[column]; x < first_x[column] + count_x[column]; x++) {
          sum += weights[${offset / width}u + (y * ${kernelSize[1]}u + x) * ${each}u + i % ${each}u];
        }
      }
      folded[i] = sum;
    `,
    grid: () => line(Math.ceil(vectors / INVOCATIONS)),
    work: () => ({ flops: 0, bytes: 4 * slab * (rows * columns + kernelSize[0] * kernelSize[1]) }),
  };
}

/** For each tap of the kernel, the sums of the folded window that it is part of. */
export function foldedSources([height, width]: readonly [number, number]): number[][] {
  const rows = foldedTaps(height);
  const columns = foldedTaps(width);
  const sources: number[][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sources.push(
        rows.flatMap((row, i) =>
          columns.flatMap((column, j) =>
            row.taps.includes(y) && column.taps.includes(x) ? [i * columns.length + j] : [],
          ),
        ),
      );
    }
  }
  return sources;
}
