import "fake-indexeddb/auto";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodePicture } from "../../../src/cli/dataset/decode";
import { DEFAULT_CONFIG, type RunConfig } from "../../../src/config/config";
import type { OwnData } from "../../../src/datasets/own-data";
import type { BroughtFile, OwnDataQuestions } from "../../../src/protocol/own-data";
import type { RpcWorker } from "../../../src/protocol/rpc";
import type { OwnDataStore } from "../../../src/state/own-data";
import { createOwnData } from "../../../src/state/own-data-later";
import { openOwnData } from "../../../src/storage/own-data";
import { OwnDataSession, toAnswerError } from "../../../src/worker/own-data/session";
import { type RpcPort, serve } from "../../../src/worker/rpc";
import { byClass, csvText, idxImages, idxLabels, testImages } from "../datasets/formats/files";

/** Other programs may have the cores. */
const poll = <Value>(value: () => Value) => expect.poll(value, { timeout: 60_000 });

const IMAGES = testImages(90, 8, 8, 1);
const file = (path: string, content: BlobPart): BroughtFile => ({
  path,
  file: new Blob([content]),
});
const DIGITS = file("digits.csv", csvText(IMAGES));

const get = vi.fn<typeof fetch>();
const running = new Set<RpcWorker<OwnDataQuestions>>();

/** A worker in this thread. */
function start(): RpcWorker<OwnDataQuestions> {
  const worker: RpcWorker<OwnDataQuestions> = {
    postMessage(data) {
      queueMicrotask(() => port.onmessage?.({ data } as MessageEvent));
    },
    terminate: () => void running.delete(worker),
    onmessage: null,
    onerror: null,
    onmessageerror: null,
  };
  const port: RpcPort<OwnDataQuestions> = {
    postMessage(data) {
      queueMicrotask(() => worker.onmessage?.({ data } as MessageEvent));
    },
    onmessage: null,
  };
  running.add(worker);
  const session = new OwnDataSession({
    database: openOwnData(),
    decode: decodePicture,
    fetch: (...request) => get(...request),
  });
  serve(port, session.handlers, toAnswerError);
  return worker;
}

let store: OwnDataStore;
let known: readonly OwnData[];
const taken = vi.fn<(set: OwnData) => void>();
const replaced = vi.fn();
let isUsed: boolean;
let isTraining: boolean;
let settings: RunConfig;

const open = (told: (sets: readonly OwnData[]) => void): OwnDataStore =>
  createOwnData(
    {
      start,
      known: told,
      taken,
      replaced,
      isUsed: () => isUsed,
      settings: () => settings,
      isTraining: () => isTraining,
      change(change) {
        settings = { ...settings, ...change };
      },
      fallBack() {
        const { data, classes } = DEFAULT_CONFIG;
        settings = { ...settings, data, classes };
        return "Fashion-MNIST";
      },
    },
    () => import("../../../src/state/own-data"),
  );

const bringing = () => store.state.getState().bringing;
const settled = async (step = "proposed") => {
  // What was asked for takes a moment to begin.
  await new Promise((resolve) => setTimeout(resolve));
  await poll(() => bringing()?.step).toBe(step);
  return bringing()!;
};
const broughtDigits = async (): Promise<OwnData> => {
  store.bring({ files: [DIGITS] }, "digits.csv");
  await settled();
  return (await store.keep())!;
};

beforeEach(async () => {
  vi.stubGlobal("window", { location: new URL("https://here.org/loom/") });
  isUsed = false;
  isTraining = false;
  settings = DEFAULT_CONFIG;
  known = [];
  store = open((sets) => {
    known = sets;
  });
  await poll(() => store.state.getState().sets).not.toBeNull();
});
afterEach(async () => {
  for (const { spec } of known) await store.remove(spec.id);
  store.dispose();
  vi.resetAllMocks();
  vi.unstubAllGlobals();
});

