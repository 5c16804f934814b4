/** Brings a batch's samples from the resident data, some of them mirrored. */

import { STREAM_FLIPS } from "../../../math/philox";
import { type SampleShape, sizeOf } from "../../graph";
import { philoxWgsl } from "../../philox-wgsl";
import { GROUP, type Kernel, line, reads, writes } from "../kernel";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";

const INVOCATIONS = 256;

export interface LoadSpec {
  readonly name: string;
  readonly samples: Store;
  /** Bytes, four a word, are divided by 255; else they are floats. */
  readonly isBytes: boolean;
  /** Indices of the samples, in the order of the call's batches. */
  readonly order: Store;
  readonly to: Store;
  readonly shape: SampleShape;
  /** Numbers of a sample's row, and the place of the tensor's first among them. */
  readonly row: number;
  readonly at: number;
  /** Mirror images as `flipsOf` of math/philox.ts says. */
  readonly flips: boolean;
}

export function loadKernel(spec: LoadSpec): Kernel {
  const { name, samples, isBytes, order, to, shape, row, at, flips } = spec;
  const { width, channels } = shape;
  const size = sizeOf(shape);
  const mirror = flips && width > 1;
  const value = isBytes
    ? "f32((samples[source / 4u] >> (source % 4u * 8u)) & 0xffu) / 255.0"
    : "samples[source]";
  const flip = wgsl`
    if (random(image, ${STREAM_FLIPS}u).x >= 0x80000000u) {
      let column = place / ${channels}u % ${width}u;
      place = place - column * ${channels}u + (${width - 1}u - column) * ${channels}u;
    }
  `;
  return {
    name,
    bindings: [
      reads("samples", samples, isBytes ? "u32" : "f32"),
      reads("order", order, "u32"),
      writes("out", to),
    ],
    invocations: INVOCATIONS,
    functions: mirror ? philoxWgsl("batch") : "",
    body: wgsl`
      let i = ${GROUP} * ${INVOCATIONS}u + local;
      if (i >= batch.images * ${size}u) { return; }
      let image = i / ${size}u;
      var place = i % ${size}u;
      ${mirror && flip}
      let source = order[batch.first + image] * ${row}u + ${at}u + place;
      out[i] = ${value};
    `,
    grid: (images) => line(Math.ceil((images * size) / INVOCATIONS)),
    work: (images) => ({ flops: 0, bytes: images * size * (isBytes ? 5 : 8) }),
  };
}
