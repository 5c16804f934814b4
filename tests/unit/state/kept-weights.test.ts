import { describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import type { RunResult } from "../../../src/runs/results";
import type { App } from "../../../src/state/app";
import { keptWeights, weightsOf } from "../../../src/state/kept-weights";
import { createMemoryStore } from "../../../src/storage/memory";
import { newRecord } from "../../../src/storage/record";

const RESULT = { preset: "loom" } as RunResult;
const ARRAYS = {
  weights: Float32Array.of(1, 2),
  best: Float32Array.of(3, 4),
  m: new Float32Array(2),
  v: new Float32Array(2),
};

function setUp(restoreBest: boolean) {
  const store = createMemoryStore();
  const config = configFor("loom", { restoreBest });
  const app = { runs: { store: Promise.resolve(store) } } as unknown as Pick<App, "runs">;
  return { app, store, record: newRecord("a", config, 1) };
}

describe("keptWeights", () => {
  it("are the best epoch's where the run keeps those, else the last", async () => {
    for (const [restoreBest, expected] of [
      [true, ARRAYS.best],
      [false, ARRAYS.weights],
    ] as const) {
      const { app, store, record } = setUp(restoreBest);
      await store.put({ ...record, result: RESULT }, ARRAYS);
      expect(await keptWeights(app, record)).toEqual(expected);
    }
  });

  it("wait for the run's end to be stored", async () => {
    const { app, store, record } = setUp(false);
    await store.put(record, { ...ARRAYS, weights: Float32Array.of(0, 0) });
    const waiting = keptWeights(app, record);
    await store.update("a", {}, ARRAYS);
    await store.update("a", { result: RESULT });
    expect(await waiting).toEqual(ARRAYS.weights);
  });

  it("of a run that is under way are those of its newest checkpoint", async () => {
    const { app, store, record } = setUp(true);
    await store.put(record, { ...ARRAYS, best: null });
    expect(await weightsOf(app, record)).toEqual(ARRAYS.weights);
    await store.update("a", {}, ARRAYS);
    expect(await weightsOf(app, record)).toEqual(ARRAYS.best);
  });

  it("say what to do where none are stored", async () => {
    const { app, store, record } = setUp(false);
    await store.put({ ...record, result: RESULT });
    await expect(keptWeights(app, record)).rejects.toThrow("Train it again.");
  });
});
