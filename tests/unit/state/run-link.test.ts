import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Arrival, type FetchOptions, fetchRunFile } from "../../../src/state/run-link";
import { StorageError } from "../../../src/storage/trouble";

describe("a run by link", () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/run.loom") response.setHeader("Content-Length", 5).end("bytes");
      else if (request.url === "/endless.loom") {
        const chunk = Buffer.alloc(4e6);
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on("drain", more);
        more();
      } else if (request.url === "/slow.loom") {
        response.setHeader("Content-Length", 1000);
        const drip = setInterval(() => response.write("."), 5);
        response.on("close", () => clearInterval(drip));
      } else if (request.url === "/stalled.loom") {
        response.setHeader("Content-Length", 1000);
        response.write("half a");
      } else if (request.url === "/silent.loom") {
        return;
      } else if (request.url === "/broken.loom") {
        response.setHeader("Content-Length", 1000);
        response.write("half a", () => response.destroy());
      } else {
        response.statusCode = 404;
        response.end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const get = (address: string, options: Partial<FetchOptions> = {}) =>
    fetchRunFile(address, base, {
      signal: new AbortController().signal,
      onProgress: () => {},
      ...options,
    });

  it("is fetched, from beside the page too, and tells how far it is", async () => {
    const told: Arrival[] = [];
    const file = await get("../run.loom", { onProgress: (arrival) => told.push(arrival) });
    expect(await file.text()).toBe("bytes");
    const { host } = new URL(base);
    expect(told[0]).toEqual({ host, loadedBytes: 0, totalBytes: null });
    expect(told.at(-1)).toEqual({ host, loadedBytes: 5, totalBytes: 5 });
  });

  it.each([
    ["there is none", "../none.loom", /answers with 404/],
    ["its server is not there", "http://127.0.0.1:9/run.loom", /does not answer/],
    ["it is no address of the web", "javascript:alert(1)", /begin with https/],
    ["it is no address", "http://", /address is none/],
    ["it never ends", "../endless.loom", /over 200 MB/],
    ["its connection breaks", "../broken.loom", /the connection to 127.0.0.1:\d+ broke off/],
    ["its server says nothing", "../silent.loom", /127.0.0.1:\d+ sent nothing for 0.2 seconds/],
    ["its server stops half-way", "../stalled.loom", /sent nothing for 0.2 seconds/],
  ])("is refused where %s", async (_why, address, message) => {
    // On a busy machine what does answer may take seconds between two chunks.
    const silence = /silent|stalled/.test(address) ? 200 : 60_000;
    const attempt = get(address, { silence });
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(StorageError);
  });

  it("is refused where it takes too long in all, however steadily it comes", async () => {
    const attempt = get("../slow.loom", { silence: 60_000, most: 300 });
    await expect(attempt).rejects.toThrow(/took more than 0.005 minutes/);
  });

  it("can be taken back", async () => {
    const control = new AbortController();
    const attempt = get("../slow.loom", {
      signal: control.signal,
      onProgress: ({ loadedBytes }) => {
        if (loadedBytes > 3) control.abort(new Error("taken back"));
      },
    });
    await expect(attempt).rejects.toThrow("taken back");
  });
});
