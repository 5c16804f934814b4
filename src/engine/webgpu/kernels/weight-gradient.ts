/**
 * Gradients of weights as tiled products, summed over pixels in parts.
 *
 * Rows are taps and channels of what is gathered, columns channels of what it is gathered for, and
 * the inner index runs over all pixels of the batch: it is cut into parts, so that there are
 * workgroups enough. The parts lie apart and `reduce.ts` adds them up in their order: no atomic
 * operation, and the same bits every time.
 */

import { type Gather, mostTaps, phaseCount, phaseGrid } from "../gathers";
import { type Kernel, reads, writes } from "../kernel";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";
import { channelOf, loadFunction, phaseFunctions, tapOf } from "./phase";
import {
  invocationsOf,
  range,
  STRIP,
  type TileSize,
  tileFunctions,
  tileLoop,
  vectorPlace,
} from "./tile";

export interface WeightGradientSpec {
  readonly name: string;
  readonly gather: Gather;
  readonly from: Store;
  readonly to: Store;
  readonly slabs: number;
  /** Where [part][slab][from channels][to channels] goes, at that word. */
  readonly out: Store;
  readonly at: number;
  /** Where the sums of `to` over all pixels go: [part][phase][to channels]; null for nowhere. */
  readonly sumsAt: number | null;
  readonly parts: number;
  /** Images that there is room for. */
  readonly capacity: number;
  readonly tile: TileSize;
}

/** Numbers of four rows at one pixel. */
function loadRows(gather: Gather): string {
  const { channels } = gather.from;
  const { y, x } = gather;
  const grid = phaseGrid(gather);
  const pixels = grid.height * grid.width;
  const { height, width } = gather.from;
  const place = wgsl`
    let rest = p % ${pixels}u;
    let y0 = i32(rest / ${grid.width}u) * ${y.inStride} + first_y;
    let x0 = i32(rest % ${grid.width}u) * ${x.inStride} + first_x;
    let pixel0 = p / ${pixels}u * ${height * width}u;
  `;
  const rows = `let rows = taps_y * taps_x * ${channels}u;`;
  if (channels % 4 === 0) {
    return wgsl`
      fn load_a(m: u32, p: u32, p_end: u32) -> vec4<f32> {
        ${rows}
        if (p >= p_end || m >= rows) { return vec4<f32>(); }
        ${place}
        return load_from(y0, x0, pixel0, ${tapOf(gather, "m")}, ${channelOf(gather, "m")});
      }
    `;
  }
  return wgsl`
    fn load_a(m: u32, p: u32, p_end: u32) -> vec4<f32> {
      ${rows}
      var value = vec4<f32>();
      if (p >= p_end) { return value; }
      ${place}
      for (var i = 0u; i < 4u; i++) {
        let row = m + i;
        if (row < rows) {
          value[i] = load_from(y0, x0, pixel0, ${tapOf(gather, "row")}, ${channelOf(gather, "row")});
        }
      }
      return value;
    }
  `;
}

/** Numbers of four columns at one pixel of the phase. */
function loadColumns(gather: Gather): string {
  const { to, y, x } = gather;
  const { channels } = to;
  const grid = phaseGrid(gather);
  const pixels = grid.height * grid.width;
  const isPlain = y.outStride === 1 && x.outStride === 1;
  const place = isPlain
    ? `let at = p * ${channels}u + n;`
    : wgsl`
      let rest = p % ${pixels}u;
      let out_y = rest / ${grid.width}u * ${y.outStride}u + phase_y;
      let out_x = rest % ${grid.width}u * ${x.outStride}u + phase_x;
      if (out_y >= ${to.height}u || out_x >= ${to.width}u) { return vec4<f32>(); }
      let at = ((p / ${pixels}u * ${to.height}u + out_y) * ${to.width}u + out_x) * ${channels}u + n;
    `;
  const load =
    channels % 4 === 0
      ? wgsl`
        if (n >= ${channels}u) { return vec4<f32>(); }
        return to_values[at / 4u];
      `
      : wgsl`
        var value = vec4<f32>();
        for (var i = 0u; i < 4u; i++) {
          if (n + i < ${channels}u) { value[i] = to_values[at + i]; }
        }
        return value;
      `;
  return wgsl`
    fn load_b(p: u32, n: u32, p_end: u32) -> vec4<f32> {
      if (p >= p_end) { return vec4<f32>(); }
      ${place}
      ${load}
    }
  `;
}