describe("a data set that is brought", () => {
  it("is proposed, changed, kept, and taken by the form", async () => {
    store.bring({ files: [DIGITS] }, "digits.csv");
    await poll(bringing).toMatchObject({ what: "digits.csv", title: "digits" });
    expect((await settled()).proposal).toMatchObject({ format: "csv", images: 90 });
    expect(store.state.getState().sets).toEqual([]);
    store.choose({ size: "16x16" });
    await settled();
    expect(bringing()?.proposal?.shape).toEqual({ height: 16, width: 16, channels: 1 });
    store.choose({ size: "8x8" });
    await settled();
    store.setTitle("Digits");
    const worker = [...running].at(-1)!;
    const kept = await store.keep();
    expect(kept).toMatchObject({
      spec: { title: "Digits", height: 8, classNames: ["0", "1", "2"], source: "own" },
      counts: [30, 30, 30],
      bytes: 90 * 64,
      from: "digits.csv",
    });
    expect(taken.mock.calls).toEqual([[kept]]);
    expect(known).toEqual([kept]);
    expect(bringing()).toBeNull();
    // Its files' worker has ended, with all that it held.
    expect(running.has(worker)).toBe(false);
    const strip = await store.images(kept!.spec.id, 1, 0, 2);
    expect(strip).toMatchObject({ count: 2, all: 30 });
    expect(strip!.pixels).toEqual(byClass(IMAGES).slice(30 * 64, 32 * 64));
  });

  it("has the same id from another format", async () => {
    const { spec } = await broughtDigits();
    const gz = gzipSync(idxImages(IMAGES));
    const files = [
      file("a/train-images-idx3-ubyte.gz", new Uint8Array(gz)),
      file("a/train-labels-idx1-ubyte", idxLabels(IMAGES)),
    ];
    store.bring({ files }, "2 files");
    expect((await settled()).title).toBe("a");
    expect((await store.keep())!.spec.id).toBe(spec.id);
    expect(store.state.getState().sets).toHaveLength(1);
  });

  it("keeps the last proposal while a choice that cannot be is told of", async () => {
    store.bring({ files: [DIGITS] }, "digits.csv");
    await settled();
    store.choose({ size: "200x200" });
    await poll(() => bringing()?.error).toMatch(/^size must be pixels down and across/);
    expect(bringing()).toMatchObject({ step: "proposed", proposal: { images: 90 } });
    expect(await store.keep()).toBeNull();
    expect(bringing()?.error).toMatch(/^size must be/);
    store.choose({ size: "28x28" });
    await settled();
    expect(bringing()).toMatchObject({ error: null, proposal: { shape: { height: 28 } } });
  });

  it.each([
    ["a page", [file("data.csv", "<!doctype html><p>Log in")], /data\.csv .*web page/],
    ["few images", [file("few.csv", csvText(testImages(9, 8, 8, 1)))], /few\.csv has 9 images/],
    ["nothing", [], /^There are no files/],
  ])("is refused in a sentence: %s", async (_, files, message) => {
    store.bring({ files }, "files");
    await poll(() => bringing()?.error).toMatch(message);
    expect(bringing()).toMatchObject({ step: "looking", proposal: null });
    expect(await store.keep()).toBeNull();
    expect(store.state.getState().sets).toEqual([]);
  });

  it("leaves nothing where it is cancelled", async () => {
    store.bring({ files: [DIGITS] }, "digits.csv");
    await settled();
    const worker = [...running].at(-1)!;
    const keeping = store.keep();
    // Not before it has begun.
    await poll(() => bringing()?.step).toBe("keeping");
    store.cancel();
    expect(await keeping).toBeNull();
    expect(bringing()).toBeNull();
    expect(running.has(worker)).toBe(false);
    const other = openOwnData();
    expect(await other.list()).toEqual([]);
    other.close();
    expect(taken).not.toHaveBeenCalled();
  });
});

