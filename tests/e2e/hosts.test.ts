/** The page on other people's hosts: their headers, their frames, and where it cannot run at all. */

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Plugin } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { builtHeaders } from "../../scripts/lib/headers.mjs";
import { ROOT } from "../../scripts/lib/project.mjs";
import {
  button,
  closePages,
  launchBrowser,
  openContext,
  openMore,
  openPage,
  ready,
  type Served,
  type ServeOptions,
  serveApp,
  shownNumber,
} from "./app";

let browser: Browser;
/** Closed after each test, in this order. */
const open: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});
afterAll(() => closePages(browser));

async function serve(options?: ServeOptions): Promise<Served> {
  const app = await serveApp(options);
  open.push(app);
  return app;
}

async function context(): Promise<BrowserContext> {
  const made = await openContext(browser);
  open.push(made);
  return made;
}

describe("the headers that the build writes down", () => {
  it("are what the server sends, for the page, its scripts and its workers", async () => {
    const headers = builtHeaders();
    expect(Object.keys(headers)).toEqual([
      "Cross-Origin-Opener-Policy",
      "Cross-Origin-Embedder-Policy",
      "Cross-Origin-Resource-Policy",
      "X-Content-Type-Options",
      "Content-Security-Policy",
    ]);
    const { address } = await serve();
    const html = readFileSync(join(ROOT, "dist/index.html"), "utf8");
    const [script = ""] = /assets\/index-[^"]+\.js/.exec(html) ?? [];
    for (const path of ["", script]) {
      const answer = await fetch(address + path);
      expect(answer.status).toBe(200);
      // WebKit ends a worker whose script is asked for again and not modified, without COEP.
      const known = { "If-None-Match": answer.headers.get("ETag")! };
      const again = await fetch(address + path, { headers: known });
      expect(again.status).toBe(304);
      for (const [name, value] of Object.entries(headers)) {
        expect(answer.headers.get(name), `${path} ${name}`).toBe(value);
        expect(again.headers.get(name), `${path} ${name}`).toBe(value);
      }
    }
  });

  it("let nothing run that is not the page's own", async () => {
    const { address } = await serve();
    const { page, errors } = await openPage(browser, address);
    open.push(page.context());
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.injected = true";
      document.head.append(script);
      return "injected" in globalThis;
    });
    expect(ran).toBe(false);
    await expect.poll(() => errors.join()).toMatch(/Content Security Policy/);
  });
});

/** A page of another origin that shows ours in a frame. */
async function framing(address: string, embedder: string, attributes: string): Promise<Page> {
  const server: Server = createServer((_request, response) => {
    response.setHeader("Content-Type", "text/html");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    if (embedder) response.setHeader("Cross-Origin-Embedder-Policy", embedder);
    response.end(`<iframe ${attributes} width=1200 height=900 src="${address}"></iframe>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({ close: async () => server.close() });
  const page = await (await context()).newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return page;
}

/** Our page in the frame. */
async function framed(page: Page) {
  const frame = page.frames()[1]!;
  await expect.poll(() => frame.getByTestId("data-source").innerText()).toMatch(/^Fashion/);
  return frame;
}

describe("in a frame of another site", () => {
  it.each(["require-corp", "credentialless"])(
    "it opens where that site asks for %s, with threads if that allows it",
    async (embedder) => {
      const { address } = await serve();
      const allowed = await framing(address, embedder, 'allow="cross-origin-isolated"');
      const frame = await framed(allowed);
      expect(await frame.evaluate(() => crossOriginIsolated)).toBe(true);
      const without = await framed(await framing(address, embedder, ""));
      expect(await without.evaluate(() => crossOriginIsolated)).toBe(false);
      await openMore(without);
      // The devices are known a moment after the data.
      await expect
        .poll(() => without.getByTestId("devices").textContent())
        .toMatch(/One thread: .* a page that frames it does not allow it/);
    },
  );

  it("says that it cannot run where its storage and workers are taken away", async () => {
    const { address } = await serve();
    const page = await framing(address, "", 'sandbox="allow-scripts"');
    const alert = page.frames()[1]!.getByRole("alert");
    await expect.poll(() => alert.innerText()).toMatch(/sandboxed without allow-same-origin/);
  });
});

describe("where it cannot run", () => {
  it("says so when opened as a file", async () => {
    const page = await (await context()).newPage();
    await page.goto(pathToFileURL(join(ROOT, "dist/index.html")).href, { waitUntil: "commit" });
    await expect
      .poll(() => page.getByRole("alert").innerText())
      .toMatch(/cannot run from a file: /);
  });

  it.each<[string, () => void]>([
    [
      "color-mix",
      () => {
        const { supports } = CSS;
        CSS.supports = (...words: string[]) =>
          !words.join().includes("color-mix") && Reflect.apply(supports, CSS, words);
      },
    ],
    [
      ":has",
      () => {
        const { supports } = CSS;
        CSS.supports = (...words: string[]) =>
          !words.join().includes(":has") && Reflect.apply(supports, CSS, words);
      },
    ],
    ["CSS.supports", () => Reflect.deleteProperty(CSS, "supports")],
    ["toReversed", () => Reflect.deleteProperty(Array.prototype, "toReversed")],
    ["DecompressionStream", () => Reflect.deleteProperty(globalThis, "DecompressionStream")],
  ])("names the browsers that it needs to one without %s, and starts nothing", async (_, spoil) => {
    const { address } = await serve();
    const old = await context();
    await old.addInitScript(spoil);
    const page = await old.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(address, { waitUntil: "commit" });
    await expect.poll(() => page.getByRole("alert").innerText()).toMatch(/needs a newer browser: /);
    expect(await page.evaluate(() => document.getElementById("root"))).toBeNull();
    expect(asked.filter((url) => url.includes("worker"))).toEqual([]);
  });

  it("says so when a script of it is not there", async () => {
    const { address } = await serve();
    const page = await (await context()).newPage();
    await page.route(/assets\/index-.*\.js$/, (route) => route.fulfill({ status: 404 }));
    await page.goto(address);
    await expect.poll(() => page.getByRole("alert").innerText()).toMatch(/could not be fetched/);
  });
});

/** A host that takes the shards for compressed transfers of something else. */
const encodesShards: Plugin = {
  name: "encodes-shards",
  configurePreviewServer({ middlewares }) {
    middlewares.use((request, response, next) => {
      if (!request.url?.endsWith(".shard")) return next();
      response.setHeader("Content-Encoding", "gzip");
      response.setHeader("Content-Type", "application/octet-stream");
      response.end(readFileSync(join(ROOT, "dist", request.url)));
    });
  },
};

it("trains on images that the host sends with Content-Encoding", async () => {
  const { address } = await serve({ isolated: false, data: "all", plugins: [encodesShards] });
  const { page, errors } = await openPage(browser, `${address}?v=1&classes=1`);
  open.push(page.context());
  await ready(page);
  expect(await page.getByTestId("data-source").innerText()).toMatch(/^Fashion-MNIST/);
  await button(page, "Train").click();
  await expect.poll(() => shownNumber(page, "step")).toBeGreaterThan(1);
  expect(errors).toEqual([]);
});
