/**
 * Batch normalisation: what follows for each channel from the sums over parts of the batch, and
 * then every number.
 */

import { sizeOf } from "../../graph";
import { float, type Kernel, reads, writes } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { elementOf, type Sink } from "../../webgpu/sink";
import type { Store } from "../../webgpu/stores";
import { wgsl } from "../../webgpu/wgsl";
import { type NormSpec, type NormStores, normParts } from "./webgpu-parts";

/** One invocation a channel: what `body` makes of the parts. */
function channelsKernel(
  name: string,
  { operation, stores, capacity }: NormSpec,
  bindings: Kernel["bindings"],
  body: string,
): Kernel {
  const { height, width, channels } = operation.output;
  const pixels = height * width;
  const parts = normParts(operation, capacity);
  return {
    name,
    bindings,
    invocations: 64,
    functions: wgsl`
      const PARTS = ${parts}u;
      const CHANNELS = ${channels}u;
      const SHARE = ${Math.ceil((capacity * pixels) / parts)}u;
      fn count_of(part: u32) -> f32 {
        let all = batch.images * ${pixels}u;
        return f32(min(all, (part + 1u) * SHARE) - min(all, part * SHARE));
      }
      fn gamma_of(channel: u32) -> f32 {
        return ${stores.gamma === null ? "1.0" : `weights[${stores.gamma}u + channel]`};
      }
      fn beta_of(channel: u32) -> f32 {
        return ${stores.beta === null ? "0.0" : `weights[${stores.beta}u + channel]`};
      }
    `,
    body: wgsl`
      let channel = group.x * 64u + local;
      if (channel >= CHANNELS) { return; }
      let count = f32(batch.images) * ${float(pixels)};
      ${body}
    `,
    grid: () => [Math.ceil(channels / 64), 1, 1],
    work: () => ({ flops: 0, bytes: 4 * channels * (2 * parts + 8) }),
  };
}

/** Stores what turns x into y, for mean and variance in `mean` and `variance`. */
function storeFactors(epsilon: number): string {
  return wgsl`
    let inverse = inverseSqrt(variance + ${float(epsilon)});
    factors[channel] = gamma_of(channel) * inverse;
    factors[CHANNELS + channel] = beta_of(channel);
    factors[2u * CHANNELS + channel] = mean;
    factors[3u * CHANNELS + channel] = inverse;
  `;
}

function factorBindings({ factors, weights, statistics }: NormStores, moves: boolean) {
  return [
    reads("weights", weights),
    writes("factors", factors),
    { ...reads("statistics", statistics), writes: moves },
  ];
}

/** Mean and variance of the batch; moves the moving averages. */
export function normFactorsKernel(spec: NormSpec): Kernel {
  const { operation, stores } = spec;
  const move = (at: number, value: string) =>
    `statistics[${at}u + channel] = ${value} + (statistics[${at}u + channel] - ${value}) * ${float(operation.momentum)};`;
  return channelsKernel(
    `${operation.layer} factors`,
    spec,
    [...factorBindings(stores, true), reads("parts", stores.parts)],
    wgsl`
      var mean = 0.0;
      for (var part = 0u; part < PARTS; part++) {
        let n = count_of(part);
        if (n > 0.0) { mean += n / count * parts[part * 2u * CHANNELS + channel]; }
      }
      var squares = 0.0;
      for (var part = 0u; part < PARTS; part++) {
        let n = count_of(part);
        if (n > 0.0) {
          let d = parts[part * 2u * CHANNELS + channel] - mean;
          squares += parts[(part * 2u + 1u) * CHANNELS + channel] + n * d * d;
        }
      }
      let variance = squares / count;
      ${move(stores.mean, "mean")}
      ${move(stores.variance, "variance")}
      ${storeFactors(operation.epsilon)}
    `,
  );
}

