/**
 * The loss of a batch and its gradient, all terms in one kernel: a workgroup takes one image.
 *
 * Cross-entropy is taken from logits; the other terms see their sigmoid. Each image's loss, summed
 * over its numbers, goes to a place of its own: the few hundred of a call are added up in double
 * precision where they are read.
 */

import { COSINE_EPSILON, type LossTerm, ssimOfTerm } from "../../../config/loss";
import { type SampleShape, sizeOf } from "../../graph";
import { float, GROUP, type Kernel, keepNan, line, reads, tree, writes } from "../kernel";
import { type Sink, sinkBindings, sinkFunction } from "../sink";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";
import { ssimTerm, ssimWords } from "./ssim";

const INVOCATIONS = 256;

/** What a loss compares, and where what comes of it goes. */
interface ComparisonSpec {
  readonly shape: SampleShape;
  /** Logits where cross-entropy is among the terms. */
  readonly values: Store;
  /** Null for 0. */
  readonly target: Store | null;
  /** [slot][image] */
  readonly losses: Store;
  readonly capacity: number;
  /** What an image's loss is multiplied by; and whether it is added to what is there. */
  readonly share: number;
  readonly adds: boolean;
}

export interface LossSpec extends ComparisonSpec {
  readonly terms: readonly (readonly [LossTerm, number])[];
  /** Of `lossScratchWords` for each image. */
  readonly scratch: Store;
  /** The gradient's place in training; outside it that of the outputs in their rows, where they are some. */
  readonly to: { readonly sink: Sink } | { readonly outputs: Rows } | null;
}

interface Rows {
  readonly store: Store;
  /** Numbers of a row, and the place of the first. */
  readonly row: number;
  readonly at: number;
}

function ssimsOf(terms: LossSpec["terms"], shape: SampleShape) {
  return terms.flatMap(([term]) => ssimOfTerm(term, shape) ?? []);
}

/** Of one image: its slopes, and what SSIM needs. */
export function lossScratchWords(terms: LossSpec["terms"], shape: SampleShape): number {
  const ssims = ssimsOf(terms, shape);
  const isWhole = ssims.length > 0 || terms.some(([term]) => term === "cosineSimilarity");
  return isWhole ? sizeOf(shape) + ssimWords(shape, ssims) : 0;
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
  if (term === "huber") {
    return wgsl`
      let apart = abs(value - y);
      let near = min(apart, 1.0);
      loss += ${float(weight)} * near * (apart - 0.5 * near);
      let way = value - y;
      slope += ${float(weight)} * scale * ${keepNan("way", "clamp(way, -1.0, 1.0)", "f32")};
    `;
  }
  return "";
}

/** WGSL of 1 − the cosine of the whole image: as `ssimTerm`, from the workgroup's `products`. */
function cosineTerm(weight: number, size: number, hasGradient: boolean): string {
  const least = float(COSINE_EPSILON);
  const each = (body: string) => wgsl`
    for (var e = local; e < ${size}u; e += ${INVOCATIONS}u) {
      ${body}
    }
  `;
  const slopes = wgsl`
    let along = select(0.0, cosine / whole.x, whole.x > ${least});
    let factor = ${float(weight)} / f32(batch.images);
    ${each("add_slope(e, factor * (along * value_of(e) - target_of(e) / lengths));")}
  `;
  return wgsl`
    {
      var own = vec4<f32>();
      ${each(wgsl`
        let a = value_of(e);
        let b = target_of(e);
        own += vec4<f32>(a * a, b * b, a * b, 0.0);
      `)}
      products[local] = own;
      workgroupBarrier();
      for (var half = ${INVOCATIONS / 2}u; half > 0u; half /= 2u) {
        if (local < half) { products[local] += products[local + half]; }
        workgroupBarrier();
      }
      let whole = products[0];
      let lengths = sqrt(max(whole.x, ${least})) * sqrt(max(whole.y, ${least}));
      let cosine = whole.z / lengths;
      if (local == 0u) { loss += ${float(weight * size)} * (1.0 - cosine); }
      ${hasGradient && slopes}
    }
  `;
}

export function lossKernel(spec: LossSpec): Kernel {
  const { terms, shape, values, target, losses, scratch, to } = spec;
  const size = sizeOf(shape);
  const bce = terms.find(([term]) => term === "binaryCrossentropy")?.[1] ?? null;
  const sink = to && "sink" in to ? to.sink : null;
  const outputs = to && "outputs" in to ? to.outputs : null;
  const trains = sink !== null;
  const words = lossScratchWords(terms, shape);
  const hasScratch = words > 0;
  const hasCosine = terms.some(([term]) => term === "cosineSimilarity");
  const addSlope = wgsl`
    var<private> slopes_at: u32;
    fn add_slope(e: u32, slope: f32) { scratch[slopes_at + e] += slope; }
  `;
  const functions = wgsl`
    var<workgroup> sums: array<f32, ${INVOCATIONS}>;
    ${hasCosine && `var<workgroup> products: array<vec4<f32>, ${INVOCATIONS}>;`}
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
      ${outputs && `outputs[image * ${outputs.row}u + ${outputs.at}u + e] = value;`}
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
  return {
    name: trains ? "loss and its gradient" : "loss",
    bindings: [
      reads("values", values),
      ...(target ? [reads("targets", target)] : []),
      writes("losses", losses),
      ...(hasScratch ? [writes("scratch", scratch)] : []),
      ...(sink ? sinkBindings(sink, 1) : []),
      ...(outputs ? [writes("outputs", outputs.store)] : []),
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
        const ssim = ssimOfTerm(term, shape);
        if (term === "cosineSimilarity") return cosineTerm(weight, size, trains);
        return ssim ? ssimTerm(ssim, shape, weight, INVOCATIONS, trains) : "";
      })}
      ${trains && hasScratch && finish}
      sums[local] = loss;
      workgroupBarrier();
      ${tree(INVOCATIONS)}
      if (local == 0u) { ${storeLoss(spec)} }
    `,
    grid: (images) => line(images),
    work: (images) => ({ flops: 0, bytes: 4 * images * size * 3 }),
  };
}

