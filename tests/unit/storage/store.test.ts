import "fake-indexeddb/auto";
import { createHash } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { openDatabaseStore } from "../../../src/storage/database";
import { createRunLocks } from "../../../src/storage/locks";
import { createMemoryStore } from "../../../src/storage/memory";
import { openRunStore } from "../../../src/storage/open";
import { newRecord, newRunId } from "../../../src/storage/record";
import type { Frame, RunArrays, RunStore } from "../../../src/storage/store";
import { StorageError } from "../../../src/storage/trouble";
import { RUN } from "./finished-run";

const record = (id: string, createdAt = 1000) => newRecord(id, DEFAULT_CONFIG, createdAt);

const PROGRESS = {
  device: "wasm",
  epoch: 2,
  step: 20,
  images: 0,
  lossSum: 0,
  epochSeconds: 0,
  seconds: 3,
  trainedImages: 200,
  trainedSeconds: 2,
  best: { epoch: 1, value: 0.5 },
  kept: { epoch: 2, step: 20, trainLoss: 0.6, validationLoss: 0.7 },
};

const arrays = (value: number, best: number | null = value): RunArrays => ({
  weights: Float32Array.of(value, 1),
  best: best === null ? null : Float32Array.of(best, 2),
  m: Float32Array.of(value, 3),
  v: Float32Array.of(value, 4),
});

/** toEqual takes seconds over a million numbers. */
const digests = (arrays: Partial<RunArrays>) =>
  Object.entries(arrays).map(([name, values]) => [
    name,
    values && createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex"),
  ]);

const frame = (step: number): Frame => ({
  epoch: 1,
  step,
  count: 1,
  pixels: new Uint8Array(784).fill(step),
  ssim: [0.5],
  ssimWriteup: [0.6],
});

let databases = 0;
const opened: RunStore[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  vi.restoreAllMocks();
});

const KINDS = {
  database: () => openDatabaseStore(`runs-${++databases}`),
  memory: async () => createMemoryStore(),
};

