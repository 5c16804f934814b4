/** The page's service workers: threads without headers, visits without a network, newer versions. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { createServer } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { builtHeaders, OPEN_HEADERS } from "../../scripts/lib/headers.mjs";
import { ROOT } from "../../scripts/lib/project.mjs";
import { headers } from "../../vite.config";
import {
  button,
  closePages,
  launchBrowser,
  openContext,
  openMore,
  ready,
  serveApp,
  shownNumber,
} from "./app";
import { StaticHost } from "./static-host";

const DIST = join(ROOT, "dist");
const THREADS = /^WASM .*, ([2-9]|\d\d) threads$/;
/** Trousers alone, too long to end. */
const LINK = "?v=1&classes=1&epochs=900";

let browser: Browser;
/** The same page, of a later build: its scripts have other names. */
let later: string;
/** Closed after each test, in this order. */
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  later = laterBuild();
});
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});
afterAll(async () => {
  await closePages(browser);
  rmSync(later, { recursive: true, force: true });
});

function laterBuild(): string {
  const folder = mkdtempSync(join(tmpdir(), "latent-loom-later-"));
  cpSync(DIST, folder, { recursive: true });
  const scripts = readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".js"));
  const anyName = new RegExp(
    scripts.map((name) => name.replaceAll(/[.$]/g, "\\$&")).join("|"),
    "g",
  );
  const renamed = (text: string) =>
    text.replace(anyName, (name) => name.replace(/js$/, "later.js"));
  for (const file of ["index.html", "offline.js", ...scripts.map((name) => `assets/${name}`)]) {
    const text = readFileSync(join(folder, file), "utf8");
    rmSync(join(folder, file));
    const revised = renamed(text).replace(/(url:.\.\/.,revision:.)[0-9a-f]+/, "$1later");
    writeFileSync(join(folder, renamed(file)), revised);
  }
  return folder;
}

async function host(sends: Readonly<Record<string, string>> = {}): Promise<StaticHost> {
  const opened = await StaticHost.open(DIST, sends);
  open.push(() => opened.goAway());
  return opened;
}

async function visitor(): Promise<BrowserContext> {
  const context = await openContext(browser);
  open.push(() => context.close());
  return context;
}

const step = (page: Page) => shownNumber(page, "step");

async function train(page: Page): Promise<void> {
  await button(page, "Train").click();
  await expect.poll(() => step(page)).toBeGreaterThan(2);
}

/** Until the service worker has all that it keeps, and serves the next visit. */
async function kept(page: Page): Promise<void> {
  const state = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const worker = registration?.active;
      return worker?.scriptURL.endsWith("/offline.js") ? worker.state : null;
    });
  await expect.poll(state).toBe("activated");
}

