/** Kept runs where the browser, another tab or a server gets in their way. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  closePages,
  launchBrowser,
  openPage,
  ready,
  type Served,
  serveApp,
  shownNumber,
} from "./app";

/** Trousers alone through four numbers, 25 steps an epoch, on one thread: more steps than a test waits for. */
const LINK = "?v=1&preset=baseline-linear&latent=4&classes=1&seed=5&epochs=900&batch=16&threads=1";
/** Ten classes and small batches: an epoch of 2,000 steps. */
const LONG = "?v=1&preset=baseline&latent=4&classes=0,1,2,3,4,5,6,7,8,9&batch=2&threads=1&epochs=2";

let browser: Browser;
let app: Served;
let page: Page;
let context: BrowserContext;

/** Begins to send a run, and goes no further. */
let stalling: Server;
/** Opened by link to that run before all tests: what is given up after 20 seconds is looked at last. */
let waiting: Page;
const linkToStalled = () => {
  const { port } = stalling.address() as AddressInfo;
  return `${LINK}&run=${encodeURIComponent(`http://127.0.0.1:${port}/some.loom`)}`;
};

beforeAll(async () => {
  stalling = createServer((_request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Content-Length", 4_000_000);
    response.write(Buffer.alloc(1_000_000));
  });
  const listening = new Promise<void>((resolve) => stalling.listen(0, "127.0.0.1", resolve));
  [browser, app] = await Promise.all([launchBrowser(), serveApp(), listening]);
  ({ page: waiting } = await openPage(browser, app.address + linkToStalled()));
});
afterEach(() => context?.close());
afterAll(async () => {
  await closePages(browser);
  await app?.close();
  stalling?.closeAllConnections();
  stalling?.close();
});

async function open(link: string, before?: (context: BrowserContext) => Promise<unknown>) {
  // A page that has nothing of the app: what comes before it is in place.
  ({ page } = await openPage(browser, `${app.address}favicon.svg`));
  context = page.context();
  await before?.(context);
  await page.goto(app.address + link);
  await ready(page);
}

const train = () => button(page, "Train").click();
const step = (tab = page) => shownNumber(tab, "step");
const notice = () => page.locator('[data-code="storage"]');
const openView = (name: string) =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, name);
/** Every listed run's state. */
const listed = () =>
  page.getByTestId("run").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-status")));

interface StoredRun {
  readonly step: number;
  readonly status: string;
  readonly parts: number;
  readonly frames: number;
}

/** The runs that the database holds; none where there is no database, which must not be made. */
const stored = (tab = page) =>
  tab.evaluate(async (): Promise<StoredRun[]> => {
    const all = await indexedDB.databases();
    if (!all.some(({ name }) => name === "latent-loom")) return [];
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open("latent-loom");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
      // It was deleted a moment ago: an empty one would keep the app from making its own.
      opening.onupgradeneeded = () => opening.transaction?.abort();
    }).catch(() => null);
    if (!database) return [];
    try {
      const transaction = database.transaction(["runs", "weights", "frames"]);
      const runs = transaction.objectStore("runs").getAll();
      const parts = transaction.objectStore("weights").count();
      const frames = transaction.objectStore("frames").count();
      await new Promise((resolve) => {
        transaction.oncomplete = resolve;
      });
      return runs.result.map(({ progress, status }) => ({
        step: progress?.step ?? 0,
        status,
        parts: parts.result,
        frames: frames.result,
      }));
    } catch {
      // It was made a moment ago, by the app, and is not ready.
      return [];
    } finally {
      database.close();
    }
  });

describe("a tab closed in its first epoch", () => {
  it("leaves a run that the next visit offers, and goes on with", async () => {
    await open(LONG);
    await train();
    await expect.poll(async () => (await stored())[0]?.step ?? 0).toBeGreaterThan(0);
    // Long before its end: nothing but the checkpoint within the epoch can have been stored.
    expect(await step()).toBeLessThan(2000);
    const crashed = page.waitForEvent("crash");
    const session = await context.newCDPSession(page);
    session.send("Page.crash").catch(() => {});
    await crashed;
    await page.close();
    page = await context.newPage();
    await page.goto(app.address + LONG);
    await button(page, "Resume run").waitFor();
    const [{ step: from }] = (await stored()) as [StoredRun];
    expect(await page.getByTestId("resume-notice").innerText()).toMatch(/left in epoch 1 of 2/);
    await button(page, "Resume run").click();
    await expect.poll(() => step()).toBeGreaterThan(from);
    await button(page, "Stop").click();
    await page.getByTestId("test-results").waitFor();
  });
});