describe.each(["database", "memory"] as const)("runs in a %s", (kind) => {
  const open = async () => {
    const store = await KINDS[kind]();
    opened.push(store);
    return store;
  };

  it("come back as they were put, the newest first", async () => {
    const store = await open();
    const first = { ...record("a"), losses: Float32Array.of(0.5, 0.25), imagesPerSecond: 412 };
    await store.put(first);
    await store.put(record("b", 2000));
    expect((await store.list()).map(({ id }) => id)).toEqual(["b", "a"]);
    expect(await store.get("a")).toEqual(first);
    expect(await store.get("c")).toBeNull();
  });

  it("change in part, and only where they are still there", async () => {
    const store = await open();
    await store.put(record("a"));
    expect(await store.update("a", { name: "mine", starred: true })).toBe(true);
    expect(await store.update("a", { status: "paused" })).toBe(true);
    expect(await store.get("a")).toMatchObject({ name: "mine", starred: true, status: "paused" });
    expect((await store.get("a"))!.updatedAt).toBeGreaterThan(1000);
    expect(await store.update("b", { status: "paused" })).toBe(false);
    expect(await store.get("b")).toBeNull();
  });

  it("keep the best weights until there are better ones", async () => {
    const store = await open();
    await store.put(record("a"));
    expect(await store.weights("a", "last")).toBeNull();
    expect(await store.checkpoint("a")).toBeNull();
    await store.update("a", { progress: PROGRESS }, arrays(1));
    await store.update("a", { progress: { ...PROGRESS, step: 30 } }, arrays(2, null));
    expect(await store.weights("a", "last")).toEqual(Float32Array.of(2, 1));
    expect(await store.weights("a", "best")).toEqual(Float32Array.of(1, 2));
    expect(await store.checkpoint("a")).toEqual({
      progress: { ...PROGRESS, step: 30 },
      ...arrays(2, 1),
    });
    await store.update("a", { name: "still there" });
    expect(await store.weights("a", "best")).toEqual(Float32Array.of(1, 2));
  });

  it("are none the worse for what is done with what came out", async () => {
    const store = await open();
    await store.put({ ...record("a"), progress: PROGRESS }, arrays(1));
    const first = await store.checkpoint("a");
    structuredClone(first, { transfer: [first!.weights.buffer as ArrayBuffer] });
    expect(first!.weights).toHaveLength(0);
    expect((await store.checkpoint("a"))!.weights).toEqual(Float32Array.of(1, 1));
  });

  it("keep reconstructions in the order of their steps, apart for each run", async () => {
    const store = await open();
    for (const id of ["a", "ab", "b"]) await store.put(record(id));
    for (const step of [20, 3, 100]) await store.putFrame("a", frame(step));
    await store.putFrame("ab", frame(7));
    expect((await store.frames("a")).map(({ step }) => step)).toEqual([3, 20, 100]);
    expect((await store.frames("a"))[0]).toEqual(frame(3));
    expect((await store.frames("ab")).map(({ step }) => step)).toEqual([7]);
    expect(await store.frames("b")).toEqual([]);
  });

  it("deleted, are gone from the list but not for good until purged", async () => {
    const store = await open();
    for (const id of ["a", "ab"]) {
      await store.put({ ...record(id), progress: PROGRESS }, arrays(1));
      await store.putFrame(id, frame(1));
    }
    await store.remove("a");
    expect((await store.list()).map(({ id }) => id)).toEqual(["ab"]);
    await store.purge(Date.now() - 60_000);
    await store.restore("a");
    expect(await store.list()).toHaveLength(2);
    expect(await store.weights("a", "best")).not.toBeNull();

    await store.remove("a");
    await store.purge(Date.now() + 1);
    await store.restore("a");
    expect((await store.list()).map(({ id }) => id)).toEqual(["ab"]);
    expect(await store.get("a")).toBeNull();
    expect(await store.weights("a", "last")).toBeNull();
    expect(await store.frames("a")).toEqual([]);
    expect(await store.frames("ab")).toHaveLength(1);
    expect(await store.checkpoint("ab")).not.toBeNull();
  });

  it("keep arrays of any length, to the bit", async () => {
    const store = await open();
    const long = (seed: number) =>
      Float32Array.from({ length: 300_001 }, (_, i) => Math.sin(i + seed));
    const large = { weights: long(1), best: long(2), m: long(3), v: long(4) };
    await store.put({ ...record("a"), progress: PROGRESS }, large);
    const { progress, ...stored } = (await store.checkpoint("a"))!;
    expect(progress).toEqual(PROGRESS);
    expect(digests(stored)).toEqual(digests(large));
    const best = (await store.weights("a", "best"))!;
    expect(digests({ best })).toEqual(digests({ best: large.best }));
  });

  it("put anew, have nothing left of the run before", async () => {
    const store = await open();
    await store.put({ ...record("a"), progress: PROGRESS }, arrays(1));
    await store.putFrame("a", frame(1));
    await store.put({ ...record("a"), progress: PROGRESS }, arrays(3, null));
    expect(await store.frames("a")).toEqual([]);
    expect(await store.weights("a", "best")).toBeNull();
  });

  it("tell who asks of each change", async () => {
    const store = await open();
    const told: string[] = [];
    const end = store.subscribe((id) => told.push(id));
    await store.put(record("a"));
    await store.update("a", { starred: true });
    await store.update("none", { starred: true });
    await store.remove("a");
    await store.purge(Date.now() + 1);
    expect(told).toEqual(["a", "a", "a", "a"]);
    end();
    await store.put(record("b"));
    expect(told).toHaveLength(4);
  });
});

