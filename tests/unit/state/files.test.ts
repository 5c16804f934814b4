import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunFiles } from "../../../src/client/files";
import { DEFAULT_CONFIG } from "../../../src/core/config";
import { exportRun, fetchRunFile, importRun } from "../../../src/state/files";
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
  weightsOf: async () => weights,
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

describe("a run by link", () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/run.loom") response.end("bytes");
      else if (request.url === "/endless.loom") {
        const chunk = Buffer.alloc(4e6);
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on("drain", more);
        more();
      } else {
        response.statusCode = 404;
        response.end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page/`;
  });
  afterAll(() => server.close());

  it("is fetched, from beside the page too", async () => {
    expect(await (await fetchRunFile("../run.loom", base)).text()).toBe("bytes");
  });

  it.each([
    ["there is none", "../none.loom", /answers with 404/],
    ["its server is not there", "http://127.0.0.1:9/run.loom", /does not answer/],
    ["it is no address of the web", "javascript:alert(1)", /begin with https/],
    ["it is no address", "http://", /address is none/],
    ["it never ends", "../endless.loom", /over 200 MB/],
  ])("is refused where %s", async (_why, address, message) => {
    await expect(fetchRunFile(address, base)).rejects.toThrow(message);
  });
});
