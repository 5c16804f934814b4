/**
 * Sums of batch normalisation over parts of the batch, for each channel.
 *
 * A GPU has no doubles, and E[x²] − E[x]² would lose digits in single precision. So each invocation
 * takes its sums around its first number, and means and squared deviations are joined, of lanes and
 * later of parts, by Chan, Golub & LeVeque's formula (1983).
 */

import { type Kernel, reads, writes } from "../../webgpu/kernel";
import type { Store } from "../../webgpu/stores";
import { wgsl } from "../../webgpu/wgsl";
import type { BatchNormOperation } from ".";

/** Channels that a workgroup looks at, and invocations for each of them. */
const CHANNELS = 32;
const LANES = 8;

/** Where things lie that a layer's kernels share. */
export interface NormStores {
  /** [part][mean, squared deviations][channel], later [part][Σ dy, Σ dy · x̂][channel]. */
  readonly parts: Store;
  /** [scale, offset, mean, 1 / deviation][channel] */
  readonly factors: Store;
  /** [mean of dy, mean of dy · x̂][channel] */
  readonly slopes: Store;
  readonly weights: Store;
  readonly gradients: Store;
  readonly statistics: Store;
  /** Words of γ and β among the weights and gradients; null for none. */
  readonly gamma: number | null;
  readonly beta: number | null;
  /** Words of the moving averages. */
  readonly mean: number;
  readonly variance: number;
}

export interface NormSpec {
  readonly operation: BatchNormOperation;
  readonly stores: NormStores;
  readonly capacity: number;
}

/** Fewest pixels of a part, and most parts: one invocation a channel joins them. */
const PART_PIXELS = 64;
const MOST_PARTS = 128;

/** Parts of the batch. */
export function normParts({ output }: BatchNormOperation, capacity: number): number {
  const pixels = capacity * output.height * output.width;
  return Math.min(MOST_PARTS, Math.ceil(pixels / PART_PIXELS));
}

export function normPartWords(operation: BatchNormOperation, capacity: number): number {
  return normParts(operation, capacity) * 2 * operation.output.channels;
}

/** Sums over a part's pixels: each lane's are in `a` and `b`, and `joined` joins them. */
function partsKernel(
  name: string,
  { operation, stores, capacity }: NormSpec,
  inputs: { readonly bindings: Kernel["bindings"]; readonly each: string; joined: string },
): Kernel {
  const { height, width, channels } = operation.output;
  const pixels = height * width;
  const parts = normParts(operation, capacity);
  const share = Math.ceil((capacity * pixels) / parts);
  return {
    name,
    bindings: [...inputs.bindings, writes("parts", stores.parts)],
    invocations: CHANNELS * LANES,
    functions: wgsl`
      var<workgroup> lane_a: array<f32, ${CHANNELS * LANES}>;
      var<workgroup> lane_b: array<f32, ${CHANNELS * LANES}>;
      var<workgroup> lane_n: array<f32, ${CHANNELS * LANES}>;
    `,
    body: wgsl`
      let channel = group.y * ${CHANNELS}u + local % ${CHANNELS}u;
      let end = min(batch.images * ${pixels}u, (group.x + 1u) * ${share}u);
      let start = group.x * ${share}u + local / ${CHANNELS}u;
      var a = 0.0; var b = 0.0; var n = 0.0;
      if (channel < ${channels}u && start < end) {
        ${inputs.each}
      }
      lane_a[local] = a; lane_b[local] = b; lane_n[local] = n;
      workgroupBarrier();
      if (local < ${CHANNELS}u && channel < ${channels}u) {
        ${inputs.joined}
        parts[group.x * ${2 * channels}u + channel] = a;
        parts[group.x * ${2 * channels}u + ${channels}u + channel] = b;
      }
    `,
    grid: () => [parts, Math.ceil(channels / CHANNELS), 1],
    work: (images) => ({
      flops: 0,
      bytes: 4 * images * pixels * channels * inputs.bindings.length,
    }),
  };
}

/** Mean and squared deviations of each part. */
export function normStatisticsKernel(spec: NormSpec, input: Store): Kernel {
  const { channels } = spec.operation.output;
  return partsKernel(`${spec.operation.layer} statistics`, spec, {
    bindings: [reads("x", input)],
    each: wgsl`
      let shift = x[start * ${channels}u + channel];
      var sum = 0.0; var squares = 0.0;
      for (var p = start; p < end; p += ${LANES}u) {
        let d = x[p * ${channels}u + channel] - shift;
        sum += d; squares += d * d; n += 1.0;
      }
      a = shift + sum / n;
      b = max(0.0, squares - sum * sum / n);
    `,
    joined: wgsl`
      for (var lane = 1u; lane < ${LANES}u; lane++) {
        let other = lane * ${CHANNELS}u + local;
        let m = lane_n[other];
        if (m > 0.0) {
          let d = lane_a[other] - a;
          b += lane_b[other] + d * d * n * m / (n + m);
          a += d * m / (n + m);
          n += m;
        }
      }
    `,
  });
}

/** Σ dy and Σ dy · x̂ of each part. */
export function normSlopesKernel(spec: NormSpec, input: Store, gradient: Store): Kernel {
  const { channels } = spec.operation.output;
  return partsKernel(`${spec.operation.layer} gradient sums`, spec, {
    bindings: [reads("x", input), reads("dy", gradient), reads("factors", spec.stores.factors)],
    each: wgsl`
      let mean = factors[${2 * channels}u + channel];
      let inverse = factors[${3 * channels}u + channel];
      for (var p = start; p < end; p += ${LANES}u) {
        let g = dy[p * ${channels}u + channel];
        a += g; b += g * (x[p * ${channels}u + channel] - mean) * inverse;
      }
    `,
    joined: wgsl`
      for (var lane = 1u; lane < ${LANES}u; lane++) {
        a += lane_a[lane * ${CHANNELS}u + local]; b += lane_b[lane * ${CHANNELS}u + local];
      }
    `,
  });
}
