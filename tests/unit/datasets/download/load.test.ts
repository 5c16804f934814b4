import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DataError } from "../../../../src/datasets/download/errors";
import { loadDataset } from "../../../../src/datasets/download/load";
import { BASE, SHARD_BYTES, serve, shardPixels, testStore } from "./store";

const SHIRTS = "0-t-shirt-top.shard";
const TROUSERS = "1-trouser.shard";
const store = testStore([0, 1]);

afterEach(() => {
  vi.unstubAllGlobals();
});

const load = (fake: typeof fetch, classes: readonly number[] = [0, 1]) =>
  loadDataset({ classes, baseUrl: BASE, fetch: fake });

/** toEqual takes minutes over millions of bytes. */
const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

const answer =
  (respond: () => Response): typeof fetch =>
  async () =>
    respond();

/** A copy of the store with one file changed; null deletes it. */
function withFile(name: string, bytes: Uint8Array<ArrayBuffer> | null) {
  const files = new Map(store.files);
  if (bytes) files.set(name, bytes);
  else files.delete(name);
  return serve({ ...store, files }).fetch;
}

test("the chosen classes come class by class, and no other is fetched", async () => {
  const { fetch: fake, asked } = serve(store);
  const { dataset, note } = await load(fake, [1]);
  expect(note).toBe("");
  expect(dataset).toMatchObject({ spec: { source: "fashion-mnist" }, classes: [1], count: 7000 });
  expect(equal(dataset.images, shardPixels(1))).toBe(true);
  expect(new Set(dataset.labels)).toEqual(new Set([1]));
  expect(asked).toEqual(["manifest.json", TROUSERS]);
});

test.each([
  ["already unpacked by the browser", (packed: Uint8Array<ArrayBuffer>) => gunzipSync(packed)],
  ["byte by byte at first", (packed: Uint8Array<ArrayBuffer>) => packed],
])("a shard may come %s", async (_, sent) => {
  const steps: [number, number][] = [];
  const fake: typeof fetch = async (address) => {
    const bytes = store.files.get(String(address).slice(BASE.length))!;
    if (!String(address).endsWith(".shard")) return new Response(bytes);
    const body = new Uint8Array(sent(bytes));
    const chunks = [body.slice(0, 1), body.slice(1, 2), body.slice(2, 9000), body.slice(9000)];
    return new Response(
      new ReadableStream({
        pull(controller) {
          const next = chunks.shift();
          if (next) controller.enqueue(next);
          else controller.close();
        },
      }),
    );
  };
  const { dataset } = await loadDataset({
    classes: [1],
    baseUrl: BASE,
    fetch: fake,
    onProgress: (...step) => steps.push(step),
  });
  expect(equal(dataset.images, shardPixels(1))).toBe(true);
  const all = store.files.get(TROUSERS)!.length;
  for (const [i, [loaded, total]] of steps.entries()) {
    expect(total).toBe(all);
    expect(loaded).toBeGreaterThanOrEqual(steps[i - 1]?.[0] ?? 0);
  }
  expect(steps.at(-1)![0]).toBeCloseTo(all, 6);
});