describe("the database", () => {
  it("tells other tabs of changes, and they see them", async () => {
    const name = `runs-${++databases}`;
    const [one, other] = [await openDatabaseStore(name), await openDatabaseStore(name)];
    opened.push(one, other);
    const told = new Promise<string>((resolve) => other.subscribe(resolve));
    await one.put(record("a"));
    expect(await told).toBe("a");
    expect((await other.list()).map(({ id }) => id)).toEqual(["a"]);
  });

  it("full, refuses a checkpoint in plain words and keeps the one before, whole", async () => {
    const store = await KINDS.database();
    opened.push(store);
    await store.put({ ...record("a"), progress: PROGRESS }, arrays(1));
    const put = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
      this: IDBObjectStore,
      value: unknown,
      key?: IDBValidKey,
    ) {
      if (this.name === "optimizers") throw new DOMException("full", "QuotaExceededError");
      return put.call(this, value, key);
    });
    const later = { ...PROGRESS, step: 30 };
    const failure = await store.update("a", { progress: later }, arrays(2)).catch((e) => e);
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure).toMatchObject({ trouble: "full", message: /no room left/ });
    vi.restoreAllMocks();
    expect(await store.checkpoint("a")).toEqual({ progress: PROGRESS, ...arrays(1) });
    expect(await store.update("a", { progress: later }, arrays(2))).toBe(true);
  });
});

describe("a record with figures that no run has", () => {
  const { epochs, start, result, ...rest } = RUN.record;
  const whole = { ...rest, epochs, start, result };
  it.each<[string, object, RegExp]>([
    ["an epoch", { progress: { ...PROGRESS, epoch: 1001 } }, /its progress\.epoch must be a whole/],
    [
      "an SSIM",
      { result: { ...result, test: { ...result!.test, ssim: 5 } } },
      /result\.test\.ssim/,
    ],
    ["a loss", { losses: Float32Array.of(1, -1) }, /losses must be numbers.*number 2 is -1\.$/],
    [
      "a figure of an image",
      { test: { ...rest.test, mse: Float32Array.of(0, 9) } },
      /test\.mse must/,
    ],
    [
      "a setting",
      { config: { ...DEFAULT_CONFIG, batchSize: 0 } },
      /config is not allowed: the batch/,
    ],
    ["a date", { updatedAt: -5 }, /updatedAt must be/],
    ["threads", { start: { ...start, threads: 1e9 } }, /start\.threads must be/],
    ["its epochs", { epochs: undefined }, /epochs is missing/],
  ])(
    "in %s is told, not shown, and left as it is; others are there",
    async (_what, change, message) => {
      const store = await KINDS.database();
      opened.push(store);
      await store.put({ ...whole, id: "good" });
      await store.put({ ...whole, id: "bad", name: "amber", ...change } as typeof whole);
      const told: StorageError[] = [];
      expect((await store.list((error) => told.push(error))).map(({ id }) => id)).toEqual(["good"]);
      expect(told).toHaveLength(1);
      expect(told[0]).toMatchObject({ trouble: "damaged" });
      expect(told[0]!.message).toMatch(/^The stored run “amber” is damaged: its /);
      expect(told[0]!.message).toMatch(message);
      await expect(store.get("bad")).rejects.toThrow(message);
      expect(await store.get("good")).toEqual({ ...whole, id: "good" });
      // What was there is there: a later page may read it.
      expect(await store.update("bad", { ...whole, name: "mended" })).toBe(true);
      expect(await store.list()).toHaveLength(2);
    },
  );

  it("leaves pictures out that are none", async () => {
    const store = await KINDS.database();
    opened.push(store);
    await store.put(record("a"));
    await store.putFrame("a", frame(1));
    await store.putFrame("a", { ...frame(2), ssim: [7] });
    await store.putFrame("a", { ...frame(3), pixels: new Uint8Array(5) });
    expect((await store.frames("a")).map(({ step }) => step)).toEqual([1]);
  });
});

/** A connection of another page, which may heed nothing. */
const connect = (name: string, version: number, upgrade = (_database: IDBDatabase) => {}) =>
  new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => upgrade(opening.result);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });

