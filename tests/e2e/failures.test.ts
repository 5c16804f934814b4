/** What can go wrong on somebody's machine, and what the page then says. */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  closePages,
  launchBrowser,
  openContext,
  openMore,
  openPage,
  ready,
  type Served,
  serveApp,
  setNumber,
  shownNumber,
  trainingWorker,
} from "./app";

let browser: Browser;
let app: Served;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => closePages(browser));

/** Trousers alone: sooner ready. */
async function open(...options: Parameters<typeof serveApp>): Promise<void> {
  app = await serveApp(...options);
  ({ page } = await openPage(browser, `${app.address}?v=1&classes=1`));
  await ready(page);
}

async function close(): Promise<void> {
  await page?.context().close();
  await app?.close();
}

/** The text of everything on the page that announces trouble. */
const alerts = async () => (await page.getByRole("alert").allInnerTexts()).join("\n");

describe("a server that lacks something", () => {
  afterEach(close);

  it("without the data set, it trains on garments labelled synthetic", async () => {
    await open({ data: "none" });
    await expect
      .poll(() => page.getByTestId("data-source").first().innerText())
      .toMatch(/synthetic/i);
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "step")).toBeGreaterThan(3);
    await button(page, "Stop").click();
    const results = page.getByTestId("test-results");
    await expect.poll(() => results.innerText()).toMatch(/synthetic/i);
  });
});

/** Runs in the training worker before its own code. */
const spoilWorker = (page: Page, spoil: () => void) =>
  page.route(/tfjs\.worker/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${spoil})();${await response.text()}` });
  });

/** More than one, however many cores there are. */
const THREADS = /^WASM .*, ([2-9]|\d\d) threads$/;
const ONE_THREAD = /^WASM .*, 1 thread$/;

describe("a browser that refuses threads", () => {
  afterEach(close);

  it.each<[string, (page: Page) => Promise<unknown>, RegExp, RegExp]>([
    [
      "has no SharedArrayBuffer",
      (page) => spoilWorker(page, () => Reflect.deleteProperty(globalThis, "SharedArrayBuffer")),
      ONE_THREAD,
      /One thread: this browser has no SharedArrayBuffer\./,
    ],
    [
      "shares no more than 4,096 pages of memory",
      (page) =>
        spoilWorker(page, () => {
          const { Memory } = WebAssembly;
          WebAssembly.Memory = new Proxy(Memory, {
            construct(_, [limits]) {
              if (!limits.shared || limits.maximum <= 4096) return new Memory(limits);
              throw new RangeError("Out of memory");
            },
          });
        }),
      THREADS,
      /^/,
    ],
    [
      "shares no memory",
      (page) =>
        spoilWorker(page, () => {
          const { Memory } = WebAssembly;
          WebAssembly.Memory = new Proxy(Memory, {
            construct(_, [limits]) {
              if (!limits.shared) return new Memory(limits);
              throw new RangeError("Out of memory");
            },
          });
        }),
      ONE_THREAD,
      /One thread: this browser refuses memory that threads share \(Out of memory\)\./,
    ],
    [
      "gives its threads no memory",
      (page) =>
        spoilWorker(page, () => {
          const { postMessage } = Worker.prototype;
          Worker.prototype.postMessage = function post(message, ...rest: [never]) {
            if (message.memory) throw new DOMException("The object can not be cloned.");
            postMessage.call(this, message, ...rest);
          };
        }),
      ONE_THREAD,
      /could not be used: Its threads could not be started: The object can not be cloned\. Training goes on on WASM .*, 1 thread\./,
    ],
  ])("trains all the same where it %s, and says so", async (_, spoil, device, words) => {
    app = await serveApp();
    const context = await openContext(browser);
    page = await context.newPage();
    await spoil(page);
    await page.goto(`${app.address}?v=1&classes=1`);
    await ready(page);
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "step")).toBeGreaterThan(3);
    expect(await page.getByTestId("device-in-use").innerText()).toMatch(device);
    await openMore(page);
    await expect.poll(() => page.locator("body").textContent()).toMatch(words);
    expect(await alerts()).not.toMatch(/not enough memory/);
  });
});

describe("trouble in the middle of a run", () => {
  beforeAll(() => open());
  afterAll(close);

  it("a crash of the worker becomes a message, and Train starts afresh", async () => {
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "step")).toBeGreaterThan(3);
    // Where it is must not be far from the start: a new run has to get further.
    await button(page, "Pause").click();
    await button(page, "Resume").waitFor();
    const worker = await trainingWorker(page);
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("crashed for a test");
      });
    });
    await expect.poll(alerts).toMatch(/crashed for a test/);
    expect(await alerts()).toMatch(/Press Train/);
    // Until the new run has begun, the page shows where the old one was.
    const crashedAt = await shownNumber(page, "step");
    await button(page, "Train").click();
    await expect.poll(() => shownNumber(page, "step")).toBeGreaterThan(crashedAt + 3);
  });

  it("a loss that is no number becomes a message that says to lower the learning rate", async () => {
    // No setting makes this engine's loss NaN: at the highest rate, 1, it reaches 6 · 10⁷ and comes
    // back. So Adam's step size is spoilt from outside, which spoils the weights.
    const worker = await trainingWorker(page);
    await worker.evaluate(() => {
      Math.sqrt = () => Number.NaN;
    });
    await expect.poll(alerts).toMatch(/not a number at step/);
    expect(await alerts()).toMatch(/lower the learning rate/i);
  });

  it("a number outside its range is refused, with the range", async () => {
    await setNumber(page, "Epochs", 0);
    expect(await alerts()).toMatch(/1 to 1000/);
  });
});
