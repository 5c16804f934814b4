import { describe, expect, it } from "vitest";
import { createAskToKeep } from "../../../src/state/persistence";
import { createMemoryStore } from "../../../src/storage/memory";
import type { RunStore } from "../../../src/storage/store";

const DAY = 24 * 3_600_000;

/** A store on disk, of a browser that promises what it is told to. */
function onDisk({ persisted = false, grants = false } = {}) {
  let asked = 0;
  const store: RunStore = {
    ...createMemoryStore(),
    kind: "disk",
    usage: async () => ({ used: 1, quota: 2, persisted }),
    persist: async () => {
      asked += 1;
      return grants;
    },
  };
  return { store, asked: () => asked };
}

function textStore(): Pick<Storage, "getItem" | "setItem"> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

describe("asking the browser to keep the runs", () => {
  it("happens once a visit, and again a month later at the soonest", async () => {
    const { store, asked } = onDisk();
    const disk = textStore();
    let now = 100 * DAY;
    const visit = () => createAskToKeep(disk, () => now);
    const first = visit();
    expect(await first(store)).toBe(true);
    expect(await first(store)).toBe(false);
    now += 29 * DAY;
    expect(await visit()(store)).toBe(false);
    expect(asked()).toBe(1);
    now += 2 * DAY;
    expect(await visit()(store)).toBe(true);
    expect(asked()).toBe(2);
  });

  it("is left out where it is promised, and where runs are in memory alone", async () => {
    const promised = onDisk({ persisted: true });
    expect(await createAskToKeep(textStore())(promised.store)).toBe(false);
    expect(promised.asked()).toBe(0);
    expect(await createAskToKeep(textStore())(createMemoryStore())).toBe(false);
  });

  it("does without a place to remember it", async () => {
    const { store, asked } = onDisk();
    const refuse = () => {
      throw new DOMException("", "SecurityError");
    };
    for (const disk of [null, { getItem: refuse, setItem: refuse }]) {
      const ask = createAskToKeep(disk);
      expect(await ask(store)).toBe(true);
      expect(await ask(store)).toBe(false);
    }
    expect(asked()).toBe(2);
  });
});
