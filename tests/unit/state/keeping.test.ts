import { describe, expect, it, vi } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { statusOf } from "../../../src/state/runs";
import { createMemoryStore } from "../../../src/storage/memory";
import type { RunStore } from "../../../src/storage/store";
import { StorageError } from "../../../src/storage/trouble";
import {
  checkpointAfter,
  openPage,
  playEpoch,
  result,
  settled,
  sharedLocks,
  standStill,
  started,
  TEST,
} from "./pages";

standStill();

describe("a run", () => {
  it("is worth asking for a place that lasts once it has a checkpoint", async () => {
    const asked: number[] = [];
    const page = openPage(createMemoryStore(), sharedLocks(), async (store) => {
      asked.push((await store.list()).length);
      return true;
    });
    page.begin();
    await settled();
    expect(asked).toEqual([]);
    page.epoch(1);
    await settled();
    page.epoch(2);
    await settled();
    expect(asked).toEqual([1]);
  });

  it("is kept with each checkpoint: figures, weights and pictures", async () => {
    const page = openPage();
    page.begin();
    page.epoch(1);
    page.epoch(2);
    const [record] = await page.records();
    expect(record).toMatchObject({
      id: page.id(),
      status: "running",
      start: { deviceName: "wasm", stepsPerEpoch: 4 },
      progress: { epoch: 2, step: 8 },
      imagesPerSecond: 400,
    });
    expect(record!.losses).toEqual(
      Float32Array.from(
        { length: 8 },
        (_, i) => [1 / 4, 1 / 3, 1 / 2, 1, 1 / 8, 1 / 7, 1 / 6, 1 / 5][i]!,
      ),
    );
    expect(record!.epochs).toHaveLength(2);
    expect(await page.store.weights(page.id(), "last")).toEqual(Float32Array.of(2, 0, 0));
    expect((await page.store.frames(page.id())).map(({ step }) => step)).toEqual([4, 8]);
    expect(statusOf(page.app.runs.state.getState(), record!)).toBe("running");
  });

  it("finished, has its result and lets go of its lock", async () => {
    const page = openPage();
    page.begin();
    page.epoch(1);
    page.emit({ type: "finished", runId: page.id(), result: result(DEFAULT_CONFIG), test: TEST });
    const [record] = await page.records();
    expect(record).toMatchObject({ status: "finished", result: { bestEpoch: 2 }, test: TEST });
    expect(await page.locks.held()).toEqual(new Set());
  });

  it("is stored without the losses that came after its checkpoint", async () => {
    const page = openPage();
    page.begin();
    page.epoch(1);
    playEpoch(page.emit, page.id(), 2, null);
    page.app.reset();
    const [record] = await page.records();
    expect(record).toMatchObject({ status: "interrupted", progress: { step: 4 } });
    expect(record!.losses).toHaveLength(4);
    expect(record!.epochs).toHaveLength(1);
  });

  it("dropped before its first checkpoint, leaves nothing behind", async () => {
    const page = openPage();
    page.begin();
    page.app.train();
    expect(await page.records()).toEqual([]);
  });

  it("replaced by another, can be gone on with", async () => {
    const page = openPage();
    page.begin();
    page.epoch(1);
    const first = page.id();
    page.begin();
    page.epoch(1);
    const records = await page.records();
    expect(records.map(({ status }) => status).sort()).toEqual(["interrupted", "running"]);
    expect(records.find(({ id }) => id === first)!.status).toBe("interrupted");
  });

  it("that fails of itself has failed; one whose worker crashed can be gone on with", async () => {
    for (const [code, status] of [
      ["not-finite", "failed"],
      ["worker-crashed", "interrupted"],
    ] as const) {
      const page = openPage();
      page.begin();
      page.epoch(1);
      const failure = { code, message: "It broke.", remedy: "Mend it." };
      page.emit({ type: "failed", runId: page.id(), ...failure });
      expect((await page.records())[0]).toMatchObject({ status, failure: "It broke." });
    }
  });
});

describe("a full disk", () => {
  it("is said once, stops nothing, and is written to again when there is room", async () => {
    const store = createMemoryStore();
    const page = openPage(store);
    page.begin();
    await settled();
    let full = true;
    const { update } = store;
    store.update = async (id, change, arrays) => {
      if (full && arrays) throw new StorageError("full", "No room.", "Delete runs.");
      return update(id, change, arrays);
    };
    page.epoch(1);
    await settled();
    expect(page.app.runs.state.getState().trouble).toMatchObject({ message: "No room." });
    page.app.runs.dismissTrouble();
    playEpoch(page.emit, page.id(), 2, checkpointAfter(2, null));
    await settled();
    expect(page.app.runs.state.getState().trouble).toBeNull();
    full = false;
    playEpoch(page.emit, page.id(), 3, checkpointAfter(3, null));
    await settled();
    // The best weights came with the first, which could not be written.
    expect(await store.weights(page.id(), "best")).toEqual(Float32Array.of(1, 1, 1));
    expect((await page.records())[0]).toMatchObject({ progress: { epoch: 3 } });
    expect(page.app.store.getState().run!.epochs).toHaveLength(3);
  });
});

