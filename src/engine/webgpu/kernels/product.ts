/** Convolutions and dense layers, and the gradients of their inputs, as tiled products. */

import type { Activation } from "../../graph";
import { type Gather, isPointwise, phaseCount, phaseGrid } from "../gathers";
import { type Binding, type Kernel, reads, writes } from "../kernel";
import { type Sink, sinkBindings, sinkFunction, sinkWords, type Width } from "../sink";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";
import { activate } from "./activation";
import {
  channelOf,
  innerSteps,
  loadFunction,
  meetsInOrder,
  phaseFunctions,
  tapOf,
  tapsExpression,
} from "./phase";
import {
  invocationsOf,
  range,
  type TileForm,
  type TileSize,
  tileColumn,
  tileFunctions,
  tileLoop,
  vectorPlace,
} from "./tile";

/** What happens to sums: a layer's output, a gradient, or a part of sums that are split. */
export type Outcome =
  | {
      readonly kind: "output";
      readonly store: Store;
      /** Place of the bias among the weights; null for none. */
      readonly bias: number | null;
      readonly biases: Store;
      readonly activation: Activation;
    }
  | { readonly kind: "gradient"; readonly sink: Sink }
  | {
      readonly kind: "parts";
      readonly store: Store;
      /** Rows that there is room for in each part. */
      readonly rows: number;
      /** Inner steps of each part: a multiple of a strip's. */
      readonly steps: number;
      readonly parts: number;
    };

export interface ProductSpec {
  readonly name: string;
  readonly gather: Gather;
  readonly from: Store;
  readonly weights: Store;
  /** Place of the first weight in its store. */
  readonly offset: number;
  /** Is a slab of weights [to channels][from channels], rather than the other way round? */
  readonly transposed: boolean;
  readonly outcome: Outcome;
  readonly tile: TileSize;
}

function outcomeBindings(outcome: Outcome, width: Width): Binding[] {
  const element = width === 4 ? "vec4<f32>" : "f32";
  switch (outcome.kind) {
    case "output":
      return [
        writes("out", outcome.store, element),
        ...(outcome.bias === null ? [] : [reads("biases", outcome.biases)]),
      ];
    case "gradient":
      return sinkBindings(outcome.sink, width);
    case "parts":
      return [writes("out", outcome.store, element)];
  }
}

/** `fn finish(at, n, value)`: what becomes of the sums at that place of the output. */
function outcomeFunction(outcome: Outcome, width: Width): string {
  const type = width === 4 ? "vec4<f32>" : "f32";
  const place = width === 4 ? "at / 4u" : "at";
  const head = `fn finish(at: u32, n: u32, value: ${type}) {`;
  switch (outcome.kind) {
    case "output": {
      const { bias, activation } = outcome;
      const one = (c: number) => `biases[${(bias ?? 0) + c}u + n]`;
      const all = width === 4 ? `vec4<f32>(${range(4).map(one).join(", ")})` : one(0);
      const sum = bias === null ? "value" : `value + ${all}`;
      return `${activate(activation, type)}\n${head} out[${place}] = activate(${sum}); }`;
    }
    case "gradient":
      return `${sinkFunction(outcome.sink, width)}\n${head} sink(${place}, value); }`;
    case "parts":
      return `${head} out[${place}] = value; }`;
  }
}

/** Loads of A: rows are outputs, the inner index counts taps and then channels. */
function loadRows(gather: Gather): string {
  const { channels } = gather.from;
  const isVector = channels % 4 === 0;
  if (isVector) {
    return wgsl`
      fn load_a(y0: i32, x0: i32, pixel0: u32, k: u32, k_end: u32, valid: bool) -> vec4<f32> {
        if (!valid || k >= k_end) { return vec4<f32>(); }
        return load_from(y0, x0, pixel0, ${tapOf(gather, "k")}, ${channelOf(gather, "k")});
      }
    `;
  }
  return wgsl`
    fn load_a(y0: i32, x0: i32, pixel0: u32, k: u32, k_end: u32, valid: bool) -> vec4<f32> {
      var value = vec4<f32>();
      // A loop: written out, the software driver takes forty times as long to compile it.
      for (var i = 0u; i < 4u; i++) {
        let step = k + i;
        if (valid && step < k_end) {
          value[i] = load_from(y0, x0, pixel0, ${tapOf(gather, "step")}, ${channelOf(gather, "step")});
        }
      }
      return value;
    }
  `;
}