describe("a data set from an address", () => {
  const answer = (body: BodyInit, init?: ResponseInit) =>
    get.mockResolvedValue(new Response(body, init));

  it("is fetched at once from the page's own server", async () => {
    answer(csvText(IMAGES));
    store.bringLinked("data/mine/digits.csv?v=2");
    expect((await settled()).title).toBe("digits");
    expect(get.mock.calls[0]![0]).toBe("https://here.org/loom/data/mine/digits.csv?v=2");
    // Once, whatever is chosen.
    store.choose({ size: "16x16" });
    await settled();
    expect(get).toHaveBeenCalledTimes(1);
  });

  it("is asked of another host only once somebody has said so", async () => {
    answer(csvText(IMAGES));
    store.bringLinked("https://elsewhere.net/digits.csv");
    await poll(bringing).toMatchObject({ step: "asking", host: "elsewhere.net" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(get).not.toHaveBeenCalled();
    store.allow();
    await settled();
    expect(get).toHaveBeenCalledTimes(1);
    expect(get.mock.calls[0]![1]).toMatchObject({ credentials: "omit" });
  });

  it.each([
    [
      "no answer",
      () => get.mockRejectedValue(new TypeError("Failed to fetch")),
      /^other\.org does not answer, or lets no other page read its files \(CORS\): download d\.npz and drop it here\.$/,
    ],
    [
      "404",
      () => answer("", { status: 404 }),
      /^other\.org answers 404 for d\.npz: see whether the address is right\.$/,
    ],
    [
      "a page",
      () => answer("<p>", { headers: { "Content-Type": "text/html; charset=utf-8" } }),
      /is a web page, not a file of data/,
    ],
    [
      "10 GB",
      () => answer("x", { headers: { "Content-Length": "10000000000" } }),
      /^d\.npz has over 1.2 GB/,
    ],
  ])("is refused in a sentence: %s", async (_, prepare, message) => {
    prepare();
    store.bring({ address: "https://other.org/a/d.npz" }, "https://other.org/a/d.npz");
    await poll(() => bringing()?.error).toMatch(message);
  });

  it("is none that is no address of a file", async () => {
    store.bring({ address: "file:///etc/passwd" }, "file:///etc/passwd");
    await poll(() => bringing()?.error).toMatch(/is no address of a file/);
    expect(get).not.toHaveBeenCalled();
  });
});

describe("a data set that is kept", () => {
  it("is renamed, merged and thinned; the one before can be put back", async () => {
    const before = await broughtDigits();
    const named = await store.change(before.spec.id, { kind: "title", title: "Numbers" });
    expect(named!.spec).toEqual({ ...before.spec, title: "Numbers" });
    const classes = [
      { name: "even", of: [0, 2] },
      { name: "odd", of: [1] },
    ];
    const merged = await store.change(before.spec.id, { kind: "classes", classes });
    expect(merged).toMatchObject({ counts: [60, 30], spec: { classNames: ["even", "odd"] } });
    expect(replaced.mock.calls).toEqual([[before.spec.id, merged]]);
    expect(store.state.getState()).toMatchObject({ sets: [merged], removed: named });
    const thinned = await store.change(merged!.spec.id, { kind: "without", images: [0, 1] });
    expect(thinned!.counts).toEqual([58, 30]);
    await store.putBack();
    expect(
      store.state
        .getState()
        .sets?.map(({ spec }) => spec.id)
        .sort(),
    ).toEqual([merged!.spec.id, thinned!.spec.id].sort());
    expect(await store.change(thinned!.spec.id, { kind: "classes", classes: [] })).toBeNull();
    expect(store.state.getState().trouble).toMatch(/^0 images would be left/);
  });

  it("stays beside what it has become where runs were trained on it", async () => {
    const before = await broughtDigits();
    isUsed = true;
    const after = await store.change(before.spec.id, { kind: "without", images: [5] });
    expect(store.state.getState().sets?.map(({ spec }) => spec.id)).toEqual([
      after!.spec.id,
      before.spec.id,
    ]);
    expect(store.state.getState().removed).toBeNull();
  });

  it("is removed and put back", async () => {
    const kept = await broughtDigits();
    await store.remove(kept.spec.id);
    expect(store.state.getState()).toMatchObject({ sets: [], removed: kept });
    expect(known).toEqual([]);
    await store.putBack();
    expect(store.state.getState()).toMatchObject({ sets: [kept], removed: null });
  });

  describe("and that the form is for", () => {
    /** The form's settings are for a set that is kept, and of two classes. */
    const chosen = async (): Promise<OwnData> => {
      const kept = await broughtDigits();
      settings = { ...DEFAULT_CONFIG, data: kept.spec.id, classes: [1, 2], latentSize: 16 };
      return kept;
    };
    const trouble = () => store.state.getState().trouble;

    it("is deleted: the form is for Fashion-MNIST until it is put back, as it was", async () => {
      const { spec } = await chosen();
      const before = settings;
      await store.remove(spec.id);
      expect(settings).toEqual({ ...DEFAULT_CONFIG, latentSize: 16 });
      expect(trouble()).toBe(
        "“digits” was deleted, and the settings were for it: they are for Fashion-MNIST now. " +
          "“Undo” under Data brings both back. Runs that were trained on it stay.",
      );
      await store.putBack();
      expect(settings).toEqual(before);
      expect(trouble()).toBeNull();
    });

    it("is deleted and put back, and what was chosen meanwhile stays", async () => {
      const { spec } = await chosen();
      isTraining = true;
      await store.remove(spec.id);
      expect(trouble()).toMatch(/Runs .* stay, and the one under way goes on to its end\.$/);
      settings = { ...settings, latentSize: 8 };
      await store.putBack();
      expect(settings).toEqual({ ...DEFAULT_CONFIG, latentSize: 8 });
      expect(trouble()).toBeNull();
    });

    it("becomes another, or another is deleted: nothing is said", async () => {
      const { spec } = await chosen();
      const before = settings;
      const thinned = await store.change(spec.id, { kind: "without", images: [0] });
      settings = { ...before, data: thinned!.spec.id };
      await store.putBack();
      await store.remove(spec.id);
      expect(settings).toEqual({ ...before, data: thinned!.spec.id });
      expect(trouble()).toBeNull();
    });

    it("is deleted in another tab", async () => {
      const { spec } = await chosen();
      const other = open(() => {});
      await poll(() => other.state.getState().sets).not.toBeNull();
      // One form for both: the other tab's says nothing more.
      await other.remove(spec.id);
      await poll(() => store.state.getState().sets).toEqual([]);
      expect(settings.data).toBe(DEFAULT_CONFIG.data);
      other.dispose();
    });
  });

  it("is known to another tab", async () => {
    const other = open(() => {});
    const kept = await broughtDigits();
    await poll(() => other.state.getState().sets).toEqual([kept]);
    await store.remove(kept.spec.id);
    await poll(() => other.state.getState().sets).toEqual([]);
    other.dispose();
  });
});
