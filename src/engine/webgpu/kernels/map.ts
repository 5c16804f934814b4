/** Kernels in which each invocation makes one number, or one vector of four. */

import type { Activation } from "../../graph";
import { type Binding, GROUP, type Kernel, line, reads, writes } from "../kernel";
import { elementOf, type Sink, sinkBindings, sinkFunction, sinkWords, type Width } from "../sink";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";
import { activate } from "./activation";

const INVOCATIONS = 256;

/** A tensor that is written, through an activation, or a gradient. */
export type Target =
  | { readonly store: Store; readonly activation: Activation }
  | { readonly sink: Sink };

export interface MapSpec {
  readonly name: string;
  readonly bindings: readonly Binding[];
  readonly width: Width;
  /** Numbers of one image that are made. */
  readonly size: number;
  readonly functions?: string;
  /** WGSL that sets `value` of number (or vector) `i`; its place in its image is `e`. */
  readonly value: string;
  readonly target: Target;
  /** Where it goes, if not to `i`. */
  readonly place?: string;
  /** Words read for each number. */
  readonly words?: number;
}

/** The widest vectors into which all of these divide. */
export function widthOf(...numbers: readonly number[]): Width {
  return numbers.every((number) => number % 4 === 0) ? 4 : 1;
}

export function mapKernel(spec: MapSpec): Kernel {
  const { name, bindings, width, size, functions = "", value, target, place = "i" } = spec;
  const { words = 1 } = spec;
  const type = elementOf(width);
  const each = size / width;
  const isSink = "sink" in target;
  const written = isSink ? sinkWords(target.sink) : 1;
  return {
    name,
    bindings: [
      ...bindings,
      ...(isSink ? sinkBindings(target.sink, width) : [writes("out", target.store, type)]),
    ],
    invocations: INVOCATIONS,
    functions: wgsl`
      ${functions}
      ${isSink ? sinkFunction(target.sink, width) : activate(target.activation, type)}
    `,
    body: wgsl`
      let i = ${GROUP} * ${INVOCATIONS}u + local;
      if (i >= batch.images * ${each}u) { return; }
      let image = i / ${each}u;
      let e = i % ${each}u;
      var value = ${type}(0.0);
      ${value}
      ${isSink ? `sink(${place}, value);` : `out[${place}] = activate(value);`}
    `,
    grid: (images) => line(Math.ceil((images * each) / INVOCATIONS)),
    work: (images) => ({ flops: 0, bytes: 4 * images * size * (words + written) }),
  };
}

/** The same numbers. */
export function copyKernel(name: string, size: number, from: Store, target: Target): Kernel {
  const width = widthOf(size);
  return mapKernel({
    name,
    bindings: [reads("from_values", from, elementOf(width))],
    width,
    size,
    value: "value = from_values[i];",
    target,
  });
}