describe("a database that is gone in mid-training", () => {
  it.each([
    [
      "deleted by a script",
      () =>
        page.evaluate(
          () =>
            new Promise((resolve, reject) => {
              const deleting = indexedDB.deleteDatabase("latent-loom");
              deleting.onsuccess = resolve;
              deleting.onerror = reject;
            }),
        ),
    ],
    [
      "cleared by its owner",
      async () => {
        const session = await context.newCDPSession(page);
        const { origin } = new URL(app.address);
        await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
      },
    ],
  ])(
    "%s, gets the run anew, with its pictures, to the end; and the page says so",
    async (_how, remove) => {
      await open(LINK);
      await train();
      await expect.poll(async () => (await stored())[0]?.step ?? 0).toBeGreaterThan(22);
      await remove();
      const gone = await step();
      await expect
        .poll(() => notice().innerText())
        .toMatch(/deleted while it trained.*stored anew/s);
      await expect.poll(async () => (await stored())[0]?.step ?? 0).toBeGreaterThan(gone);
      // Of the untrained net, steps 1, 2, 4, 8, 16 and the first epoch: from before it was gone.
      await expect.poll(async () => (await stored())[0]?.frames ?? 0).toBeGreaterThan(6);
      await button(page, "Stop").click();
      await page.getByTestId("test-results").waitFor();
      await expect.poll(async () => (await stored())[0]?.status).toBe("finished");
      await page.reload();
      await openView("runs");
      await expect.poll(listed).toEqual(["finished"]);
      await page.getByRole("button", { name: /^Open / }).click();
      await page.getByTestId("test-results").waitFor();
    },
  );
});

describe("a database that cannot be had", () => {
  /** Trains for a moment, and has the list show the result. */
  async function trainsAndLists() {
    await train();
    await expect.poll(() => step()).toBeGreaterThan(2);
    await button(page, "Stop").click();
    await page.getByTestId("test-results").waitFor();
    await openView("runs");
    await expect.poll(listed).toEqual(["finished"]);
    expect(await page.getByTestId("storage").innerText()).toMatch(/until this tab is closed/);
  }

  it("kept closed by another tab, is said; the list waits in words, and the page works", async () => {
    await open(`${LINK}#runs`, async (context) => {
      const [asleep] = context.pages();
      await asleep!.evaluate(
        () =>
          new Promise((resolve) => {
            const opening = indexedDB.open("latent-loom", 1);
            // It does not hear that others wait for it.
            opening.onsuccess = resolve;
          }),
      );
      const newer = await context.newPage();
      await newer.goto(`${app.address}favicon.svg`);
      await newer.evaluate(() => {
        indexedDB.open("latent-loom", 2);
      });
      page = await context.newPage();
    });
    await page.getByText("Reading the runs that this browser keeps").waitFor();
    await notice().waitFor();
    expect(await notice().innerText()).toMatch(/Another tab keeps.*Close all other tabs/s);
    await page.getByRole("link", { name: "Train the first one" }).waitFor();
    await openView("train");
    await trainsAndLists();
  });

  it("of a newer version of the page, is named as such, and the page works", async () => {
    await open(LINK, (context) =>
      context.pages()[0]!.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const opening = indexedDB.open("latent-loom", 2);
            opening.onsuccess = () => {
              opening.result.close();
              resolve();
            };
          }),
      ),
    );
    await notice().waitFor();
    expect(await notice().innerText()).toMatch(/stored by a newer version of this page.*Reload/s);
    await trainsAndLists();
  });

  it("nor locks either, lists the run that has finished", async () => {
    await open(LINK, (context) =>
      context.addInitScript(() => {
        const refuse = () => Promise.reject(new DOMException("denied", "SecurityError"));
        Object.assign(LockManager.prototype, { request: refuse, query: refuse });
        Object.defineProperty(window, "indexedDB", { value: undefined });
      }),
    );
    await notice().waitFor();
    expect(await notice().innerText()).toMatch(/lets the page store nothing/);
    await trainsAndLists();
  });
});

describe("a run by link from a server that stalls", () => {
  const arrival = () => page.getByTestId("arrival-notice");

  it("is shown with how far it is, and can be taken back", async () => {
    await open(linkToStalled());
    await expect
      .poll(() => arrival().innerText())
      .toMatch(/from 127\.0\.0\.1:\d+ …\s+1 MB of 4 MB/);
    await arrival().getByRole("button", { name: "Cancel" }).click();
    await arrival().waitFor({ state: "detached" });
    expect(await notice().count()).toBe(0);
    await train();
    await expect.poll(() => step()).toBeGreaterThan(2);
  });

  it("is given up in time, with its name", async () => {
    page = waiting;
    await notice().waitFor();
    expect(await notice().innerText()).toMatch(
      /not taken in: 127\.0\.0\.1:\d+ sent nothing for 20 seconds/,
    );
    expect(await arrival().count()).toBe(0);
  });
});