describe("on a host that sends no headers", () => {
  it("the first visit trains on threads, and nothing is fetched twice for it", async () => {
    const plain = await host();
    const page = await (await visitor()).newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(plain.address);
    await ready(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const asked = () => plain.sent.map(({ path }) => path);
    // Nothing is kept yet: that waits for the first step.
    expect(asked()).not.toContain("offline.js");
    await button(page, "Train").click();
    await expect.poll(() => step(page)).toBeGreaterThan(2);
    expect(await page.getByTestId("device-in-use").innerText()).toMatch(THREADS);
    await kept(page);
    const bodies = plain.sent.filter(({ bytes }) => bytes > 0);
    const times = new Map<string, number>();
    for (const { path } of bodies) times.set(path, (times.get(path) ?? 0) + 1);
    const twice = [...times].filter(([, count]) => count > 1).map(([path]) => path);
    expect(twice).toEqual([]);
    // Nor was anything begun and given up.
    const broken = plain.sent.filter(({ isWhole, bytes }) => !isWhole && bytes > 0);
    expect(broken.map(({ path }) => path)).toEqual([]);
    // Both classes, once.
    expect(bodies.filter(({ path }) => path.endsWith(".shard"))).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  it("a browser that has no service workers trains on one thread, and the page says why", async () => {
    const plain = await host();
    const context = await openContext(browser, { serviceWorkers: "block" });
    open.push(() => context.close());
    const page = await context.newPage();
    await page.goto(`${plain.address}${LINK}`);
    await ready(page);
    await train(page);
    expect(await page.getByTestId("device-in-use").innerText()).toMatch(/, 1 thread$/);
    await openMore(page);
    await expect
      .poll(() => page.locator("body").textContent())
      .toMatch(/not cross-origin isolated/);
  });

  it("a reload past the service worker leaves it in its place, and the next is isolated", async () => {
    const plain = await host();
    const page = await (await visitor()).newPage();
    await page.goto(`${plain.address}${LINK}`);
    await ready(page);
    await train(page);
    await kept(page);
    const session = await page.context().newCDPSession(page);
    await session.send("Page.reload", { ignoreCache: true });
    await ready(page);
    await kept(page);
    await page.reload();
    await ready(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await kept(page);
  });
});

describe("on a host that sends headers", () => {
  it("nothing is opened twice, and no service worker adds any", async () => {
    const good = await host(builtHeaders());
    const page = await (await visitor()).newPage();
    await page.goto(`${good.address}${LINK}`);
    await ready(page);
    await train(page);
    await kept(page);
    const asked = good.sent.map(({ path }) => path);
    expect(asked.filter((path) => path === "isolate.js")).toEqual([]);
    expect(await page.evaluate(() => performance.getEntriesByType("navigation").length)).toBe(1);
    expect(asked.indexOf("offline.js")).toBeGreaterThan(
      asked.indexOf("data/fashion-mnist/1-trouser.shard"),
    );
    // As kept, it has the host's own headers, the policy among them.
    await page.reload();
    await ready(page);
    const policy = await page.evaluate(async () =>
      (await fetch("./")).headers.get("Content-Security-Policy"),
    );
    expect(policy).toBe(builtHeaders()["Content-Security-Policy"]);
  });
});

describe.each([
  ["no headers", {}],
  ["headers", OPEN_HEADERS],
])("with %s, from the second visit on", (_name, sends) => {
  it("the page opens, trains and shows its views without a network", async () => {
    const opened = await host(sends);
    const context = await visitor();
    const first = await context.newPage();
    await first.goto(opened.address);
    await ready(first);
    // Nothing was trained: the page has been idle.
    await kept(first);
    await first.close();
    await opened.goAway();
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(opened.address);
    await ready(page);
    expect(await page.getByTestId("data-source").innerText()).toMatch(/^Fashion-MNIST/);
    await train(page);
    expect(await page.getByTestId("device-in-use").innerText()).toMatch(THREADS);
    for (const [view, testId] of [
      ["lab", "lab"],
      ["space", "map"],
      ["data", "data-view"],
    ]) {
      await page.evaluate((name) => {
        location.hash = name!;
      }, view);
      await page.getByTestId(testId!).locator("canvas").first().waitFor();
    }
    expect(errors).toEqual([]);
  });

  it("classes that were trained on are there without a network, and others are missed in words", async () => {
    const opened = await host(sends);
    const context = await visitor();
    const first = await context.newPage();
    await first.goto(opened.address);
    await ready(first);
    await train(first);
    await kept(first);
    // A visit that the service worker serves.
    await first.goto(`${opened.address}?v=1&classes=8`);
    await ready(first);
    await first.close();
    await opened.goAway();
    const page = await context.newPage();
    await page.goto(`${opened.address}?v=1&classes=8`);
    await ready(page);
    const other = await context.newPage();
    await other.goto(`${opened.address}?v=1&classes=9`);
    await other.locator('[data-code="data"]').waitFor();
  });
});

describe("a newer version", () => {
  /** As in a tab that comes back after ten minutes. */
  const look = (page: Page) =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      // What comes of it is waited for by what the page shows.
      void registration?.update();
    });
  const isLater = (page: Page) =>
    page.evaluate(() => document.querySelector('script[src$=".later.js"]') !== null);
  const notice = (page: Page) => page.getByTestId("new-version");

  it("offers itself, takes no running tab away, and comes when it is asked for", async () => {
    const opened = await host(OPEN_HEADERS);
    const context = await visitor();
    const first = await context.newPage();
    await first.goto(`${opened.address}${LINK}`);
    await ready(first);
    await train(first);
    await kept(first);
    await first.close();

    const one = await context.newPage();
    await one.goto(`${opened.address}${LINK}`);
    await ready(one);
    await train(one);
    const two = await context.newPage();
    await two.goto(opened.address);
    await ready(two);
    opened.deploy(later);
    await look(one);
    await notice(one).waitFor();
    // It trains on, and has still all that it had.
    const before = await step(one);
    await expect.poll(() => step(one)).toBeGreaterThan(before);
    await two.evaluate(() => {
      location.hash = "space";
    });
    await two.getByTestId("map").locator("canvas").first().waitFor();

    await notice(one)
      .getByRole("button", { name: /^Reload \(your run is kept\)$/ })
      .click();
    await expect.poll(() => isLater(one).catch(() => false)).toBe(true);
    await one.getByTestId("resume-notice").waitFor();
    await ready(one);

    // The other tab is as it was, and goes on to open what it had not opened yet.
    expect(await isLater(two)).toBe(false);
    await two.evaluate(() => {
      location.hash = "lab";
    });
    await two.getByTestId("lab").locator("canvas").first().waitFor();
    expect(await isLater(two)).toBe(false);
    expect(await isLater(one)).toBe(true);
  });

  it("comes by itself once all tabs of the old one are closed", async () => {
    const opened = await host(OPEN_HEADERS);
    const context = await visitor();
    const page = await context.newPage();
    await page.goto(`${opened.address}${LINK}`);
    await ready(page);
    await train(page);
    await kept(page);
    await page.reload();
    await ready(page);
    opened.deploy(later);
    await look(page);
    await train(page);
    await notice(page).waitFor();
    await page.close();
    await expect
      .poll(async () => {
        const next = await context.newPage();
        await next.goto(opened.address);
        const answer = await isLater(next);
        await next.close();
        return answer;
      })
      .toBe(true);
  });
});

describe("where the page is worked on", () => {
  it("npm start has no service worker, and takes one away that was there", async () => {
    const app = await serveApp();
    open.push(() => app.close());
    const page = await (await visitor()).newPage();
    await page.goto(`${app.address}${LINK}`);
    await ready(page);
    const count = () =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
    // As another server on this port may have left it.
    await page.evaluate(() => navigator.serviceWorker.register("./isolate.js"));
    expect(await count()).toBe(1);
    const asked = page.waitForResponse(/offline\.js$/);
    await train(page);
    expect((await asked).status()).toBe(204);
    await expect.poll(count).toBe(0);
  });

  it("npm run dev answers that it wants none", async () => {
    const server = await createServer({
      configFile: false,
      root: ROOT,
      plugins: [headers],
      logLevel: "error",
      server: { port: 0, host: "127.0.0.1", watch: null },
      optimizeDeps: { noDiscovery: true },
    });
    open.push(() => server.close());
    await server.listen();
    const answer = await fetch(`${server.resolvedUrls!.local[0]}offline.js`);
    expect(answer.status).toBe(204);
  });
});

it("browsers offer to install it, with its icons", async () => {
  const opened = await host(OPEN_HEADERS);
  const page = await (await visitor()).newPage();
  await page.goto(`${opened.address}${LINK}`);
  await ready(page);
  const session = await page.context().newCDPSession(page);
  const { errors, data = "{}" } = await session.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  // Of tests' own windows, which keep nothing.
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
  const manifest: { icons: { src: string; sizes: string }[] } = JSON.parse(data);
  expect(manifest.icons).toHaveLength(3);
  for (const { src, sizes } of manifest.icons) {
    const picture = readFileSync(join(DIST, src));
    // Where a PNG has its width and height.
    expect(`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`).toBe(sizes);
  }
});
