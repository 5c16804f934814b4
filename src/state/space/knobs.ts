/**
 * A knob for each number of one garment's code: what the decoder makes of it while a knob turns,
 * and what each number is worth. No React.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import { createLatest } from "../../client/latest";
import type { NumberSpread } from "../../math/number-spread";
import { elementOf } from "../../math/vectors";
import type { Ablation } from "../../protocol/inference";
import type { ImageStrip } from "../../protocol/messages";
import { inTurn } from "../images";
import type { Space } from "./space";
import { createTask } from "./task";

/** Pictures from a number's low end to its high one. */
export const STEPS = 7;
/** Knobs that are shown at once, and that each press on "more" adds. */
const SHOWN = 12;
/** Test images, of all classes alike, that each number is taken from in turn. */
const ABLATED = 48;
/** Milliseconds without a turn from which on the rows of pictures are drawn anew. */
const REST = 200;

export interface KnobsState {
  /** Of all test codes. */
  readonly spread: NumberSpread | null;
  readonly ablation: Ablation | null;
  /** Images that it was measured on. */
  readonly ablated: number;
  /** How far the ablation is; null while none is under way. */
  readonly share: number | null;
  /** Numbers that vary, those that matter most first: the code's own order before that is known. */
  readonly order: readonly number[];
  /** How many of them are shown. */
  readonly shown: number;
  /** Place of the garment in the test split. */
  readonly place: number;
  /** Its own code, and the code as the knobs stand. */
  readonly own: Float32Array;
  readonly values: Float32Array;
  /** What the decoder makes of the values. */
  readonly picture: ImageStrip | null;
  /** `STEPS` pictures for each knob in sight, from low to high, the others as they stand. */
  readonly rows: ReadonlyMap<number, ImageStrip>;
}

export interface Knobs {
  readonly store: StoreApi<KnobsState>;
  /** Takes another garment: all knobs go to its code. */
  choose(place: number): void;
  set(number: number, value: number): void;
  /** Puts one number back, or all. */
  reset(number: number | null): void;
  showMore(): void;
  /** Measures what each number is worth. */
  measure(): void;
  stop(): void;
  dispose(): void;
}

/** @param space has its codes */
export function createKnobs(space: Space): Knobs {
  const { net, images, codes, picked } = space.store.getState();
  if (!net || !images || !codes) throw new Error("Knobs need a space with its codes.");
  const { size } = codes;
  const codeAt = (row: number) => codes.codes.slice(row * size, (row + 1) * size);
  const place = picked.at(-1) ?? 0;
  const own = codeAt(place);
  const store = createStore<KnobsState>(() => ({
    spread: null,
    ablation: null,
    ablated: 0,
    share: null,
    order: Array.from({ length: size }, (_, i) => i),
    shown: SHOWN,
    place,
    own,
    values: own,
    picture: null,
    rows: new Map(),
  }));
  const latest = { picture: createLatest(), rows: createLatest() };
  const task = createTask(space);
  let timer: ReturnType<typeof setTimeout> | null = null;
  const test = { part: "test" } as const;

  const pullPicture = (): void => {
    const { values } = store.getState();
    latest
      .picture(() => space.ask("decode", { net: net.net, codes: values, kept: null }))
      .then((picture) => picture && store.setState({ picture }))
      .catch(space.report);
  };

  const pullRows = (): void => {
    const { spread, order, shown, values } = store.getState();
    if (!spread) return;
    const numbers = order.slice(0, shown);
    const turned = new Float32Array(numbers.length * STEPS * size);
    for (const [row, number] of numbers.entries()) {
      for (let step = 0; step < STEPS; step++) {
        const from = (row * STEPS + step) * size;
        turned.set(values, from);
        turned[from + number] = stepValue(spread, number, step);
      }
    }
    latest
      .rows(() => space.ask("decode", { net: net.net, codes: turned, kept: null }))
      .then((strip) => {
        if (!strip) return;
        const length = strip.pixels.length / Math.max(1, numbers.length);
        const rows = numbers.map((number, row): [number, ImageStrip] => [
          number,
          {
            shape: strip.shape,
            count: STEPS,
            pixels: strip.pixels.subarray(row * length, (row + 1) * length),
          },
        ]);
        store.setState({ rows: new Map(rows) });
      })
      .catch(space.report);
  };

  const pull = (): void => {
    pullPicture();
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(pullRows, REST);
  };

  const measure = async (): Promise<void> => {
    const { spread } = store.getState();
    if (!spread) return;
    const places = inTurn(images.labels, ABLATED);
    const indices = Uint32Array.from(places, elementOf(images.indices));
    const ask = { net: net.net, images: { indices }, means: spread.means };
    const ablation = await task.ask("ablation", ask, (share) => store.setState({ share }));
    if (!ablation) return;
    const loss = elementOf(ablation.losses);
    const order = [...store.getState().order].sort((a, b) => loss(b) - loss(a));
    store.setState({ ablation, ablated: places.length, order });
    pullRows();
  };

  const open = async (): Promise<void> => {
    const spread = await space.ask("spread", { net: net.net, images: test });
    const order = store.getState().order.filter((number) => spread.dead[number] === 0);
    store.setState({ spread, order });
    pullRows();
    await measure();
  };
  pullPicture();
  open().catch(space.report);

  return {
    store,
    choose(row) {
      const code = codeAt(row);
      store.setState({ place: row, own: code, values: code });
      pull();
    },
    set(number, value) {
      const values = store.getState().values.slice();
      values[number] = value;
      store.setState({ values });
      pull();
    },
    reset(number) {
      const { own: code, values: before } = store.getState();
      const values = number === null ? code : before.slice();
      if (number !== null) values[number] = code[number]!;
      store.setState({ values });
      pull();
    },
    showMore() {
      store.setState(({ shown, order }) => ({ shown: Math.min(order.length, shown + SHOWN) }));
      pullRows();
    },
    measure: () => void measure(),
    stop: () => task.stop(),
    dispose() {
      task.stop();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Where a number stands in the picture at `step` of its row. */
export function stepValue({ lows, highs }: NumberSpread, number: number, step: number): number {
  return lows[number]! + ((highs[number]! - lows[number]!) * step) / (STEPS - 1);
}
