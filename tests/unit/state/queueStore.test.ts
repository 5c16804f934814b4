import { describe, expect, it } from "vitest";
import { createStore } from "zustand/vanilla";
import { configFor } from "../../../src/config/recipes";
import { keepQueue, readQueue, type TextStore } from "../../../src/state/queueStore";
import { reduce } from "../../../src/state/reducer";
import { type AppState, INITIAL_STATE } from "../../../src/state/state";

function memory(text: string | null = null): TextStore & { text: string | null } {
  const store = {
    text,
    getItem: () => store.text,
    setItem: (_key: string, value: string) => {
      store.text = value;
    },
    removeItem: () => {
      store.text = null;
    },
  };
  return store;
}

const broken: TextStore = {
  getItem() {
    throw new Error("off");
  },
  setItem() {
    throw new Error("full");
  },
  removeItem() {
    throw new Error("off");
  },
};

const runs = [16, 32].map((latentSize) => ({
  id: `${latentSize}`,
  config: configFor("loom", { latentSize, clipNorm: 1 }),
  tag: "sweep",
}));

describe("the queue on disk", () => {
  it("comes back as it was left, and is gone with its last run", () => {
    const disk = memory();
    const app = createStore<AppState>(() => INITIAL_STATE);
    const dispatch = (event: Parameters<typeof reduce>[1]) =>
      app.setState(reduce(app.getState(), event), true);
    keepQueue(app, disk);
    dispatch({ type: "enqueued", runs });
    expect(readQueue(disk)).toEqual(runs);
    dispatch({ type: "queueCleared" });
    expect(disk.text).toBeNull();
  });

  it("leaves out what cannot be trained, and keeps the rest", () => {
    const waiting = [runs[0], { ...runs[1], config: { ...runs[1]!.config, epochs: -1 } }];
    expect(readQueue(memory(JSON.stringify({ version: 1, waiting })))).toEqual([runs[0]]);
  });

  it.each(["", "{", "[]", '{"version":2,"waiting":[]}', '{"version":1,"waiting":[{}]}'])(
    "is empty where the disk holds %j",
    (text) => expect(readQueue(memory(text))).toEqual([]),
  );

  it("does without a disk, and without room on it", () => {
    expect(readQueue(null)).toEqual([]);
    expect(readQueue(broken)).toEqual([]);
    const app = createStore<AppState>(() => INITIAL_STATE);
    keepQueue(app, broken);
    app.setState(reduce(app.getState(), { type: "enqueued", runs }), true);
    expect(app.getState().queue.waiting).toHaveLength(2);
  });
});