/** WGSL that brings an image's loss, the first of the sums, to its place. */
function storeLoss({ capacity, share, adds }: ComparisonSpec): string {
  const whole = share === 1 ? "sums[0]" : `sums[0] * ${float(share)}`;
  return `losses[batch.slot * ${capacity}u + image] ${adds ? "+=" : "="} ${whole};`;
}

/**
 * Cross-entropy of each pixel's softmax over its channels, from logits: Σ y (ln Σ eᶻ − z), and its
 * gradient. A workgroup takes one image, an invocation a pixel.
 */
export function softmaxLossKernel(
  spec: ComparisonSpec & { readonly weight: number; readonly sink: Sink | null },
): Kernel {
  const { shape, values, target, losses, weight, sink } = spec;
  if (!target) throw new Error("Cross-entropy has targets.");
  const { height, width, channels } = shape;
  const size = sizeOf(shape);
  const channel = (body: string) => wgsl`
    for (var c = pixel; c < pixel + ${channels}u; c++) {
      ${body}
    }
  `;
  const slopes = channel("sink(c, scale * (share * exp(values[c] - peak) / powers - targets[c]));");
  return {
    name: sink ? "softmax loss and its gradient" : "softmax loss",
    bindings: [
      reads("values", values),
      reads("targets", target),
      writes("losses", losses),
      ...(sink ? sinkBindings(sink, 1) : []),
    ],
    invocations: INVOCATIONS,
    functions: wgsl`
      var<workgroup> sums: array<f32, ${INVOCATIONS}>;
      ${sink && sinkFunction(sink, 1)}
    `,
    body: wgsl`
      let image = ${GROUP};
      if (image >= batch.images) { return; }
      let scale = ${float(weight)} / (f32(batch.images) * ${float(height * width)});
      var loss = 0.0;
      for (var p = local; p < ${height * width}u; p += ${INVOCATIONS}u) {
        let pixel = image * ${size}u + p * ${channels}u;
        var peak = values[pixel];
        ${channel("peak = max(peak, values[c]);")}
        var powers = 0.0; var share = 0.0; var product = 0.0;
        ${channel(wgsl`
          powers += exp(values[c] - peak);
          share += targets[c];
          product += targets[c] * (values[c] - peak);
        `)}
        loss += ${float(weight * channels)} * (share * log(powers) - product);
        ${sink && slopes}
      }
      sums[local] = loss;
      workgroupBarrier();
      ${tree(INVOCATIONS)}
      if (local == 0u) { ${storeLoss(spec)} }
    `,
    grid: (images) => line(images),
    work: (images) => ({ flops: 0, bytes: 4 * images * size * 3 }),
  };
}

/**
 * The divergence of an image's normal distributions from the standard one, and its gradient: as a
 * DivergenceOperation's. A workgroup takes one image.
 */
export function divergenceKernel(
  spec: ComparisonSpec & {
    readonly weight: number;
    readonly free: number;
    readonly warmUp: number;
    readonly sink: Sink | null;
    readonly isTraining: boolean;
  },
): Kernel {
  const { shape, values, losses, weight, free, warmUp, sink, isTraining } = spec;
  const { channels: both } = shape;
  const channels = both / 2;
  const size = sizeOf(shape);
  const grows = isTraining && warmUp > 0;
  const slopes = wgsl`
    let scale = part / f32(batch.images);
    sink(mean, select(scale * values[mean], 0.0, is_free));
    sink(mean + ${channels}u, select(0.5 * scale * excess, 0.0, is_free));
  `;
  return {
    name: sink ? "divergence and its gradient" : "divergence",
    bindings: [
      reads("values", values),
      writes("losses", losses),
      ...(sink ? sinkBindings(sink, 1) : []),
    ],
    invocations: INVOCATIONS,
    functions: wgsl`
      var<workgroup> sums: array<f32, ${INVOCATIONS}>;
      ${sink && sinkFunction(sink, 1)}
    `,
    body: wgsl`
      let image = ${GROUP};
      if (image >= batch.images) { return; }
      let part = ${float(weight)}${grows ? ` * min(1.0, f32(batch.step) / ${float(warmUp)})` : ""};
      var loss = 0.0;
      for (var e = local; e < ${size / 2}u; e += ${INVOCATIONS}u) {
        let mean = image * ${size}u + e / ${channels}u * ${both}u + e % ${channels}u;
        let log_variance = values[mean + ${channels}u];
        let excess = exp(log_variance) - 1.0;
        let nats = 0.5 * (values[mean] * values[mean] + (excess - log_variance));
        let is_free = ${free > 0 ? `nats < ${float(free)}` : "false"};
        loss += select(nats, ${float(free)}, is_free);
        ${sink && slopes}
      }
      sums[local] = loss * part;
      workgroupBarrier();
      ${tree(INVOCATIONS)}
      if (local == 0u) { ${storeLoss(spec)} }
    `,
    grid: (images) => line(images),
    work: (images) => ({ flops: 0, bytes: 4 * images * size * 2 }),
  };
}
