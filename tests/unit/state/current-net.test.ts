import { describe, expect, it } from "vitest";
import { createStore } from "zustand/vanilla";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import {
  followAddress,
  hashOfRun,
  keepCurrentNet,
  loadNet,
  readCurrentNet,
  SHIPPED,
  weightsOfRun,
} from "../../../src/state/current-net";
import { type AppState, INITIAL_STATE } from "../../../src/state/state";
import { createMemoryStore } from "../../../src/storage/memory";
import { newRecord, type RunRecord } from "../../../src/storage/record";
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

type Page = ReturnType<typeof openPage>;

const current = ({ app }: Page) => app.store.getState().currentNet;

/** Trains the run under way to its end. */
const finish = async (page: Page, epochs = 1) => {
  for (let epoch = 1; epoch <= epochs; epoch++) page.epoch(epoch);
  page.emit({ type: "finished", runId: page.id(), result: result(DEFAULT_CONFIG), test: TEST });
  await settled();
};

/** A page with a finished run of two epochs. */
async function trained(page = openPage()) {
  await settled();
  page.begin();
  const id = page.id();
  await finish(page, 2);
  return { page, id };
}

/** The same browser after a reload; `remembered` by the tab. */
const reloaded = async (page: Page, remembered: string | null = null) => {
  const next = openPage(page.store, sharedLocks(), undefined, { currentNet: remembered });
  expect(current(next)).toBe(remembered);
  await settled();
  return next;
};

describe("the current net", () => {
  it("is the page's own where no run is kept", async () => {
    const page = openPage();
    expect(current(page)).toBeNull();
    await settled();
    expect(current(page)).toBe(SHIPPED);
  });

  it("is the run that somebody starts, from its first moment on, and stays it after Reset", async () => {
    const { page, id } = await trained();
    expect(current(page)).toBe(id);
    page.app.train();
    expect(current(page)).toBe(page.id());
    page.app.lookAt(id);
    expect(current(page)).toBe(id);
    page.app.reset();
    await settled();
    expect(current(page)).toBe(id);
  });

  it("is the run that is opened, gone on with or trained on, and what is chosen", async () => {
    const { page, id } = await trained();
    page.app.lookAt(SHIPPED);
    expect(current(page)).toBe(SHIPPED);
    await page.app.openRun(id);
    expect(current(page)).toBe(id);
    await page.app.continueRun(id, 3);
    expect(page.id()).not.toBe(id);
    expect(current(page)).toBe(page.id());
  });

  it("goes with a run of the queue while nobody looks, and stays where somebody does", async () => {
    const { page, id } = await trained();
    const seeds = (from: number) =>
      [0, 1].map((more) => ({ ...DEFAULT_CONFIG, seed: from + more }));
    page.app.enqueue(seeds(2));
    const first = page.id();
    expect(current(page)).toBe(first);
    const leave = page.app.look();
    started(page.emit, first, page.starts.at(-1)!.config);
    await finish(page);
    expect(page.id()).not.toBe(first);
    expect(current(page)).toBe(first);
    leave();
    started(page.emit, page.id(), page.starts.at(-1)!.config);
    await finish(page);
    page.app.enqueue(seeds(4), "sweep 1");
    expect(page.starts).toHaveLength(4);
    // A sweep's runs are for their curve.
    expect(current(page)).toBe(first);
    expect(first).not.toBe(id);
  });

  it("after a reload is what it was, or else the newest kept run with weights", async () => {
    const { page, id } = await trained();
    page.begin();
    const newer = page.id();
    await finish(page);
    expect(current(await reloaded(page))).toBe(newer);
    expect(current(await reloaded(page, id))).toBe(id);
    expect(current(await reloaded(page, SHIPPED))).toBe(SHIPPED);
    const next = await reloaded(page, "gone");
    expect(current(next)).toBe(newer);
    expect(next.app.runs.state.getState().trouble).toBeNull();
  });

  it("is the newest kept run once it is deleted, or came to nothing", async () => {
    const { page, id } = await trained();
    page.begin();
    const newer = page.id();
    page.app.reset();
    await settled();
    expect(current(page)).toBe(id);
    expect(newer).not.toBe(id);
    page.app.runs.remove(id);
    await settled();
    expect(current(page)).toBe(SHIPPED);
    expect(page.app.runs.state.getState().trouble).toBeNull();
  });

  it("that an address names and nobody has is said, early and late", async () => {
    const { page, id } = await trained();
    page.app.lookAt("elsewhere");
    expect(current(page)).toBe(id);
    expect(page.app.runs.state.getState().trouble?.message).toMatch(/not kept in this browser/);
    const early = openPage(page.store, sharedLocks());
    early.app.lookAt("elsewhere");
    await settled();
    expect(current(early)).toBe(id);
    expect(early.app.runs.state.getState().trouble?.message).toMatch(/not kept in this browser/);
    const known = openPage(page.store, sharedLocks());
    known.app.lookAt(id);
    await settled();
    expect(current(known)).toBe(id);
    expect(known.app.runs.state.getState().trouble).toBeNull();
  });

  it("is the page's own where runs cannot be read for long", async () => {
    const never = new Promise<never>(() => {});
    const store = { ...createMemoryStore(), list: () => never };
    const page = openPage(store);
    await settled();
    expect(current(page)).toBeNull();
    for (let i = 0; i < 100; i++) await settled();
    expect(current(page)).toBe(SHIPPED);
  });

  it("is remembered by the tab", () => {
    const kept = new Map<string, string>();
    const session = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    expect(readCurrentNet(session)).toBeNull();
    const app = createStore<AppState>(() => INITIAL_STATE);
    const end = keepCurrentNet(app, session);
    app.setState({ currentNet: "a" });
    expect(readCurrentNet(session)).toBe("a");
    app.setState({ currentNet: SHIPPED });
    expect(readCurrentNet(session)).toBe(SHIPPED);
    end();
    app.setState({ currentNet: "b" });
    expect(readCurrentNet(session)).toBe(SHIPPED);
    expect(readCurrentNet(null)).toBeNull();
  });
});