/** Loads of B, the weights, whose neighbours are columns or inner steps. */
function loadWeights({ gather, offset, transposed }: ProductSpec, isVector: boolean): string {
  const from = gather.from.channels;
  const to = gather.to.channels;
  const tap = tapOf(gather, "k");
  const slab = meetsInOrder(gather) ? tap : `slab_of(${tap})`;
  const channel = channelOf(gather, "k");
  // Met in their own order, rows of weights follow each other from tap to tap.
  const row = meetsInOrder(gather) ? "k" : `(${slab} * ${from}u + ${channel})`;
  const place = transposed
    ? `(${slab} * ${to}u + n) * ${from}u + ${channel}`
    : `${row} * ${to}u + n`;
  if (isVector) {
    return wgsl`
      fn load_b(k: u32, n: u32, k_end: u32) -> vec4<f32> {
        if (k >= k_end || n >= ${to}u) { return vec4<f32>(); }
        return weights[(${offset}u + ${place}) / 4u];
      }
    `;
  }
  return wgsl`
    fn weight(k: u32, n: u32, k_end: u32) -> f32 {
      if (k >= k_end || n >= ${to}u) { return 0.0; }
      return weights[${offset}u + ${place}];
    }
    fn load_b(k: u32, n: u32, k_end: u32) -> vec4<f32> {
      var value = vec4<f32>();
      for (var i = 0u; i < 4u; i++) {
        value[i] = weight(${transposed ? "k + i, n" : "k, n + i"}, k_end);
      }
      return value;
    }
  `;
}

/**
 * Where an output's row of sums goes: its pixel, or nowhere outside an odd image's last phase. After
 * `find`, `exists` says which.
 */
function outputPixel(gather: Gather): { find: string; pixel: string } {
  const { to, y, x } = gather;
  if (y.outStride === 1 && x.outStride === 1) return { find: "let exists = true;", pixel: "row" };
  const { height, width } = phaseGrid(gather);
  const find = wgsl`
    let rest = row % ${height * width}u;
    let out_y = rest / ${width}u * ${y.outStride}u + phase_y;
    let out_x = rest % ${width}u * ${x.outStride}u + phase_x;
    let exists = out_y < ${to.height}u && out_x < ${to.width}u;
  `;
  const image = `row / ${height * width}u`;
  return { find, pixel: `(${image} * ${to.height}u + out_y) * ${to.width}u + out_x` };
}

