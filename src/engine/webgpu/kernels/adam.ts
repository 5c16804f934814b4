/** What gradients do to weights: L2 penalties, clipping, Adam and AdamW over one flat buffer. */

import type { AdamOptions } from "../../device";
import type { Penalty } from "../../graph";
import { float, GROUP, type Kernel, line, reads, tree, writes } from "../kernel";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";

const INVOCATIONS = 256;
/** Most workgroups that sum squares: each of Adam's adds up all their sums again. */
const SQUARE_GROUPS = 128;

/** Workgroups that it takes to look at so many numbers, one an invocation, up to `most`. */
function groupsFor(numbers: number, most: number): number {
  return Math.max(1, Math.min(most, Math.ceil(numbers / INVOCATIONS)));
}

const TREE = tree(INVOCATIONS);
const SUMS = `var<workgroup> sums: array<f32, ${INVOCATIONS}>;`;

/** Σ g² over all gradients, as the sums of so many workgroups. */
export function squaresKernel(gradients: Store, words: number, out: Store): Kernel {
  const vectors = words / 4;
  return {
    name: "norm of the gradient",
    bindings: [reads("gradients", gradients, "vec4<f32>"), writes("out", out)],
    invocations: INVOCATIONS,
    functions: SUMS,
    body: wgsl`
      var sum = 0.0;
      let step = groups.x * ${INVOCATIONS}u;
      for (var i = group.x * ${INVOCATIONS}u + local; i < ${vectors}u; i += step) {
        sum += dot(gradients[i], gradients[i]);
      }
      sums[local] = sum;
      workgroupBarrier();
      ${TREE}
      if (local == 0u) { out[group.x] = sums[0]; }
    `,
    grid: () => [groupsFor(vectors, SQUARE_GROUPS), 1, 1],
    work: () => ({ flops: 0, bytes: 4 * words }),
  };
}

/** Words that the squares' sums take. */
export const SQUARE_SUMS = SQUARE_GROUPS;

/** A stretch of the flat weights. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

export interface AdamSpec {
  readonly weights: Store;
  readonly gradients: Store;
  readonly first: Store;
  readonly second: Store;
  readonly words: number;
  readonly adam: AdamOptions;
  /** Weights that decay: all begin and end at multiples of four. */
  readonly decaying: readonly Run[];
  /** Sums of the gradients' squares; null without a limit. */
  readonly squares: Store | null;
}

export function adamKernel(spec: AdamSpec): Kernel {
  const { weights, gradients, first, second, words, adam, decaying, squares } = spec;
  const vectors = words / 4;
  const inside = decaying.map(({ from, to }) => `(i >= ${from / 4}u && i < ${to / 4}u)`);
  const vector = "vec4<f32>" as const;
  const clip = wgsl`
    sums[local] = 0.0;
    if (local < ${groupsFor(vectors, SQUARE_GROUPS)}u) { sums[local] = squares[local]; }
    workgroupBarrier();
    ${TREE}
    let norm = sqrt(sums[0]);
    let limit = ${float(adam.clipNorm ?? 0)};
    let scale = select(limit / norm, 1.0, norm <= limit);
  `;
  return {
    name: "Adam",
    bindings: [
      writes("weights", weights, vector),
      reads("gradients", gradients, vector),
      writes("first", first, vector),
      writes("second", second, vector),
      ...(squares ? [reads("squares", squares)] : []),
    ],
    invocations: INVOCATIONS,
    functions: squares ? SUMS : "",
    body: wgsl`
      ${squares && clip}
      let i = ${GROUP} * ${INVOCATIONS}u + local;
      if (i >= ${vectors}u) { return; }
      let g = gradients[i]${squares ? " * scale" : ""};
      let m = first[i] + (g - first[i]) * ${float(1 - adam.beta1)};
      let v = second[i] + (g * g - second[i]) * ${float(1 - adam.beta2)};
      first[i] = m;
      second[i] = v;
      var w = weights[i];
      ${inside.length > 0 && `if (${inside.join(" || ")}) { w *= batch.decay; }`}
      weights[i] = w - batch.rate * m / (sqrt(v) + ${float(adam.epsilon)});
    `,
    grid: () => line(Math.ceil(vectors / INVOCATIONS)),
    work: () => ({ flops: 0, bytes: 4 * 7 * words }),
  };
}

/** Room for sums of a penalty in each slot of a call; what is not needed stays 0. */
const PENALTY_GROUPS = 16;

/** Words of the sums of so many penalties in one slot. */
export function penaltyWords(penalties: readonly Penalty[]): number {
  return penalties.length * PENALTY_GROUPS;
}

/**
 * Sums up the squares of the weights of penalty number `place`, for the loss; in training also adds
 * their slopes to the gradient.
 */
export function penaltyKernel(options: {
  readonly penalty: Penalty;
  readonly place: number;
  readonly all: readonly Penalty[];
  readonly weights: Store;
  /** Of its first weight. */
  readonly at: number;
  readonly out: Store;
  /** Null outside training. */
  readonly gradients: Store | null;
}): Kernel {
  const { penalty, place, all, weights, at, out, gradients } = options;
  const { size, name } = penalty.parameter;
  return {
    name: `${name} penalty`,
    bindings: [
      reads("weights", weights),
      writes("out", out),
      ...(gradients ? [writes("gradients", gradients)] : []),
    ],
    invocations: INVOCATIONS,
    functions: SUMS,
    body: wgsl`
      var sum = 0.0;
      let step = groups.x * ${INVOCATIONS}u;
      for (var i = group.x * ${INVOCATIONS}u + local; i < ${size}u; i += step) {
        let w = weights[${at}u + i];
        sum += w * w;
        ${gradients && `gradients[${at}u + i] += ${float(2 * penalty.rate)} * w;`}
      }
      sums[local] = sum;
      workgroupBarrier();
      ${TREE}
      if (local == 0u) {
        out[batch.slot * ${penaltyWords(all)}u + ${place * PENALTY_GROUPS}u + group.x] = sums[0];
      }
    `,
    grid: () => [groupsFor(size, PENALTY_GROUPS), 1, 1],
    work: () => ({ flops: 0, bytes: 4 * size * (gradients ? 3 : 1) }),
  };
}

/** What penalties add to the loss, from one slot's sums. */
export function penaltyOf(penalties: readonly Penalty[], sums: Float32Array): number {
  let total = 0;
  for (const [place, { rate }] of penalties.entries()) {
    const own = sums.subarray(place * PENALTY_GROUPS, (place + 1) * PENALTY_GROUPS);
    for (const sum of own) total += rate * sum;
  }
  return total;
}
