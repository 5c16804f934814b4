/** Sums of codes: what one code has over another, put onto a third. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { createLatest } from "../../client/latest";
import type { ImageStrip } from "../../protocol/messages";
import { codeOf, type End, firstOf, labelsOf, nearestPlace } from "./ends";
import type { Space } from "./space";

/** The terms of a − b + c. */
export type Terms = Readonly<Record<"a" | "b" | "c", End>>;

export interface ArithmeticState {
  readonly terms: Terms;
  /** Decoded: a, b, c and the sum. */
  readonly pictures: ImageStrip | null;
  /** Place of the test image whose code is nearest to the sum, the terms' own apart. */
  readonly nearest: number | null;
}

export interface Arithmetic {
  readonly store: StoreApi<ArithmeticState>;
  set(terms: Partial<Terms>): void;
}

/** @param space has its codes */
export function createArithmetic(space: Space): Arithmetic {
  const store = createStore<ArithmeticState>(() => ({
    terms: firstTerms(space),
    pictures: null,
    nearest: null,
  }));
  const latest = createLatest();

  const pull = (): void => {
    const state = space.store.getState();
    const { a, b, c } = store.getState().terms;
    const codes = [a, b, c].map((end) => codeOf(state, end));
    const [first, second, third] = codes;
    const { net } = state;
    if (!first || !second || !third || !net) return;
    const sum = first.map((value, i) => value - second[i]! + third[i]!);
    const all = new Float32Array(4 * sum.length);
    for (const [row, code] of [first, second, third, sum].entries())
      all.set(code, row * sum.length);
    const own = [a, b, c].flatMap((end) => (end.kind === "garment" ? [end.place] : []));
    store.setState({ nearest: nearestPlace(state, sum, new Set(own)) });
    latest(() => space.ask("decode", { net: net.net, codes: all, kept: null }))
      .then((pictures) => pictures && store.setState({ pictures }))
      .catch(space.report);
  };
  pull();

  return {
    store,
    set(terms) {
      store.setState((state) => ({ terms: { ...state.terms, ...terms } }));
      pull();
    },
  };
}

/** A garment with what another class has over its own; of one class, what a garment is over the mean. */
function firstTerms(space: Space): Terms {
  const state = space.store.getState();
  const [own = 0, other] = labelsOf(state);
  const garment = firstOf(state, own);
  const mean = { kind: "mean", label: own } as const;
  return other === undefined
    ? { a: garment, b: mean, c: { kind: "garment", place: 1 } }
    : { a: { kind: "mean", label: other }, b: mean, c: garment };
}
