/**
 * Where a gradient goes: written, or added to what other consumers of the tensor wrote before.
 *
 * Whoever writes last also multiplies it by the slope of the activation that made the tensor, so
 * that no kernel does that alone.
 */

import type { Activation } from "../graph";
import { type Binding, type Element, reads, writes } from "./kernel";
import { slope } from "./kernels/activation";
import type { Store } from "./stores";
import { wgsl } from "./wgsl";

export interface Sink {
  readonly store: Store;
  readonly adds: boolean;
  /** Linear but for the last writer. */
  readonly activation: Activation;
  /** What the slope is taken from: the tensor, or for swish what it was made from. */
  readonly kept: Store | null;
}

/** Numbers that an invocation handles at a time. */
export type Width = 1 | 4;

export function elementOf(width: Width): Element {
  return width === 4 ? "vec4<f32>" : "f32";
}

export function sinkBindings(sink: Sink, width: Width): Binding[] {
  const element = elementOf(width);
  return [
    writes("gradient", sink.store, element),
    ...(sink.kept ? [reads("kept", sink.kept, element)] : []),
  ];
}

/** `fn sink(i, value)`: the gradient's numbers at `i`, counted in vectors where the width is 4. */
export function sinkFunction(sink: Sink, width: Width): string {
  const type = elementOf(width);
  return wgsl`
    ${slope(sink.activation, type)}
    fn sink(i: u32, value: ${type}) {
      var g = value;
      ${sink.adds && "g += gradient[i];"}
      ${sink.activation !== "linear" && "g = slope(g, kept[i]);"}
      gradient[i] = g;
    }
  `;
}

/** Words that a sink reads and writes for each number of the gradient. */
export function sinkWords(sink: Sink): number {
  return 1 + (sink.adds ? 1 : 0) + (sink.kept ? 1 : 0);
}