test.each([
  ["falls silent", { silence: 60, most: 60_000 }, 1e9, "the server sent nothing for 0.06 seconds"],
  [
    "sends a byte now and then",
    { silence: 60_000, most: 150 },
    5,
    "after 0.15 seconds there was no",
  ],
])("a server that %s is given up, and let go", async (_, limits, every, words) => {
  const ended: unknown[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  const fake: typeof fetch = async (address, options) => {
    options?.signal?.addEventListener("abort", () => ended.push(address));
    if (!String(address).endsWith(".shard")) {
      return new Response(store.files.get(String(address).slice(BASE.length))!);
    }
    return new Response(
      new ReadableStream({
        start(controller) {
          // Bytes of its own: others would be found damaged before the time is over.
          const packed = store.files.get(TROUSERS)!;
          let at = 10;
          controller.enqueue(packed.slice(0, at));
          timer = setInterval(() => controller.enqueue(packed.slice(at, ++at)), every);
        },
        cancel: () => clearInterval(timer),
      }),
    );
  };
  const loading = loadDataset({ classes: [1], baseUrl: BASE, fetch: fake, limits });
  await expect(loading).rejects.toThrow(words);
  await expect(loading).rejects.toMatchObject({ trouble: "unreachable" });
  expect(ended).toContain(`${BASE}${TROUSERS}`);
  clearInterval(timer);
});

test("a server that does not answer at all is given up", async () => {
  const fake: typeof fetch = () => new Promise(() => {});
  const limits = { silence: 50 };
  const loading = loadDataset({ classes: [1], baseUrl: BASE, fetch: fake, limits });
  await expect(loading).rejects.toThrow("the server sent nothing for 0.05 seconds");
});

test("classes are put in ascending order, without repeats", async () => {
  const { dataset } = await load(serve(store).fetch, [1, 0, 1]);
  expect(dataset.classes).toEqual([0, 1]);
  expect(dataset.count).toBe(14_000);
  expect(equal(dataset.images.subarray(0, SHARD_BYTES), shardPixels(0))).toBe(true);
  expect(equal(dataset.images.subarray(SHARD_BYTES), shardPixels(1))).toBe(true);
  expect(dataset.labels[6999]).toBe(0);
  expect(dataset.labels[7000]).toBe(1);
});

test("progress counts compressed bytes, from nothing to all", async () => {
  const steps: [number, number][] = [];
  await loadDataset({
    classes: [0, 1],
    baseUrl: BASE.slice(0, -1),
    fetch: serve(store).fetch,
    onProgress: (loaded, total) => steps.push([loaded, total]),
  });
  const total = store.files.get(SHIRTS)!.length + store.files.get(TROUSERS)!.length;
  expect(steps[0]).toEqual([0, total]);
  expect(steps.at(-1)).toEqual([total, total]);
  expect(steps.length).toBeGreaterThan(4);
  for (let i = 1; i < steps.length; i++) expect(steps[i]![0]).toBeGreaterThan(steps[i - 1]![0]);
});

describe("without a store the garments are synthetic, and the note says why", () => {
  test.each([
    ["404", () => new Response("", { status: 404 })],
    ["an object store's 403", () => new Response("", { status: 403 })],
    ["a page instead of the manifest", () => new Response("<!doctype html><p>Hello")],
  ])("%s", async (_, respond) => {
    const { dataset, note } = await load(answer(respond), [1]);
    expect(dataset).toMatchObject({ spec: { source: "synthetic" }, classes: [1], count: 7000 });
    expect(note).toMatch(/this server has no Fashion-MNIST; whoever runs it can add that/);
  });
});

describe("a store that is there but not good is an error that says what to do", () => {
  const packed = store.files.get(SHIRTS)!;
  const flipped = packed.slice();
  flipped[Math.floor(packed.length / 2)]! ^= 0xff;
  const wrongChecksum = gzipSync(shardPixels(5));
  test.each([
    ["a missing shard", null, /answers 404 for 0-t-shirt-top/],
    ["a flipped byte", flipped, /T-shirt.* damaged/],
    ["a shard cut off", packed.slice(0, packed.length / 2), /T-shirt.* cut off.*of \d+ bytes/],
    ["another class's images", new Uint8Array(wrongChecksum), /SHA-256/],
    [
      "too few images",
      new Uint8Array(gzipSync(new Uint8Array(784))),
      /they have 784 bytes and should have 5488000/,
    ],
    [
      "too many",
      new Uint8Array(gzipSync(new Uint8Array(SHARD_BYTES + 1))),
      /more than 5488000 bytes/,
    ],
    [
      "no gzip at all",
      new TextEncoder().encode("x".repeat(9)),
      /damaged: they are no gzip file.* 5488000 .*not 9\.$/,
    ],
    ["nothing", new Uint8Array(0), /no gzip file.*not 0/],
  ])("%s", async (_, bytes, message) => {
    const loading = load(withFile(SHIRTS, bytes));
    await expect(loading).rejects.toThrow(DataError);
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toMatchObject({ trouble: "damaged" });
    await expect(loading).rejects.toThrow(/[^.]\.$/);
  });

  test("a damaged manifest", async () => {
    const loading = load(withFile("manifest.json", new TextEncoder().encode('{"version":')));
    await expect(loading).rejects.toThrow(/manifest is damaged/);
  });

  test("a server that fails or does not answer", async () => {
    await expect(load(answer(() => new Response("", { status: 500 })))).rejects.toThrow(
      /answered 500/,
    );
    const offline: typeof fetch = async () => {
      throw new TypeError("Failed to fetch");
    };
    await expect(load(offline)).rejects.toMatchObject({
      message: `The server did not answer for ${BASE}manifest.json.`,
      trouble: "unreachable",
    });
  });

  /** A body that begins so, and goes on with that piece for as long as anybody reads. */
  function endless(piece: Uint8Array<ArrayBuffer>, first?: Uint8Array<ArrayBuffer>) {
    const state = { sent: 0, cancelled: false };
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        if (first) controller.enqueue(first);
      },
      pull(controller) {
        state.sent += piece.length;
        controller.enqueue(piece);
      },
      cancel() {
        state.cancelled = true;
      },
    });
    return { state, body };
  }

  test("a manifest that never ends is given up after a megabyte", async () => {
    const { state, body } = endless(new Uint8Array(100_000).fill(32));
    await expect(load(answer(() => new Response(body)))).rejects.toThrow(
      "The stored data set's manifest has over 1 MB, and should have 3 kB.",
    );
    expect(state.cancelled).toBe(true);
    expect(state.sent).toBeLessThan(1.5e6);
  });

  const gzipHeader = new Uint8Array(gzipSync("").subarray(0, 10));
  const emptyBlocks = Uint8Array.from({ length: 50_000 }, (_, i) => (i % 5 < 3 ? 0 : 255));
  test.each([
    ["unpacks to more and more", endless(new Uint8Array(gzipSync(new Uint8Array(1 << 20))))],
    ["unpacks to nothing, for ever,", endless(emptyBlocks, gzipHeader)],
  ])("a shard that %s is given up", async (_, { state, body }) => {
    const { fetch: serves } = serve(store);
    const fake: typeof fetch = async (input, init) =>
      String(input).endsWith(".shard") ? new Response(body) : serves(input, init);
    await expect(load(fake, [0])).rejects.toThrow(/T-shirt.*they have more than \d+ bytes\.$/);
    await vi.waitFor(() => expect(state.cancelled).toBe(true));
    expect(state.sent).toBeLessThan(SHARD_BYTES + 1e6);
  });
});

test("without crypto.subtle, size and gzip's own checksum are still verified", async () => {
  vi.stubGlobal("crypto", {});
  const { dataset } = await load(serve(store).fetch, [0]);
  expect(dataset.count).toBe(7000);
  // The last 8 bytes of a gzip file are its CRC-32 and size.
  const packed = store.files.get(SHIRTS)!.slice();
  packed[packed.length - 8]! ^= 1;
  await expect(load(withFile(SHIRTS, packed), [0])).rejects.toThrow(/damaged/);
});

test("classes that do not exist are refused before any image is fetched", async () => {
  const { fetch: fake, asked } = serve(store);
  await expect(load(fake, [])).rejects.toThrow(/at least one/);
  await expect(load(fake, [10])).rejects.toThrow(/ids from 0 to 9/);
  expect(new Set(asked)).toEqual(new Set(["manifest.json"]));
});