export function productKernel(spec: ProductSpec): Kernel {
  const { gather, tile, outcome, transposed } = spec;
  const { from, to, y, x } = gather;
  const form: TileForm = transposed ? "inner·inner" : "inner·columns";
  const invocations = invocationsOf(tile);
  const grid = phaseGrid(gather);
  const pixels = grid.height * grid.width;
  const phases = phaseCount(gather);
  const aligned = spec.offset % 4 === 0;
  const vectorWeights = aligned && (transposed ? from.channels : to.channels) % 4 === 0;
  // In the transposed form an invocation's columns lie apart.
  const width: Width = !transposed && to.channels % 4 === 0 ? 4 : 1;
  const split = outcome.kind === "parts" ? outcome : null;
  const { find, pixel } = outputPixel(gather);

  const rowOf = (i: number) => `tile_row + ${vectorPlace(true, tile.rows, invocations, i).across}`;
  const rowsLoaded = range((tile.rows * 4) / invocations).map(
    (i) => wgsl`
      let a_row${i} = ${rowOf(i)};
      let a_valid${i} = a_row${i} < rows;
      let a_pixel${i} = a_row${i} / ${pixels}u * ${from.height * from.width}u;
      let a_rest${i} = a_row${i} % ${pixels}u;
      let a_y${i} = i32(a_rest${i} / ${grid.width}u) * ${y.inStride} + first_y;
      let a_x${i} = i32(a_rest${i} % ${grid.width}u) * ${x.inStride} + first_x;
    `,
  );
  const setup = wgsl`
    enter_phase(group.z % ${phases}u);
    let rows = batch.images * ${pixels}u;
    let tile_row = group.x * ${tile.rows}u;
    let tile_column = group.y * ${tile.columns}u;
    ${rowsLoaded}
    let inner = ${tapsExpression(gather, `(group.z % ${phases}u)`)} * ${from.channels}u;
  `;

  const along = (i: number) => vectorPlace(true, tile.rows, invocations, i).along;
  const loop = tileLoop(tile, form, {
    setup,
    loadA: (i) => `load_a(a_y${i}, a_x${i}, a_pixel${i}, k0 + ${along(i)}, k_end, a_valid${i})`,
    loadB: (i) => {
      const place = vectorPlace(transposed, tile.columns, invocations, i);
      return transposed
        ? `load_b(k0 + ${place.along}, tile_column + ${place.across}, k_end)`
        : `load_b(k0 + ${place.across}, tile_column + ${place.along}, k_end)`;
    },
    from: split ? `group.z / ${phases}u * ${split.steps}u` : "0u",
    to: split ? `min(inner, k_begin + ${split.steps}u)` : "inner",
    onStrip: null,
  });

  const part = split ? `group.z / ${phases}u * ${split.rows * to.channels}u + ` : "";
  const storeVector = (r: number) => wgsl`
    let n = tile_column + tile_x * 4u;
    if (n < ${to.channels}u) { finish(at + n, n, sum${r}); }
  `;
  const storeOnes = (r: number) =>
    range(4).map((c) => {
      const n = `tile_column + ${tileColumn(tile, form, c)}`;
      return `if (${n} < ${to.channels}u) { finish(at + ${n}, ${n}, sum${r}[${c}]); }`;
    });
  const stores = range(4).map(
    (r) => wgsl`
      {
        let row = tile_row + tile_y * 4u + ${r}u;
        ${find}
        if (row < rows && exists) {
          let at = ${part}(${pixel}) * ${to.channels}u;
          ${width === 4 ? storeVector(r) : storeOnes(r)}
        }
      }
    `,
  );

  const steps = innerSteps(gather);
  return {
    name: spec.name,
    bindings: [
      reads("from_values", spec.from, from.channels % 4 === 0 ? "vec4<f32>" : "f32"),
      reads("weights", spec.weights, vectorWeights ? "vec4<f32>" : "f32"),
      ...outcomeBindings(outcome, width),
    ],
    invocations,
    functions: wgsl`
      ${phaseFunctions(gather)}
      ${loadFunction(gather)}
      ${loadRows(gather)}
      ${loadWeights(spec, vectorWeights)}
      ${outcomeFunction(outcome, width)}
      ${tileFunctions(tile, form)}
    `,
    body: wgsl`
      ${loop}
      ${stores}
    `,
    grid: (images) => [
      Math.ceil((images * pixels) / tile.rows),
      Math.ceil(to.channels / tile.columns),
      phases * (split?.parts ?? 1),
    ],
    work(images) {
      const outputs = images * to.height * to.width * to.channels;
      const inputs = images * from.height * from.width * from.channels;
      const words = outcome.kind === "gradient" ? sinkWords(outcome.sink) : (split?.parts ?? 1);
      const weights = y.weights * x.weights * from.channels * to.channels;
      return {
        flops: 2 * images * pixels * phases * steps * to.channels,
        bytes: 4 * (inputs + weights + outputs * words),
      };
    },
  };
}

/** Whether a product's rows are whole samples, so that its sums can be split over the inner index. */
export function canSplit(gather: Gather): boolean {
  return isPointwise(gather) && gather.to.height * gather.to.width === 1;
}
