import { describe, expect, it, vi } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { leftBehind, statusOf } from "../../../src/state/runs";
import { createMemoryStore } from "../../../src/storage/memory";
import { newRecord } from "../../../src/storage/record";
import {
  checkpointAfter,
  openPage,
  result,
  settled,
  sharedLocks,
  standStill,
  started,
  TEST,
} from "./pages";

standStill();

describe("a tab that was closed in mid-training", () => {
  async function closedAfter(epochs: number) {
    const store = createMemoryStore();
    const before = openPage(store);
    before.begin();
    for (let epoch = 1; epoch <= epochs; epoch++) before.epoch(epoch);
    await settled();
    const id = before.id();
    // The browser frees a lock when its tab ends; the page gets no word in.
    return { id, store, locks: sharedLocks() };
  }

  it("leaves a run that the next visit offers, and goes on with from its checkpoint", async () => {
    const { id, store, locks } = await closedAfter(2);
    const page = openPage(store, locks);
    await settled();
    expect(leftBehind(page.app.runs.state.getState())?.id).toBe(id);

    await page.app.resumeRun(id);
    expect(page.starts).toHaveLength(1);
    expect(page.starts[0]).toMatchObject({ runId: id, checkpoint: checkpointAfter(2) });
    const run = page.app.store.getState().run!;
    expect(run).toMatchObject({ id, phase: "preparing", epoch: 2, losses: { count: 8 } });
    expect(run.epochs).toHaveLength(2);
    expect(page.app.images.get("reconstructions")!.pixels[0]).toBe(2);

    started(page.emit, id, run.config);
    page.epoch(3);
    const records = await page.records();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ id, status: "running", progress: { epoch: 3 } });
    expect(records[0]!.losses).toHaveLength(12);
    expect(leftBehind(page.app.runs.state.getState())).toBeNull();
  });

  it("goes on by the large button once the run is shown", async () => {
    const { id, store, locks } = await closedAfter(1);
    const page = openPage(store, locks);
    await settled();
    await page.app.openRun(id);
    expect(page.app.store.getState().run).toMatchObject({ id, phase: "interrupted" });
    page.app.resume();
    await settled();
    expect(page.starts[0]).toMatchObject({ runId: id, checkpoint: checkpointAfter(1) });
  });

  it("within its first epoch, leaves nothing to clutter the list", async () => {
    const { store, locks } = await closedAfter(0);
    const page = openPage(store, locks);
    expect(await page.records()).toEqual([]);
    expect(await store.list()).toEqual([]);
  });
});

describe("two tabs", () => {
  it("know of each other's runs, and neither goes on with what the other trains", async () => {
    const store = createMemoryStore();
    const locks = sharedLocks();
    const [one, other] = [openPage(store, locks), openPage(store, locks)];
    one.begin();
    one.epoch(1);
    const [record] = await other.records();
    expect(statusOf(other.app.runs.state.getState(), record!)).toBe("running");
    expect(leftBehind(other.app.runs.state.getState())).toBeNull();

    await other.app.resumeRun(one.id());
    expect(other.starts).toEqual([]);
    expect(other.app.runs.state.getState().trouble!.message).toMatch(/in another tab/);
    await other.app.openRun(one.id());
    expect(other.app.store.getState().run).toBeNull();
  });
});