describe("a database that others get at", () => {
  it("deleted between two calls, is made anew by the next", async () => {
    const name = `runs-${++databases}`;
    const store = await openDatabaseStore(name);
    opened.push(store);
    await store.put(record("a"));
    await new Promise((resolve, reject) => {
      const deleting = indexedDB.deleteDatabase(name);
      deleting.onsuccess = resolve;
      deleting.onerror = reject;
    });
    expect(await store.update("a", { starred: true })).toBe(false);
    await store.put(record("b"));
    expect((await store.list()).map(({ id }) => id)).toEqual(["b"]);
  });

  it("closed under a call's hands, is opened again for it", async () => {
    const store = await KINDS.database();
    opened.push(store);
    await store.put(record("a"));
    const { transaction } = IDBDatabase.prototype;
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementationOnce(function (
      this: IDBDatabase,
      ...given
    ) {
      this.close();
      return transaction.apply(this, given);
    });
    expect(await store.update("a", { starred: true })).toBe(true);
  });

  it("made by somebody else under our name, is replaced by ours", async () => {
    const name = `runs-${++databases}`;
    (await connect(name, 1)).close();
    const store = await openDatabaseStore(name);
    opened.push(store);
    await store.put(record("a"));
    expect(await store.list()).toHaveLength(1);
  });

  it("kept closed by another tab, says so in time, and is there once that tab is gone", async () => {
    const name = `runs-${++databases}`;
    // As of a tab that sleeps: it does not hear that a third one waits to change the database.
    const asleep = await connect(name, 1, (database) => {
      for (const store of ["runs", "weights", "optimizers", "frames"]) {
        database.createObjectStore(store);
      }
    });
    const deleting = indexedDB.deleteDatabase(name);
    const deleted = new Promise((resolve) => {
      deleting.onsuccess = resolve;
    });
    const failure = await openDatabaseStore(name, 50).catch((error) => error);
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure).toMatchObject({ trouble: "blocked", message: /Another tab/ });
    expect(failure.remedy).toMatch(/Close all other tabs/);
    asleep.close();
    await deleted;
    const store = await openDatabaseStore(name);
    opened.push(store);
    expect(await store.list()).toEqual([]);
  });

  it("of a newer version of the page, is left alone and named", async () => {
    const name = `runs-${++databases}`;
    (await connect(name, 2)).close();
    const failure = await openDatabaseStore(name).catch((error) => error);
    expect(failure).toMatchObject({ trouble: "newer", message: /newer version of this page/ });
    expect(failure.remedy).toMatch(/Reload the page/);
  });
});

describe("locks", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("that the browser refuses, are the page's own", async () => {
    const refuse = async () => {
      throw new DOMException("denied", "SecurityError");
    };
    vi.stubGlobal("navigator", { locks: { request: refuse, query: refuse } });
    const locks = createRunLocks();
    const [held, release] = await Promise.all([locks.held(), locks.take("a")]);
    expect(held.size).toBeLessThan(2);
    expect(release).not.toBeNull();
    expect(await locks.take("a")).toBeNull();
    expect(await locks.held()).toEqual(new Set(["a"]));
    release!();
    expect(await locks.held()).toEqual(new Set());
  });
});

describe("openRunStore", () => {
  it("keeps runs in memory, and says why, where the browser refuses its database", async () => {
    vi.spyOn(indexedDB, "open").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
    const { store, trouble } = await openRunStore();
    expect(store.kind).toBe("memory");
    expect(trouble).toMatchObject({ trouble: "refused", message: /store nothing/ });
    await store.put(record("a"));
    expect(await store.list()).toHaveLength(1);
  });

  it("takes the database where there is one", async () => {
    const { store, trouble } = await openRunStore();
    opened.push(store);
    expect(store.kind).toBe("disk");
    expect(trouble).toBeNull();
  });
});

describe("ids and names", () => {
  it("are different for each run, and pronounceable", () => {
    const ids = Array.from({ length: 50 }, newRunId);
    expect(new Set(ids).size).toBe(50);
    const names = ids.map((id) => record(id).name);
    expect(new Set(names).size).toBeGreaterThan(40);
    for (const name of names) expect(name).toMatch(/^[a-z]+-[a-z]+-[1-9][0-9]?$/);
  });
});
