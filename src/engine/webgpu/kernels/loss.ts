/**
 * The loss of a batch and its gradient, all terms in one kernel: a workgroup takes one image.
 *
 * Cross-entropy is taken from logits; the other terms see their sigmoid. Each image's loss, summed
 * over its numbers, goes to a place of its own: the few hundred of a call are added up in double
 * precision where they are read.
 */

import { type LossTerm, SSIM_OF_TERM } from "../../../config/loss";
import { type SampleShape, sizeOf } from "../../graph";
import { float, GROUP, type Kernel, keepNan, line, reads, tree, writes } from "../kernel";
import { type Sink, sinkBindings, sinkFunction } from "../sink";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";
import { ssimTerm, ssimWords } from "./ssim";

const INVOCATIONS = 256;

export interface LossSpec {
  readonly terms: readonly (readonly [LossTerm, number])[];
  readonly shape: SampleShape;
  /** Logits where cross-entropy is among the terms. */
  readonly output: Store;
  /** Null for 0. */
  readonly target: Store | null;
  /** [slot][image] */
  readonly losses: Store;
  readonly capacity: number;
  /** Of `lossScratchWords` for each image. */
  readonly scratch: Store;
  /** The gradient's place in training; outside it the store of the net's outputs, where they are. */
  readonly to: { readonly sink: Sink } | { readonly outputs: Store } | null;
  /** What an image's loss is multiplied by before it is added to what is there; null where it is the first. */
  readonly share: number | null;
}

function ssimsOf(terms: LossSpec["terms"]) {
  return terms.flatMap(([term]) => SSIM_OF_TERM[term] ?? []);
}

/** Of one image: its slopes, and what SSIM needs. */
export function lossScratchWords(terms: LossSpec["terms"], shape: SampleShape): number {
  const ssims = ssimsOf(terms);
  return ssims.length === 0 ? 0 : sizeOf(shape) + ssimWords(shape, ssims);
}

/** WGSL for one number `value` with target `y`: adds to `loss` and, in training, to `slope`. */
function errorTerm(term: LossTerm, weight: number): string {
  if (term === "meanSquaredError") {
    return wgsl`
      loss += ${float(weight)} * (value - y) * (value - y);
      slope += ${float(2 * weight)} * scale * (value - y);
    `;
  }
  if (term === "meanAbsoluteError") {
    return wgsl`
      loss += ${float(weight)} * abs(value - y);
      let off = value - y;
      slope += ${float(weight)} * scale * ${keepNan("off", "sign(off)", "f32")};
    `;
  }
  return "";
}

export function lossKernel(spec: LossSpec): Kernel {
  const { terms, shape, output, target, losses, capacity, scratch, to, share } = spec;
  const size = sizeOf(shape);
  const bce = terms.find(([term]) => term === "binaryCrossentropy")?.[1] ?? null;
  const sink = to && "sink" in to ? to.sink : null;
  const outputs = to && "outputs" in to ? to.outputs : null;
  const trains = sink !== null;
  const words = lossScratchWords(terms, shape);
  const hasScratch = words > 0;
  const addSlope = wgsl`
    var<private> slopes_at: u32;
    fn add_slope(e: u32, slope: f32) { scratch[slopes_at + e] += slope; }
  `;
  const functions = wgsl`
    var<workgroup> sums: array<f32, ${INVOCATIONS}>;
    var<private> first: u32;
    fn squash(z: f32) -> f32 {
      let e = exp(-abs(z));
      return select(e, 1.0, z >= 0.0) / (1.0 + e);
    }
    fn value_of(e: u32) -> f32 {
      return ${bce === null ? "values[first + e]" : "squash(values[first + e])"};
    }
    fn target_of(e: u32) -> f32 { return ${target ? "targets[first + e]" : "0.0"}; }
    ${sink && sinkFunction(sink, 1)}
    ${hasScratch && trains && addSlope}
  `;
  /** The slope by what the kernel was given, from that by the value. */
  const chain = bce === null ? "slope" : "slope * value * (1.0 - value) + logit_slope";
  const crossEntropy = wgsl`
    let z = values[first + e];
    loss += ${float(bce ?? 0)} * (max(z, 0.0) - z * y + log(1.0 + exp(-abs(z))));
  `;
  /** The slope by the logit alone. */
  const logitSlope = `let logit_slope = ${float(bce ?? 0)} * scale * (value - y);`;
  const pass = wgsl`
    ${bce !== null && logitSlope}
    sink(first + e, ${chain});
  `;
  const pixels = wgsl`
    for (var e = local; e < ${size}u; e += ${INVOCATIONS}u) {
      let value = value_of(e);
      let y = target_of(e);
      var slope = 0.0;
      ${terms.map(([term, weight]) => errorTerm(term, weight))}
      ${bce !== null && crossEntropy}
      ${trains && hasScratch && "scratch[slopes_at + e] = slope;"}
      ${trains && !hasScratch && pass}
      ${outputs && "outputs[first + e] = value;"}
    }
  `;
  const finish = wgsl`
    for (var e = local; e < ${size}u; e += ${INVOCATIONS}u) {
      let slope = scratch[slopes_at + e];
      let value = value_of(e);
      let y = target_of(e);
      ${pass}
    }
  `;
  const store = share === null ? "= sums[0]" : `+= sums[0] * ${float(share)}`;
  return {
    name: trains ? "loss and its gradient" : "loss",
    bindings: [
      reads("values", output),
      ...(target ? [reads("targets", target)] : []),
      writes("losses", losses),
      ...(hasScratch ? [writes("scratch", scratch)] : []),
      ...(sink ? sinkBindings(sink, 1) : []),
      ...(outputs ? [writes("outputs", outputs)] : []),
    ],
    invocations: INVOCATIONS,
    functions,
    body: wgsl`
      let image = ${GROUP};
      if (image >= batch.images) { return; }
      first = image * ${size}u;
      let scale = 1.0 / (f32(batch.images) * ${float(size)});
      var loss = 0.0;
      ${hasScratch && `let base = image * ${words}u + ${size}u;`}
      ${hasScratch && trains && `slopes_at = image * ${words}u;`}
      ${pixels}
      ${terms.map(([term, weight]) => {
        const ssim = SSIM_OF_TERM[term];
        return ssim ? ssimTerm(ssim, shape, weight, INVOCATIONS, trains) : "";
      })}
      ${trains && hasScratch && finish}
      sums[local] = loss;
      workgroupBarrier();
      ${tree(INVOCATIONS)}
      if (local == 0u) { losses[batch.slot * ${capacity}u + image] ${store}; }
    `,
    grid: (images) => line(images),
    work: (images) => ({ flops: 0, bytes: 4 * images * size * 3 }),
  };
}