describe("a stored run", () => {
  async function withFinishedRun() {
    const page = openPage();
    page.begin();
    page.epoch(1);
    page.epoch(2);
    const id = page.id();
    page.emit({ type: "finished", runId: id, result: result(DEFAULT_CONFIG), test: TEST });
    page.app.reset();
    await settled();
    return { page, id };
  }

  it("opens with its curves, result, settings and pictures", async () => {
    const { page, id } = await withFinishedRun();
    await page.store.update(id, { config: { ...DEFAULT_CONFIG, latentSize: 16 } });
    await page.app.openRun(id);
    const state = page.app.store.getState();
    expect(state.run).toMatchObject({ id, phase: "finished", result: { bestEpoch: 2 } });
    expect(page.app.frames.all().map(({ step }) => step)).toEqual([4, 8]);
    expect(state.settings.latentSize).toBe(16);
    expect(page.app.images.get("reconstructions")!.pixels[0]).toBe(2);
  });

  it("has its net looked into once somebody watches its layers, and not before", async () => {
    const { page, id } = await withFinishedRun();
    await page.app.openRun(id);
    await settled();
    expect(page.looks).toEqual([]);
    page.app.watch({ index: 3, layers: ["latent"] });
    page.app.watch({ index: 4, layers: ["latent"] });
    await settled();
    expect(page.looks).toEqual([
      {
        runId: id,
        config: DEFAULT_CONFIG,
        weights: checkpointAfter(2).weights,
        step: 8,
      },
    ]);
    await page.app.openRun(id);
    await settled();
    expect(page.looks).toHaveLength(2);
    // What trains has its layers shown anyway.
    await page.app.resumeRun(id);
    page.app.watch({ index: 5, layers: ["latent"] });
    await settled();
    expect(page.looks).toHaveLength(2);
  });

  it("that keeps its best epoch is shown and looked into as it was then, once it is over", async () => {
    const page = openPage();
    page.begin();
    const id = page.id();
    page.epoch(1);
    page.epoch(2);
    await settled();
    const config = { ...DEFAULT_CONFIG, restoreBest: true };
    const figures = (await page.store.get(id))!.epochs;
    const epochs = figures.map((each) => ({ ...each, isBest: each.epoch === 1 }));
    page.app.watch({ index: 0, layers: ["latent"] });
    page.emit({ type: "finished", runId: id, result: result(config), test: TEST });
    page.app.reset();
    await settled();
    await page.store.update(id, { config, epochs });
    await page.app.openRun(id);
    await settled();
    expect(page.looks.at(-1)).toMatchObject({ step: 4, weights: checkpointAfter(2).best });
    expect(page.app.images.get("reconstructions")!.pixels[0]).toBe(1);
    expect(page.app.frames.all()).toHaveLength(2);
    await page.store.update(id, { result: null, status: "interrupted" });
    await page.app.openRun(id);
    await settled();
    expect(page.looks.at(-1)).toMatchObject({ step: 8, weights: checkpointAfter(2).weights });
    expect(page.app.images.get("reconstructions")!.pixels[0]).toBe(2);
  });

  it("trains on as a copy, and keeps its own result", async () => {
    const { page, id } = await withFinishedRun();
    await page.store.update(id, { config: { ...DEFAULT_CONFIG, epochs: 2, patience: 1 } });
    await page.app.continueRun(id, 5);
    const [start] = page.starts.slice(-1);
    expect(start!.runId).not.toBe(id);
    expect(start).toMatchObject({
      config: { epochs: 7, patience: null },
      checkpoint: checkpointAfter(2),
    });
    const records = await page.records();
    expect(records).toHaveLength(2);
    expect(records.find((each) => each.id === id)).toMatchObject({ status: "finished" });
    expect(records.find((each) => each.id !== id)).toMatchObject({ continues: id, result: null });
    expect(await page.store.frames(start!.runId)).toHaveLength(2);
  });

  it("is renamed, starred, deleted, and brought back in time", async () => {
    const { page, id } = await withFinishedRun();
    const { runs } = page.app;
    runs.rename(id, "  my best  ");
    runs.rename(id, "   ");
    runs.star(id, true);
    expect((await page.records())[0]).toMatchObject({ name: "my best", starred: true });
    runs.remove(id);
    expect(await page.records()).toEqual([]);
    expect(runs.state.getState().deleted).toMatchObject({ id, name: "my best" });
    runs.undo();
    expect(await page.records()).toHaveLength(1);
    expect(runs.state.getState().deleted).toBeNull();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await page.records()).toHaveLength(1);
    runs.remove(id);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs.state.getState().deleted).toBeNull();
    expect(await page.store.get(id)).toBeNull();
  });

  it("that is gone is said, and nothing else happens", async () => {
    const page = openPage();
    await page.app.resumeRun("nowhere");
    await page.app.openRun("nowhere");
    await page.app.continueRun("nowhere", 3);
    expect(page.starts).toEqual([]);
    expect(page.app.runs.state.getState().trouble!.message).toMatch(/no longer stored/);
    expect(await page.locks.held()).toEqual(new Set());
  });

  it("is left alone while a run is under way", async () => {
    const { page, id } = await withFinishedRun();
    page.begin();
    const current = page.id();
    await page.app.openRun(id);
    expect(page.id()).toBe(current);
  });

  it("without a checkpoint is no left-behind run", async () => {
    const store = createMemoryStore();
    await store.put({ ...newRecord("a", DEFAULT_CONFIG, 1), status: "interrupted" });
    const page = openPage(store);
    await settled();
    expect(leftBehind(page.app.runs.state.getState())).toBeNull();
  });
});