/** Pixels of each part: whole strips. */
function pixelsOfPart(gather: Gather, capacity: number, parts: number): number {
  const grid = phaseGrid(gather);
  const each = Math.ceil((capacity * grid.height * grid.width) / parts);
  return Math.ceil(each / STRIP) * STRIP;
}

export function weightGradientKernel(spec: WeightGradientSpec): Kernel {
  const { gather, tile, slabs, at, sumsAt, parts, capacity } = spec;
  const { from, to } = gather;
  const invocations = invocationsOf(tile);
  const grid = phaseGrid(gather);
  const pixels = grid.height * grid.width;
  const phases = phaseCount(gather);
  const each = pixelsOfPart(gather, capacity, parts);
  const setup = wgsl`
    enter_phase(group.z % ${phases}u);
    let part = group.z / ${phases}u;
    let tile_row = group.x * ${tile.rows}u;
    let tile_column = group.y * ${tile.columns}u;
    var column_sum = 0.0;
  `;
  const isVectorElement = (channels: number) => (channels % 4 === 0 ? "vec4<f32>" : "f32");
  const sumStrip = wgsl`
    if (group.x == 0u && local < ${tile.columns}u) {
      for (var k = 0u; k < ${STRIP}u; k++) {
        column_sum += strip_b[k * ${tile.columns / 4}u + local / 4u][local % 4u];
      }
    }
  `;
  const loop = tileLoop(tile, "rows·columns", {
    setup,
    loadA: (i) => {
      const { along, across } = vectorPlace(false, tile.rows, invocations, i);
      return `load_a(tile_row + ${along}, k0 + ${across}, k_end)`;
    },
    loadB: (i) => {
      const { along, across } = vectorPlace(false, tile.columns, invocations, i);
      return `load_b(k0 + ${across}, tile_column + ${along}, k_end)`;
    },
    from: `part * ${each}u`,
    to: `min(batch.images * ${pixels}u, k_begin + ${each}u)`,
    onStrip: sumsAt === null ? null : sumStrip,
  });
  const storeRow = (r: number) => wgsl`
    {
      let m = tile_row + tile_y * 4u + ${r}u;
      let n = tile_column + tile_x * 4u;
      if (m < rows) {
        let slab = part * ${slabs}u + slab_of(${tapOf(gather, "m")});
        let at = ${at}u + (slab * ${from.channels}u + ${channelOf(gather, "m")}) * ${to.channels}u + n;
        ${range(4).map((c) => `if (n + ${c}u < ${to.channels}u) { out[at + ${c}u] = sum${r}[${c}]; }`)}
      }
    }
  `;
  const storeSums = wgsl`
    let column = tile_column + local;
    if (group.x == 0u && local < ${tile.columns}u && column < ${to.channels}u) {
      out[${sumsAt ?? 0}u + group.z * ${to.channels}u + column] = column_sum;
    }
  `;
  const rows = mostTaps(gather) * from.channels;
  return {
    name: spec.name,
    bindings: [
      reads("from_values", spec.from, isVectorElement(from.channels)),
      reads("to_values", spec.to, isVectorElement(to.channels)),
      writes("out", spec.out),
    ],
    invocations,
    functions: wgsl`
      ${phaseFunctions(gather)}
      ${loadFunction(gather)}
      ${loadRows(gather)}
      ${loadColumns(gather)}
      ${tileFunctions(tile, "rows·columns")}
    `,
    body: wgsl`
      ${loop}
      let rows = taps_y * taps_x * ${from.channels}u;
      ${range(4).map(storeRow)}
      ${sumsAt !== null && storeSums}
    `,
    grid: () => [
      Math.ceil(rows / tile.rows),
      Math.ceil(to.channels / tile.columns),
      phases * parts,
    ],
    work(images) {
      const inputs = images * from.height * from.width * from.channels;
      const outputs = images * to.height * to.width * to.channels;
      return {
        flops: 2 * images * pixels * phases * rows * to.channels,
        bytes: 4 * (inputs + outputs + parts * slabs * from.channels * to.channels),
      };
    },
  };
}
