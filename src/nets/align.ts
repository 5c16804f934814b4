/** Two nets side by side: which layer of the one stands for which of the other. */

import { inputsOf, type LayerSpec, type NetSpec } from "./spec";

/** A layer of either net, or of both; `same` and `changed` have both. */
export interface AlignedLayer {
  readonly mark: "same" | "changed" | "added" | "removed";
  /** Places in the nets; null where a net has no such layer. */
  readonly before: number | null;
  readonly after: number | null;
}

/**
 * Layers in the order of both nets with the fewest changes, added and removed layers, as in Wagner
 * and Fischer's distance of strings (1974). Only layers of one kind in the same part of the net, its
 * encoder, code or decoder, can stand for each other; the codes always do where they are of one kind.
 */
export function alignNets(before: NetSpec, after: NetSpec): readonly AlignedLayer[] {
  const isSame = (one: Tagged, other: Tagged) => one.text === other.text;
  // Of the two changes, one removed and one added, a pair saves one, or both where it is the same.
  const worth = (one: Tagged, other: Tagged) => {
    if (one.tag !== other.tag) return 0;
    return isSame(one, other) ? 2 : 1;
  };
  return paired(tagged(before), tagged(after), worth).map(([one, other]): AlignedLayer => {
    if (!one) return { mark: "added", before: null, after: other?.place ?? null };
    if (!other) return { mark: "removed", before: one.place, after: null };
    const mark = isSame(one, other) ? "same" : "changed";
    return { mark, before: one.place, after: other.place };
  });
}

/**
 * Two rows of items in their order with the pairs that are worth most in all; of ways that are as good,
 * the one whose pairs come first (Needleman & Wunsch 1970, with gaps for nothing).
 *
 * @param worth of a pair, from 0 on; 0 for items that cannot be one
 */
export function paired<T extends object>(
  a: readonly T[],
  b: readonly T[],
  worth: (one: T, other: T) => number,
): (readonly [T | null, T | null])[] {
  // best[i][j]: of what is left from a[i] and b[j] on.
  const best = Array.from({ length: a.length + 1 }, () => new Float64Array(b.length + 1));
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  const pairWorth = (i: number, j: number) => {
    const [x, y] = [a[i], b[j]];
    return x && y ? worth(x, y) : 0;
  };
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const gain = pairWorth(i, j);
      const together = gain > 0 ? gain + at(i + 1, j + 1) : 0;
      best[i]![j] = Math.max(together, at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: (readonly [T | null, T | null])[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const gain = pairWorth(i, j);
    if (gain > 0 && at(i, j) === gain + at(i + 1, j + 1)) {
      pairs.push([a[i++] ?? null, b[j++] ?? null]);
    } else if (i < a.length && (j === b.length || at(i, j) === at(i + 1, j))) {
      pairs.push([a[i++] ?? null, null]);
    } else {
      pairs.push([null, b[j++] ?? null]);
    }
  }
  return pairs;
}

interface Tagged {
  readonly place: number;
  readonly tag: string;
  readonly text: string;
}

/** What has to agree for layers to stand for each other, and what else they are. */
function tagged(net: NetSpec): readonly Tagged[] {
  const code = net.layers.findIndex(({ name }) => name === net.code);
  return net.layers.map((layer, place) => {
    const part = place === code ? "code" : place < code ? "encoder" : "decoder";
    const text = bareText(layer, inputsOf(net, place).length);
    return { place, tag: `${part} ${layer.kind}`, text };
  });
}

/** All of a layer but its name and what it takes, in one order. */
function bareText(layer: LayerSpec, inputs: number): string {
  const { name: _name, inputs: _inputs, ...bare } = layer;
  return JSON.stringify([inputs, ...Object.entries(bare).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
