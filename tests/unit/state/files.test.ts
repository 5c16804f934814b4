import { describe, expect, it } from "vitest";
import type { RunFiles } from "../../../src/client/files";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { exportRun, importRun } from "../../../src/state/files";
import { packRun, unpackRun } from "../../../src/storage/file/run-file";
import { createMemoryStore } from "../../../src/storage/memory";
import { newRecord } from "../../../src/storage/record";

/** As the worker does it, in this thread. */
const files: RunFiles = {
  pack: async (run) => packRun(run),
  unpack: async (bytes, id) => unpackRun(bytes, id),
};

const PROGRESS = {
  device: "wasm",
  epoch: 1,
  step: 2,
  images: 0,
  lossSum: 0,
  epochSeconds: 0,
  seconds: 1,
  trainedImages: 4,
  trainedSeconds: 1,
  best: null,
  kept: null,
};

async function storeWithRun() {
  const store = createMemoryStore();
  const record = {
    ...newRecord("first", DEFAULT_CONFIG, 5),
    name: "Äpfel / 50 %",
    progress: PROGRESS,
    losses: Float32Array.of(0.5, 0.4),
  };
  const arrays = {
    weights: Float32Array.of(1, 2, 3),
    best: null,
    m: Float32Array.of(1),
    v: Float32Array.of(2),
  };
  await store.put(record, arrays);
  const pixels = new Uint8Array(784).fill(7);
  await store.putFrame("first", {
    epoch: 1,
    step: 2,
    count: 1,
    pixels,
    ssim: [1],
    ssimWriteup: [1],
  });
  return store;
}

const host = (store = createMemoryStore(), weights = 3) => ({
  files,
  store,
  newId: () => "second",
  weightsOf: () => weights,
});

describe("a run on its way through a file", () => {
  it("comes back whole, beside the one that it came from", async () => {
    const store = await storeWithRun();
    const { name, blob } = await exportRun(files, store, "first");
    expect(name).toBe("Äpfel-50-.loom");
    expect(await importRun(host(store), blob, name)).toBe("second");
    expect((await store.list()).map(({ id }) => id).sort()).toEqual(["first", "second"]);
    expect(await store.checkpoint("second")).toEqual(await store.checkpoint("first"));
    expect(await store.frames("second")).toEqual(await store.frames("first"));
    expect(await store.get("second")).toMatchObject({
      name: "Äpfel / 50 %",
      status: "interrupted",
    });
  });

  it("can go without its pictures, which may show people", async () => {
    const store = await storeWithRun();
    const { blob } = await exportRun(files, store, "first", false);
    expect(await importRun(host(store), blob, "a.loom")).toBe("second");
    expect(await store.frames("second")).toEqual([]);
    expect(await store.checkpoint("second")).toEqual(await store.checkpoint("first"));
  });

  it("is refused where its weights are not those of its net, and nothing is stored", async () => {
    const { blob } = await exportRun(files, await storeWithRun(), "first");
    const store = createMemoryStore();
    const attempt = importRun(host(store, 4), blob, "a.loom");
    await expect(attempt).rejects.toThrow(/a.loom is not taken in.*4 weights.*3 are in it/);
    expect(await store.list()).toEqual([]);
  });

  it("is refused where it is none", async () => {
    const attempt = importRun(host(), new Blob(["hello"]), "photo.zip");
    await expect(attempt).rejects.toThrow("photo.zip is not taken in: it is damaged");
  });
});