describe("a database deleted under the page", () => {
  /** A store that loses everything without a word, as when somebody clears what the page stored. */
  function forgetful() {
    let inner = createMemoryStore();
    const told = new Set<(id: string) => void>();
    const store = new Proxy(inner, {
      get(_first, name: keyof RunStore) {
        if (name !== "subscribe") return inner[name];
        return (listener: (id: string) => void) => {
          told.add(listener);
          return inner.subscribe(listener);
        };
      },
    });
    const deleteAll = () => {
      inner = createMemoryStore();
      for (const listener of told) inner.subscribe(listener);
    };
    return { store, deleteAll };
  }

  it("gets the run anew with its next checkpoint, whole, and the page says so", async () => {
    const { store, deleteAll } = forgetful();
    const page = openPage(store);
    page.begin();
    page.epoch(1);
    await settled();
    page.app.runs.rename(page.id(), "mine");
    page.app.runs.star(page.id(), true);
    await settled();
    deleteAll();
    // The best weights came with the first checkpoint, which is gone.
    playEpoch(page.emit, page.id(), 2, checkpointAfter(2, null));
    const records = await page.records();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      id: page.id(),
      name: "mine",
      starred: true,
      start: { threads: 2 },
      progress: { epoch: 2 },
    });
    expect(await page.store.checkpoint(page.id())).toEqual({
      ...checkpointAfter(2),
      best: Float32Array.of(1, 1, 1),
    });
    expect((await page.store.frames(page.id())).map(({ step }) => step)).toEqual([4, 8]);
    const { trouble } = page.app.runs.state.getState();
    expect(trouble).toMatchObject({ message: /deleted/, remedy: /stored anew/ });
  });

  it("gets the result anew, with the weights that it belongs to", async () => {
    const { store, deleteAll } = forgetful();
    const page = openPage(store);
    page.begin();
    page.epoch(1);
    await settled();
    deleteAll();
    page.emit({ type: "finished", runId: page.id(), result: result(DEFAULT_CONFIG), test: TEST });
    const [record] = await page.records();
    expect(record).toMatchObject({ status: "finished", result: { bestEpoch: 2 }, test: TEST });
    expect(await page.store.checkpoint(page.id())).toEqual(checkpointAfter(1));
    expect(await page.locks.held()).toEqual(new Set());
  });

  it("gets a run anew that was gone on with, before its next checkpoint too", async () => {
    const { store, deleteAll } = forgetful();
    const before = openPage(store);
    before.begin();
    before.epoch(1);
    const id = before.id();
    await settled();
    const page = openPage(store, sharedLocks());
    await settled();
    await page.app.resumeRun(id);
    deleteAll();
    started(page.emit, id, DEFAULT_CONFIG);
    expect(await page.records()).toMatchObject([{ id, status: "running", progress: { epoch: 1 } }]);
    expect(await page.store.checkpoint(id)).toEqual(checkpointAfter(1));
    expect((await page.store.frames(id)).map(({ step }) => step)).toEqual([4]);
  });

  it("is no reason to bring back what was dropped before anything was worth keeping", async () => {
    const { store, deleteAll } = forgetful();
    const page = openPage(store);
    page.begin();
    await settled();
    deleteAll();
    page.app.reset();
    await settled();
    expect(await page.store.list()).toEqual([]);
    expect(page.app.runs.state.getState().trouble).toBeNull();
  });
});

describe("a result that cannot be stored", () => {
  it("is said, and stored once it can be", async () => {
    const store = createMemoryStore();
    const page = openPage(store);
    page.begin();
    page.epoch(1);
    await settled();
    const { update } = store;
    store.update = async () => {
      throw new StorageError("full", "No room.", "Delete runs.");
    };
    page.emit({ type: "finished", runId: page.id(), result: result(DEFAULT_CONFIG), test: TEST });
    await settled();
    expect(page.app.runs.state.getState().trouble).toMatchObject({ message: "No room." });
    expect((await page.records())[0]).toMatchObject({ status: "running" });
    store.update = update;
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await page.records())[0]).toMatchObject({ status: "finished", test: TEST });
  });
});

describe("a disk that is full from the start", () => {
  it("gets the run once there is room", async () => {
    const store = createMemoryStore();
    let full = true;
    const { put } = store;
    store.put = async (record, arrays) => {
      if (full) throw new StorageError("full", "No room.", "Delete runs.");
      return put(record, arrays);
    };
    const page = openPage(store);
    page.begin();
    page.epoch(1);
    expect(await page.records()).toEqual([]);
    full = false;
    playEpoch(page.emit, page.id(), 2, checkpointAfter(2, null));
    const [record] = await page.records();
    expect(record).toMatchObject({ id: page.id(), start: { threads: 2 }, progress: { epoch: 2 } });
    expect(await store.weights(page.id(), "best")).toEqual(Float32Array.of(1, 1, 1));
  });
});
