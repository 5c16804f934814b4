/**
 * Convolutions to one channel or to four: a tile of 16 columns would compute mostly nothing.
 *
 * Each invocation takes one pixel; the weights lie in workgroup memory.
 */

import type { Activation } from "../../graph";
import { type Gather, mostTaps } from "../gathers";
import { GROUP, type Kernel, line, reads, writes } from "../kernel";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";
import { activate } from "./activation";
import { meetsInOrder } from "./phase";

const INVOCATIONS = 128;
/** Words of workgroup memory for weights: 8 of the 16 KB that every GPU has. */
const MOST_WEIGHTS = 2048;

/** Whether a layer's forward pass can be computed so. */
export function hasFewFilters(gather: Gather): boolean {
  const { from, to, y, x } = gather;
  const isPlain = meetsInOrder(gather) && y.outStride === 1 && x.outStride === 1;
  const fits = from.channels % 4 === 0 && (to.channels === 1 || to.channels === 4);
  return isPlain && fits && mostTaps(gather) * from.channels * to.channels <= MOST_WEIGHTS;
}

export interface FewFiltersSpec {
  readonly name: string;
  readonly gather: Gather;
  readonly from: Store;
  readonly to: Store;
  readonly weights: Store;
  readonly offset: number;
  /** Place of the bias among the weights; null for none. */
  readonly bias: number | null;
  readonly activation: Activation;
}

export function fewFiltersKernel(spec: FewFiltersSpec): Kernel {
  const { name, gather, from, to, weights, offset, bias, activation } = spec;
  const { y, x } = gather;
  const quads = gather.from.channels / 4;
  const pixels = gather.to.height * gather.to.width;
  const columns = gather.to.channels;
  const isOne = columns === 1;
  const type = isOne ? "f32" : "vec4<f32>";
  const taps = mostTaps(gather);
  const rows = taps * gather.from.channels;
  const [tapsY, tapsX] = [y.phases[0]!.count, x.phases[0]!.count];
  const vectors = (rows * columns) / 4;
  const step = isOne
    ? "sum += dot(v, kernel_values[k]);"
    : [0, 1, 2, 3].map((i) => `sum += v[${i}] * kernel_values[k * 4u + ${i}u];`);
  const biasAt = bias ?? 0;
  const addBias = isOne
    ? `sum += weights[${biasAt >> 2}u][${biasAt & 3}u];`
    : `sum += weights[${biasAt / 4}u];`;
  return {
    name,
    bindings: [
      reads("from_values", from, "vec4<f32>"),
      reads("weights", weights, "vec4<f32>"),
      writes("out", to, type),
    ],
    invocations: INVOCATIONS,
    functions: wgsl`
      var<workgroup> kernel_values: array<vec4<f32>, ${vectors}>;
      ${activate(activation, type)}
    `,
    body: wgsl`
      for (var i = local; i < ${vectors}u; i += ${INVOCATIONS}u) {
        kernel_values[i] = weights[${offset / 4}u + i];
      }
      workgroupBarrier();
      let p = ${GROUP} * ${INVOCATIONS}u + local;
      if (p >= batch.images * ${pixels}u) { return; }
      let image = p / ${pixels}u * ${gather.from.height * gather.from.width}u;
      let y0 = i32(p % ${pixels}u / ${gather.to.width}u) * ${y.inStride} + ${y.phases[0]!.first};
      let x0 = i32(p % ${gather.to.width}u) * ${x.inStride} + ${x.phases[0]!.first};
      var sum = ${type}(0.0);
      for (var ty = 0; ty < ${tapsY}; ty++) {
        let y = y0 + ty * ${y.step};
        if (y < 0 || y >= ${gather.from.height}) { continue; }
        for (var tx = 0; tx < ${tapsX}; tx++) {
          let x = x0 + tx * ${x.step};
          if (x < 0 || x >= ${gather.from.width}) { continue; }
          let place = (image + u32(y * ${gather.from.width} + x)) * ${quads}u;
          for (var q = 0u; q < ${quads}u; q++) {
            let v = from_values[place + q];
            let k = u32(ty * ${tapsX} + tx) * ${quads}u + q;
            ${step}
          }
        }
      }
      ${bias !== null && addBias}
      out[p] = activate(sum);
    `,
    grid: (images) => line(Math.ceil((images * pixels) / INVOCATIONS)),
    work(images) {
      const input = gather.from.height * gather.from.width * gather.from.channels;
      return {
        flops: 2 * images * pixels * rows * columns,
        bytes: 4 * images * (input + pixels * columns),
      };
    },
  };
}
