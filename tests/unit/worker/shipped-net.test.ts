/** How the net that comes with the page is fetched, and what is said of one that is damaged. */

import { readFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { AnswerError } from "../../../src/protocol/rpc";

const read = (file: string) =>
  new Uint8Array(readFileSync(new URL(`../../../public/nets/${file}`, import.meta.url)));
const MANIFEST = read("nested.json");
const WEIGHTS = read("nested.bin");
const DAMAGED = WEIGHTS.map((byte, i) => (i === 400_000 ? byte ^ 1 : byte));

afterEach(() => vi.unstubAllGlobals());

/** Fetches from a server and a browser's cache with those weights. */
async function fetched(weights: { cached: Uint8Array; server: Uint8Array }) {
  vi.stubGlobal("self", { location: { href: "http://page.test/assets/inference.js" } });
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: URL, { cache }: RequestInit) => {
    asked.push(`${address.pathname} ${cache}`);
    if (address.pathname.endsWith(".json")) return new Response(MANIFEST);
    return new Response((cache === "reload" ? weights.server : weights.cached).slice());
  });
  const { fetchShippedNet } = await import("../../../src/worker/inference/packed");
  return { net: await fetchShippedNet(), asked };
}

it("is fetched once where it is whole", async () => {
  const { net, asked } = await fetched({ cached: WEIGHTS, server: WEIGHTS });
  expect(net.config.preset).toBe("nested");
  expect(asked).toHaveLength(2);
});

it("is fetched anew, past the browser's cache, where one file is not the other's", async () => {
  const { net, asked } = await fetched({ cached: DAMAGED, server: WEIGHTS });
  expect(net.weights.every(Number.isFinite)).toBe(true);
  expect(asked.slice(2)).toEqual([
    expect.stringMatching(/nested\.json reload$/),
    expect.stringMatching(/nested\.bin reload$/),
  ]);
});

it("is refused in words where one bit is wrong on the server too", async () => {
  const attempt = fetched({ cached: DAMAGED, server: DAMAGED });
  await expect(attempt).rejects.toThrow(AnswerError);
  await expect(attempt).rejects.toThrow(/weights are damaged.*SHA-256/);
});

it("is refused in words where it has more bytes than its manifest says, or never ends", async () => {
  const longer = new Uint8Array(WEIGHTS.length + 1);
  const attempt = fetched({ cached: longer, server: longer });
  await expect(attempt).rejects.toThrow(AnswerError);
  await expect(attempt).rejects.toThrow(`nets/nested.bin has more than ${WEIGHTS.length} bytes.`);
});

it("that does not arrive, or is a page, says what a visitor can do", async () => {
  vi.stubGlobal("self", { location: { href: "http://page.test/assets/inference.js" } });
  const { fetchShippedNet } = await import("../../../src/worker/inference/packed");
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  await expect(fetchShippedNet()).rejects.toMatchObject({
    message: "The net that comes with the page did not arrive.",
    remedy: expect.stringMatching(/^See that you are online, then reload the page/),
  });
  vi.stubGlobal("fetch", async () => new Response("<!doctype html>"));
  await expect(fetchShippedNet()).rejects.toThrow(
    "The stored net's manifest is damaged: it is not JSON.",
  );
});

it("is given up where its server trickles or falls silent", async () => {
  vi.stubGlobal("self", { location: { href: "http://page.test/assets/inference.js" } });
  let sends = true;
  const trickle = (every: number) =>
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, every));
        if (sends) controller.enqueue(Uint8Array.of(32));
      },
    });
  const { fetchShippedNet } = await import("../../../src/worker/inference/packed");
  const reason = (body: () => BodyInit, limits: { silence: number; most: number }) => {
    vi.stubGlobal("fetch", async () => new Response(body()));
    return fetchShippedNet(limits).catch((error: unknown) => error);
  };
  const slow = await reason(() => trickle(5), { silence: 60_000, most: 100 });
  expect(slow).toBeInstanceOf(AnswerError);
  expect(slow).toMatchObject({
    isPassing: true,
    message: expect.stringMatching(/did not come: after 0.1 seconds/),
  });
  sends = false;
  const silent = await reason(() => trickle(60_000), { silence: 50, most: 60_000 });
  expect(silent).toMatchObject({
    message: expect.stringMatching(/the server sent nothing for 0.05 seconds/),
  });
});