/** The factors outside training, from the moving averages. */
export function normInferenceKernel(spec: NormSpec): Kernel {
  const { operation, stores } = spec;
  return channelsKernel(
    `${operation.layer} inference factors`,
    spec,
    factorBindings(stores, false),
    wgsl`
      let mean = statistics[${stores.mean}u + channel];
      let variance = statistics[${stores.variance}u + channel];
      ${storeFactors(operation.epsilon)}
    `,
  );
}

/** WGSL of a channel's factor number `which`, for the number (or vector) at `i`. */
function factor(buffer: string, which: number, channels: number, width: number): string {
  const across = channels / width;
  return `${buffer}[${which * across}u + i % ${across}u]`;
}

export function normaliseKernel({ operation, stores }: NormSpec, input: Store, to: Store): Kernel {
  const { channels } = operation.output;
  const width = widthOf(channels);
  const of = (which: number) => factor("factors", which, channels, width);
  return mapKernel({
    name: `${operation.layer} forward`,
    bindings: [
      reads("x", input, elementOf(width)),
      reads("factors", stores.factors, elementOf(width)),
    ],
    width,
    size: sizeOf(operation.output),
    value: `value = (x[i] - ${of(2)}) * ${of(0)} + ${of(1)};`,
    target: { store: to, activation: operation.activation },
  });
}

/** Gradients of γ and β, and the means by which every gradient is shifted. */
export function normGradientKernel(spec: NormSpec): Kernel {
  const { operation, stores } = spec;
  const { gamma, beta } = stores;
  const trains = gamma !== null || beta !== null;
  return channelsKernel(
    `${operation.layer} weight gradient`,
    spec,
    [
      reads("weights", stores.weights),
      reads("parts", stores.parts),
      writes("slopes", stores.slopes),
      ...(trains ? [writes("gradients", stores.gradients)] : []),
    ],
    wgsl`
      var sum = 0.0; var product = 0.0;
      for (var part = 0u; part < PARTS; part++) {
        sum += parts[part * 2u * CHANNELS + channel];
        product += parts[(part * 2u + 1u) * CHANNELS + channel];
      }
      ${gamma !== null && `gradients[${gamma}u + channel] = product;`}
      ${beta !== null && `gradients[${beta}u + channel] = sum;`}
      slopes[channel] = sum / count;
      slopes[CHANNELS + channel] = product / count;
    `,
  );
}

/** dx = scale · (dy − mean of dy − x̂ · mean of dy · x̂) */
export function normInputGradientKernel(
  { operation, stores }: NormSpec,
  input: Store,
  gradient: Store,
  sink: Sink,
): Kernel {
  const { channels } = operation.output;
  const width = widthOf(channels);
  const type = elementOf(width);
  const of = (which: number) => factor("factors", which, channels, width);
  const mean = (which: number) => factor("slopes", which, channels, width);
  return mapKernel({
    name: `${operation.layer} input gradient`,
    bindings: [
      reads("x", input, type),
      reads("dy", gradient, type),
      reads("factors", stores.factors, type),
      reads("slopes", stores.slopes, type),
    ],
    width,
    size: sizeOf(operation.output),
    value: wgsl`
      let normed = (x[i] - ${of(2)}) * ${of(3)};
      value = ${of(0)} * (dy[i] - ${mean(0)} - normed * ${mean(1)});
    `,
    target: { sink },
    words: 2,
  });
}

/** dx = scale · dy, of a layer that is frozen. */
export function normScaleGradientKernel(
  { operation, stores }: NormSpec,
  gradient: Store,
  sink: Sink,
): Kernel {
  const { channels } = operation.output;
  const width = widthOf(channels);
  const type = elementOf(width);
  return mapKernel({
    name: `${operation.layer} input gradient`,
    bindings: [reads("dy", gradient, type), reads("factors", stores.factors, type)],
    width,
    size: sizeOf(operation.output),
    value: `value = dy[i] * ${factor("factors", 0, channels, width)};`,
    target: { sink },
  });
}
