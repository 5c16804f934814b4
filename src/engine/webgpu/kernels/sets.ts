/**
 * Kernels over sets of an image's numbers, such as a pixel's channels, that need sums over a set.
 *
 * A set has as many invocations as it has use for, up to a workgroup's; small sets share one.
 */

import { type Binding, GROUP, type Kernel, line } from "../kernel";
import { wgsl } from "../wgsl";

const INVOCATIONS = 64;

export interface Sets {
  /** In an image. */
  readonly count: number;
  /** Numbers of each. */
  readonly size: number;
  /** WGSL: where number `k` of set `stretch`, counted over all images, lies. */
  readonly place: string;
}

/** Each pixel's channels, or all numbers of a vector. */
export function pixelSets(pixels: number, channels: number): Sets {
  return { count: pixels, size: channels, place: `stretch * ${channels}u + k` };
}

/** WGSL that does something with each number of an invocation's set: its place is `i`. */
export function eachOfSet({ size, place }: Sets, body: string): string {
  const lanes = lanesOf(size);
  return wgsl`
    for (var k = select(${size}u, lane, is_there); k < ${size}u; k += ${lanes}u) {
      let i = ${place};
      ${body}
    }
  `;
}

function lanesOf(size: number): number {
  return Math.min(INVOCATIONS, 2 ** Math.floor(Math.log2(size)));
}

/**
 * @param spec.body WGSL in which `stretch` and `lane` are told, whether the set `is_there`, and
 *   `set_sum(lane, local, value)` and `set_max` join what the invocations of a set have, to all of
 *   them; called by every invocation
 * @param spec.words read and written for each number
 */
export function setsKernel(spec: {
  readonly name: string;
  readonly sets: Sets;
  readonly bindings: readonly Binding[];
  readonly functions?: string;
  readonly body: string;
  readonly words: number;
}): Kernel {
  const { name, sets, bindings, functions = "", body, words } = spec;
  const lanes = lanesOf(sets.size);
  const perGroup = INVOCATIONS / lanes;
  const joined = (what: string, join: (a: string, b: string) => string) => wgsl`
    fn ${what}(lane: u32, local: u32, value: f32) -> f32 {
      // What was joined before has been read.
      workgroupBarrier();
      joined[local] = value;
      workgroupBarrier();
      for (var half = ${Math.floor(lanes / 2)}u; half > 0u; half /= 2u) {
        if (lane < half) { joined[local] = ${join("joined[local]", "joined[local + half]")}; }
        workgroupBarrier();
      }
      return joined[local - lane];
    }
  `;
  return {
    name,
    bindings,
    invocations: INVOCATIONS,
    functions: wgsl`
      var<workgroup> joined: array<f32, ${INVOCATIONS}>;
      ${joined("set_sum", (a, b) => `${a} + ${b}`)}
      ${joined("set_max", (a, b) => `max(${a}, ${b})`)}
      ${functions}
    `,
    body: wgsl`
      let stretch = ${GROUP} * ${perGroup}u + local / ${lanes}u;
      let lane = local % ${lanes}u;
      let is_there = stretch < batch.images * ${sets.count}u;
      ${body}
    `,
    grid: (images) => line(Math.ceil((images * sets.count) / perGroup)),
    work: (images) => ({ flops: 0, bytes: 4 * images * sets.count * sets.size * words }),
  };
}
