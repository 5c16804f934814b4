/** What gradients do to weights: penalties, clipping, and the optimiser's update over one flat buffer. */

import type { Penalty } from "../../graph";
import type { OptimizerOptions } from "../../optimizer";
import { float, GROUP, type Kernel, line, reads, tree, writes } from "../kernel";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";

const INVOCATIONS = 256;
/** Most workgroups that sum squares: each of the update's adds up all their sums again. */
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

export interface UpdateSpec {
  readonly weights: Store;
  readonly gradients: Store;
  /** The arrays m, v and a of engine/optimizer.ts; null for those without it. */
  readonly first: Store;
  readonly second: Store;
  readonly means: Store | null;
  readonly words: number;
  readonly optimizer: OptimizerOptions;
  /** Weights that decay: all begin and end at multiples of four. */
  readonly decaying: readonly Run[];
  /** Sums of the gradients' squares; null without a limit. */
  readonly squares: Store | null;
}

/** An optimiser's name, the arrays that it has, and WGSL that sets `step` from the gradient `g`. */
function ruleOf(options: OptimizerOptions) {
  switch (options.kind) {
    case "adam":
      return {
        name: "Adam",
        arrays: ["first", "second"],
        rule: wgsl`
          let m = first[i] + (g - first[i]) * ${float(1 - options.beta1)};
          let v = second[i] + (g * g - second[i]) * ${float(1 - options.beta2)};
          first[i] = m;
          second[i] = v;
          let step = batch.rate * m / (sqrt(v) + ${float(options.epsilon)});
        `,
      } as const;
    case "sgd":
      return {
        name: "SGD",
        arrays: ["first"],
        rule: wgsl`
          let m = first[i] * ${float(options.momentum)} - batch.rate * g;
          first[i] = m;
          let step = ${options.nesterov ? `batch.rate * g - m * ${float(options.momentum)}` : "-m"};
        `,
      } as const;
    case "rmsprop": {
      const keep = float(1 - options.rho);
      const centre = wgsl`
        let a = means[i] + (g - means[i]) * ${keep};
        means[i] = a;
        // By rounding it may be a little below 0, where all gradients were alike.
        spread = max(spread - a * a, vec4<f32>(0.0));
      `;
      return {
        name: "RMSprop",
        arrays: ["first", "second", ...(options.centered ? (["means"] as const) : [])],
        rule: wgsl`
          var spread = second[i] + (g * g - second[i]) * ${keep};
          second[i] = spread;
          ${options.centered && centre}
          let pull = batch.rate * g / sqrt(spread + ${float(options.epsilon)});
          let step = first[i] * ${float(options.momentum)} + pull;
          first[i] = step;
        `,
      } as const;
    }
  }
}

export function updateKernel(spec: UpdateSpec): Kernel {
  const { weights, gradients, words, optimizer, decaying, squares } = spec;
  const vectors = words / 4;
  const inside = decaying.map(({ from, to }) => `(i >= ${from / 4}u && i < ${to / 4}u)`);
  const vector = "vec4<f32>" as const;
  const clip = wgsl`
    sums[local] = 0.0;
    if (local < ${groupsFor(vectors, SQUARE_GROUPS)}u) { sums[local] = squares[local]; }
    workgroupBarrier();
    ${TREE}
    let norm = sqrt(sums[0]);
    let limit = ${float(optimizer.clipNorm ?? 0)};
    let scale = select(limit / norm, 1.0, norm <= limit);
  `;
  const { name, arrays, rule } = ruleOf(optimizer);
  const kept = arrays.flatMap((array) => {
    const store = spec[array];
    return store ? [writes(array, store, vector)] : [];
  });
  return {
    name,
    bindings: [
      writes("weights", weights, vector),
      reads("gradients", gradients, vector),
      ...kept,
      ...(squares ? [reads("squares", squares)] : []),
    ],
    invocations: INVOCATIONS,
    functions: squares ? SUMS : "",
    body: wgsl`
      ${squares && clip}
      let i = ${GROUP} * ${INVOCATIONS}u + local;
      if (i >= ${vectors}u) { return; }
      let g = gradients[i]${squares ? " * scale" : ""};
      ${rule}
      var w = weights[i];
      ${inside.length > 0 && `if (${inside.join(" || ")}) { w *= batch.decay; }`}
      weights[i] = w - step;
    `,
    grid: () => line(Math.ceil(vectors / INVOCATIONS)),
    work: () => ({ flops: 0, bytes: 4 * (3 + 2 * arrays.length) * words }),
  };
}

/** Part of a flat buffer brought to another place in it, or added to what is there. */
export function mergeKernel(
  name: string,
  store: Store,
  from: number,
  to: number,
  words: number,
  adds: boolean,
): Kernel {
  return {
    name,
    bindings: [writes("values", store)],
    invocations: INVOCATIONS,
    functions: "",
    body: wgsl`
      let i = ${GROUP} * ${INVOCATIONS}u + local;
      if (i < ${words}u) { values[${to}u + i] ${adds ? "+=" : "="} values[${from}u + i]; }
    `,
    grid: () => line(Math.ceil(words / INVOCATIONS)),
    work: () => ({ flops: 0, bytes: 4 * words * (adds ? 3 : 2) }),
  };
}

/** Room for sums of a penalty in each slot of a call; what is not needed stays 0. */
const PENALTY_GROUPS = 16;

/** Words of the sums of so many penalties in one slot. */
export function penaltyWords(penalties: readonly Penalty[]): number {
  return penalties.length * PENALTY_GROUPS;
}

/**
 * Sums up what penalty number `place` adds to the loss; in training also adds its slopes to the
 * gradient.
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
  const { l1, l2 } = penalty;
  const { size, name } = penalty.parameter;
  const slope = `${float(2 * l2)} * w + ${float(l1)} * sign(w)`;
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
        sum += ${float(l2)} * w * w + ${float(l1)} * abs(w);
        ${gradients && `gradients[${at}u + i] += ${slope};`}
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
export function penaltyOf(sums: Float32Array): number {
  let total = 0;
  for (const sum of sums) total += sum;
  return total;
}