describe("an address behind its #", () => {
  function place(hash: string) {
    let listener = () => {};
    const at = {
      location: { hash },
      history: {
        state: "kept",
        replaceState(data: unknown, _: string, url: string) {
          expect(data).toBe("kept");
          at.location.hash = url;
        },
      },
      addEventListener(_: string, next: () => void) {
        listener = next;
      },
      removeEventListener() {
        listener = () => {};
      },
    };
    return { at, go: (to: string) => Object.assign(at.location, { hash: to }) && listener() };
  }

  it("names a net now and later, and then the view alone", () => {
    const { at, go } = place("#space?run=a%20b");
    const seen: string[] = [];
    const end = followAddress((id) => seen.push(id), at);
    expect(seen).toEqual(["a b"]);
    expect(at.location.hash).toBe("#space");
    go("#images");
    expect(seen).toHaveLength(1);
    go(hashOfRun("c"));
    expect(seen).toEqual(["a b", "c"]);
    expect(at.location.hash).toBe("#lab");
    go("#lab?run=");
    expect(seen.at(-1)).toBe(SHIPPED);
    end();
    go(hashOfRun("d", "space"));
    expect(seen).toHaveLength(3);
  });
});

describe("the weights of a run", () => {
  const quality = { mse: 0, psnr: 0, ssim: 0, ssimWriteup: 0 };

  /** A run of three epochs, the second of which was the best. */
  function record(id: string, restoreBest: boolean): RunRecord {
    const epochs = [true, true, false].map((isBest, i) => ({
      epoch: i + 1,
      step: 88 * (i + 1),
      trainLoss: 0,
      validationLoss: 0,
      validation: quality,
      isBest,
      seconds: 1,
    }));
    const { progress } = checkpointAfter(3);
    return {
      ...newRecord(id, { ...DEFAULT_CONFIG, restoreBest }, 0),
      epochs,
      progress: { ...progress, step: 264 },
    };
  }

  it("are those that its result is about, named by their moment", () => {
    expect(weightsOfRun(record("a", true))).toEqual({ step: 176, moment: "epoch 2" });
    const last = record("b", false);
    expect(weightsOfRun(last)).toEqual({ step: 264, moment: "epoch 3" });
    const within = { ...last, progress: { ...last.progress!, step: 31, images: 9, epoch: 1 } };
    expect(weightsOfRun({ ...within, epochs: [] })).toEqual({ step: 31, moment: "step 31" });
    expect(weightsOfRun({ ...last, progress: null })).toBeNull();
  });

  it("come as a copy, or say why there are none", async () => {
    const store = createMemoryStore();
    const opened = Promise.resolve(store);
    const { progress: _progress, ...arrays } = checkpointAfter(3, 2);
    await store.put(record("a", true), arrays);
    await store.put(record("b", false), arrays);
    await store.put(newRecord("c", DEFAULT_CONFIG, 0));
    expect(await loadNet(SHIPPED, opened)).toBe("shipped");
    expect(await loadNet("a", opened)).toMatchObject({ weights: arrays.best });
    expect(await loadNet("b", opened)).toMatchObject({ weights: arrays.weights });
    await expect(loadNet("c", opened)).rejects.toThrow(/^No weights of the run /);
    await expect(loadNet("d", opened)).rejects.toThrow(/no longer kept/);
  });
});
