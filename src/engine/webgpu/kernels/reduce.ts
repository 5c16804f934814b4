/** Adds up the parts of weights' gradients, each weight's in one fixed order. */

import { type Binding, GROUP, type Kernel, line, reads, writes } from "../kernel";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";

/** Weights that a workgroup adds up, and invocations for each of them. */
const WEIGHTS = 32;
const LANES = 8;

/** One array of weights: gradient[at + e] is the sum of `count` terms. */
export interface Segment {
  /** First word among the gradients. */
  readonly at: number;
  readonly words: number;
  readonly count: number;
  /** WGSL: what comes before, and then the word among the parts of term `q` of weight `e`. */
  readonly setup?: string;
  readonly term: string;
}

/** A gradient of [slab][rows][columns] that lies in parts, perhaps with its sides changed. */
export function slabSegment(options: {
  readonly at: number;
  readonly slabs: number;
  readonly rows: number;
  readonly columns: number;
  readonly partsAt: number;
  readonly parts: number;
  /** Slabs of a part, more than `slabs` where several add up to one of them. */
  readonly partSlabs: number;
  /** Are a part's slabs [columns][rows]? */
  readonly turned: boolean;
  /** Which slabs of a part add up to each slab; as many for each. */
  readonly sources: readonly (readonly number[])[];
}): Segment {
  const { at, slabs, rows, columns, partsAt, parts, partSlabs, turned, sources } = options;
  const size = rows * columns;
  const each = sources[0]!.length;
  const rest = turned
    ? `(e % ${columns}u * ${rows}u + e % ${size}u / ${columns}u)`
    : `(e % ${size}u)`;
  const table = sources.flat();
  const inOrder = table.every((source, i) => source === i);
  const source = inOrder ? `e / ${size}u` : `sources[e / ${size}u * ${each}u + q % ${each}u]`;
  const list = table.map((slab) => `${slab}u`).join(", ");
  return {
    at,
    words: slabs * size,
    count: parts * each,
    // A variable: not every compiler takes a constant array by an index that varies.
    ...(inOrder ? {} : { setup: `var sources = array<u32, ${table.length}>(${list});` }),
    term: `${partsAt}u + (q / ${each}u * ${partSlabs}u + ${source}) * ${size}u + ${rest}`,
  };
}

/** A gradient of that many columns, of which there are `count` sums. */
export function sumsSegment(at: number, columns: number, partsAt: number, count: number): Segment {
  return { at, words: columns, count, term: `${partsAt}u + q * ${columns}u + e` };
}

/** All segments at once; those of many terms are not slower than those of few. */
export function reduceKernel(segments: readonly Segment[], parts: Store, gradients: Store): Kernel {
  const total = segments.reduce((sum, { words }) => sum + words, 0);
  let first = 0;
  const cases = segments.map(({ at, words, count, setup = "", term }) => {
    const inside = wgsl`
      if (i >= ${first}u && i < ${first + words}u) {
        let e = i - ${first}u;
        target_word = ${at}u + e;
        ${setup}
        for (var q = lane; q < ${count}u; q += ${LANES}u) { sum += parts[${term}]; }
      }
    `;
    first += words;
    return inside;
  });
  const terms = segments.reduce((sum, { words, count }) => sum + words * count, 0);
  return {
    name: "sum of gradients",
    bindings: [reads("parts", parts), writes("gradients", gradients)],
    invocations: WEIGHTS * LANES,
    functions: `var<workgroup> sums: array<f32, ${WEIGHTS * LANES}>;`,
    body: wgsl`
      let lane = local / ${WEIGHTS}u;
      let i = ${GROUP} * ${WEIGHTS}u + local % ${WEIGHTS}u;
      var sum = 0.0;
      var target_word = 0u;
      ${cases}
      sums[local] = sum;
      workgroupBarrier();
      if (local < ${WEIGHTS}u && i < ${total}u) {
        var whole = 0.0;
        for (var lane = 0u; lane < ${LANES}u; lane++) { whole += sums[lane * ${WEIGHTS}u + local]; }
        gradients[target_word] = whole;
      }
    `,
    grid: () => line(Math.ceil(total / WEIGHTS)),
    work: () => ({ flops: 0, bytes: 4 * (terms + total) }),
  };
}

/** Most parts of a channel's sum, and fewest pixels of a part. */
const MOST_PARTS = 128;
const PART_PIXELS = 64;

/** In how many parts a channel's numbers of so many pixels are summed. */
export function partsOf(pixels: number): number {
  return Math.min(MOST_PARTS, Math.ceil(pixels / PART_PIXELS));
}

/** Channels that a workgroup sums, and invocations for each of them. */
const CHANNELS = 32;

/** Sums of a term of each channel over all pixels of the batch: [part][channel] from word `at` on. */
export function columnSumsKernel(options: {
  readonly name: string;
  readonly bindings: readonly Binding[];
  /** WGSL of the number at `i`. */
  readonly term: string;
  /** Pixels of an image. */
  readonly pixels: number;
  readonly channels: number;
  readonly out: Store;
  readonly at: number;
  readonly parts: number;
  readonly capacity: number;
}): Kernel {
  const { name, bindings, term, pixels, channels, out, at, parts, capacity } = options;
  const each = Math.ceil((capacity * pixels) / parts);
  return {
    name,
    bindings: [...bindings, writes("out", out)],
    invocations: CHANNELS * LANES,
    functions: `var<workgroup> sums: array<f32, ${CHANNELS * LANES}>;`,
    body: wgsl`
      let channel = group.y * ${CHANNELS}u + local % ${CHANNELS}u;
      let end = min(batch.images * ${pixels}u, (group.x + 1u) * ${each}u);
      var sum = 0.0;
      if (channel < ${channels}u) {
        for (var p = group.x * ${each}u + local / ${CHANNELS}u; p < end; p += ${LANES}u) {
          let i = p * ${channels}u + channel;
          sum += ${term};
        }
      }
      sums[local] = sum;
      workgroupBarrier();
      if (local < ${CHANNELS}u && channel < ${channels}u) {
        var whole = 0.0;
        for (var lane = 0u; lane < ${LANES}u; lane++) { whole += sums[lane * ${CHANNELS}u + local]; }
        out[${at}u + group.x * ${channels}u + channel] = whole;
      }
    `,
    grid: () => [parts, Math.ceil(channels / CHANNELS), 1],
    work: (images) => ({ flops: 0, bytes: 4 * images * pixels * channels * bindings.length }),
  };
}
