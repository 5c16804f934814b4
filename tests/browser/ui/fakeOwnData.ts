/** A store for data sets of one's own in the page's thread: what it is asked is noted, and done at once. */

import { createStore } from "zustand/vanilla";
import type { DataSpec } from "../../../src/datasets/dataset";
import type { DataChange, OwnData } from "../../../src/datasets/own-data";
import type { Choices, Proposal } from "../../../src/datasets/proposal";
import { type ImageShape, sizeOf } from "../../../src/math/image-set";
import type { BroughtFrom } from "../../../src/protocol/own-data";
import type { Bringing, OwnDataState, OwnDataStore } from "../../../src/state/own-data";
import { pattern, stripOf } from "../../unit/image-sets";

export interface FakeOwnData extends OwnDataStore {
  /** All that was brought, oldest first. */
  readonly brought: { readonly from: BroughtFrom; readonly what: string }[];
  /** All changes that were asked for. */
  readonly changes: DataChange[];
  /** What was brought is found to be this. */
  find(proposal: Proposal): void;
  /** What was brought cannot be taken. */
  refuse(error: string): void;
  show(change: Partial<Bringing>): void;
}

const NOTHING: Bringing = {
  what: "",
  step: "choosing",
  host: null,
  progress: null,
  proposal: null,
  choices: {},
  title: "",
  error: null,
  isCamera: false,
};

export function createFakeOwnData(sets: readonly OwnData[] = []): FakeOwnData {
  const state = createStore<OwnDataState>(() => ({
    sets,
    bringing: null,
    trouble: null,
    removed: null,
  }));
  const brought: FakeOwnData["brought"] = [];
  const changes: DataChange[] = [];
  const show = (change: Partial<Bringing>) =>
    state.setState(({ bringing }) => ({ bringing: { ...(bringing ?? NOTHING), ...change } }));
  const all = () => state.getState().sets ?? [];
  return {
    state,
    brought,
    changes,
    show,
    find: (proposal) =>
      show({ step: "proposed", proposal, error: null, progress: null, title: "Digits" }),
    refuse: (error) =>
      state.setState(({ bringing }) => ({
        bringing: bringing && {
          ...bringing,
          step: bringing.proposal ? "proposed" : "choosing",
          error,
        },
      })),
    start: () => state.setState({ bringing: NOTHING }),
    bring(from, what, isCamera = false) {
      brought.push({ from, what });
      state.setState({ bringing: { ...NOTHING, step: "looking", what, isCamera } });
    },
    bringLinked: (address) => show({ step: "asking", host: "example.org", what: address }),
    allow: () => show({ step: "looking" }),
    choose(choices: Choices) {
      const { bringing } = state.getState();
      show({ step: "looking", error: null, choices: { ...bringing?.choices, ...choices } });
    },
    setTitle: (title) => show({ title }),
    async keep() {
      const { bringing } = state.getState();
      if (!bringing?.proposal) return null;
      const kept = ownData(bringing.proposal.shape, bringing.title, [40, 40]);
      state.setState({ bringing: null, sets: [kept, ...all()] });
      return kept;
    },
    cancel: () => state.setState({ bringing: null }),
    async change(id, change) {
      changes.push(change);
      const old = all().find(({ spec }) => spec.id === id);
      if (!old) return null;
      const changed = changedSet(old, change);
      state.setState({ sets: all().map((set) => (set === old ? changed : set)) });
      if (change.kind !== "title") state.setState({ removed: old });
      return changed;
    },
    async remove(id) {
      const removed = all().find(({ spec }) => spec.id === id) ?? null;
      state.setState({ removed, sets: all().filter((set) => set !== removed) });
    },
    async putBack() {
      const { removed } = state.getState();
      if (removed) state.setState({ removed: null, sets: [...all(), removed] });
    },
    async images(id, classId, from, count) {
      const set = all().find(({ spec }) => spec.id === id);
      if (!set) return null;
      const inClass = set.counts[classId] ?? 0;
      const given = Math.max(0, Math.min(count, inClass - from));
      return {
        ...stripOf(set.spec, pattern(set.spec, given, classId + from)),
        all: inClass,
      };
    },
    dismissTrouble: () => state.setState({ trouble: null }),
    dispose() {},
  };
}

function changedSet(old: OwnData, change: DataChange): OwnData {
  if (change.kind === "title") return { ...old, spec: { ...old.spec, title: change.title } };
  const spec: DataSpec = { ...old.spec, id: `${old.spec.id}-changed` };
  if (change.kind === "classes") {
    return {
      ...old,
      spec: { ...spec, classNames: change.classes.map(({ name }) => name) },
      counts: change.classes.map(({ of }) => of.reduce((sum, id) => sum + old.counts[id]!, 0)),
    };
  }
  const gone = new Set(change.images);
  let start = 0;
  const counts = old.counts.map((count) => {
    const left = Array.from({ length: count }, (_, i) => start + i).filter((i) => !gone.has(i));
    start += count;
    return left.length;
  });
  return { ...old, spec, counts };
}

/** A kept set of that shape, with that many images of each class. */
export function ownData(shape: ImageShape, title: string, counts: readonly number[]): OwnData {
  const { height, width, channels } = shape;
  return {
    spec: {
      id: title.toLowerCase().replace(/\W+/g, "-"),
      title,
      height,
      width,
      channels,
      classNames: counts.map((_, id) => `class ${String.fromCharCode(97 + id)}`),
      source: "own",
    },
    counts,
    bytes: counts.reduce((sum, count) => sum + count, 0) * sizeOf(shape),
    keptAt: Date.now() - 120_000,
    from: "digits.csv",
  };
}
