/** Files of the page that cannot be had: what needs them says so, and everything else goes on. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { filesUnder, ROOT } from "../../scripts/lib/project.mjs";
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

/** Trousers alone through four numbers, on one thread: more steps than all tests of a page wait for. */
const LINK = "?v=1&preset=baseline-linear&latent=4&classes=1&seed=5&epochs=900&batch=16&threads=1";

let browser: Browser;
let app: Served;
let page: Page;
let context: BrowserContext;
/** What the server does not have at the moment. */
let lacks: (request: Request) => boolean;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

/** Opens the page, from the start without the files of that name. */
async function open(missing: RegExp = /^$/): Promise<void> {
  lacks = (request) => missing.test(request.url());
  ({ page } = await openPage(browser, `${app.address}favicon.svg`));
  context = page.context();
  await context.route("**/assets/**", (route) =>
    lacks(route.request()) ? route.fulfill({ status: 404, body: "No." }) : route.fallback(),
  );
  await page.goto(app.address + LINK);
  await ready(page);
}

const close = () => context?.close();

const failure = () => page.getByTestId("part-failure");
const step = () => shownNumber(page, "step");
const train = async () => {
  await button(page, "Train").click();
  await expect.poll(step).toBeGreaterThan(1);
};
const openView = (name: string) =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, name);
/** The run goes on, and can be paused. */
const goesOn = async () => {
  const before = await step();
  await expect.poll(step).toBeGreaterThan(before);
  expect(await button(page, "Pause").isEnabled()).toBe(true);
};

describe("the list of parts that the build gives to the page", () => {
  const html = () => readFileSync(join(ROOT, "dist", "index.html"), "utf8");
  const listed = (): Record<string, string[]> =>
    JSON.parse(/<script type="application\/json" id="parts">(.*?)<\/script>/.exec(html())![1]!);

  it("has each that the sources name, under that name, with its own file", () => {
    const named = filesUnder("src").flatMap((file) => {
      const found = readFileSync(join(ROOT, file), "utf8").matchAll(
        /\b(?:lazy|load)Part\(\s*"([^"]+)"/g,
      );
      return [...found].map(([, path]) => path!);
    });
    const parts = listed();
    expect([...new Set(named)].sort()).toEqual(Object.keys(parts).sort());
    for (const [path, files] of Object.entries(parts)) {
      expect(files[0]).toMatch(new RegExp(`^assets/${path.replace(/^.*\//, "")}-[\\w-]+\\.js$`));
    }
  });
});

describe("a view whose file is missing", () => {
  // One page for all views: each has files of its own.
  beforeAll(async () => {
    await open();
    await button(page, "Train").click();
  });
  afterAll(close);

  it.each([
    ["SpaceView", "space", /^The view Space could not be loaded/, "space"],
    ["ImagesView", "images", /^The view Images could not/, "images-view"],
    ["LabView", "lab", /^The view Lab could not/, "lab"],
    ["RunsView", "runs", /^The view Runs could not/, "run"],
    ["DatasetView", "data", /^The view Data could not/, "data-view"],
  ])("%s: says so, and comes once it is there", async (file, view, words, testId) => {
    await expect.poll(step).toBeGreaterThan(1);
    lacks = (request) => request.url().includes(`${file}-`);
    await openView(view);
    await failure().waitFor();
    expect(await failure().innerText()).toMatch(words);
    expect(await failure().innerText()).toMatch(
      new RegExp(`the server answers 404 for ${file}-[\\w-]+\\.(js|css)`),
    );
    await goesOn();
    // Still away.
    await failure().getByRole("button", { name: "Try again" }).click();
    await failure().waitFor();
    lacks = () => false;
    await failure().getByRole("button", { name: "Try again" }).click();
    await page.getByTestId(testId).first().waitFor();
    expect(await failure().count()).toBe(0);
  });
});

describe("a part of a view whose file is missing", () => {
  afterEach(close);

  const chart = () => page.getByTestId("loss-chart");

  it("the charts: the view and its figures stay, and what they share is asked for anew", async () => {
    await open(/\/charts-/);
    await chart().getByTestId("part-failure").waitFor();
    expect(await chart().innerText()).toMatch(/This chart could not be loaded.* for charts-/s);
    await train();
    await goesOn();
    lacks = () => false;
    await chart().getByRole("button", { name: "Try again" }).click();
    await chart().locator(".recharts-surface").first().waitFor();
  });

  it("export and lesson: the results and the page stay, and the lesson can be closed", async () => {
    await open(/(ExportTargets|LessonDrawer|ExportPanel)-/);
    await train();
    await button(page, "Stop").click();
    const results = page.getByTestId("test-results");
    await results.getByText("Export this net").click();
    await results.getByTestId("part-failure").waitFor();
    expect(await results.innerText()).toMatch(/The export could not be loaded/);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Lessons" }).click();
    await page.getByText("The lesson could not be loaded").waitFor();
    await button(page, "Close").click();
    await page.getByText("The lesson could not be loaded").waitFor({ state: "detached" });
    lacks = () => false;
    await results.getByText("Export this net").click();
    await results.getByRole("button", { name: "Try again" }).click();
    await results.getByTestId("export-targets").waitFor();
  });

  it("a style sheet that fails when the browser asks for it is put right", async () => {
    await open();
    lacks = (request) =>
      /LabView-.*css/.test(request.url()) && request.resourceType() === "stylesheet";
    await openView("lab");
    await failure().waitFor();
    expect(await failure().innerText()).toMatch(/could not be loaded: it did not start/);
    lacks = () => false;
    await failure().getByRole("button", { name: "Try again" }).click();
    await page.getByTestId("lab").waitFor();
    // The view's own padding, which only its style sheet has.
    expect(await page.getByTestId("lab").evaluate((lab) => getComputedStyle(lab).paddingLeft)).toBe(
      "32px",
    );
  });
});

describe("a device that is off line for a while", () => {
  afterEach(close);

  it("is named, and the view comes by itself", async () => {
    await open();
    await train();
    await context.setOffline(true);
    await openView("runs");
    await failure().waitFor();
    expect(await failure().innerText()).toMatch(/this device is offline/);
    await goesOn();
    await context.setOffline(false);
    await page.getByTestId("run").first().waitFor();
  });
});

describe("another build on the server", () => {
  afterEach(close);

  it("is named, and the reload that it offers keeps the run", async () => {
    await open();
    await train();
    lacks = (request) => request.url().includes("SpaceView-");
    const { pathname } = new URL(app.address);
    await context.route(
      (url) => url.pathname === pathname,
      async (route) => {
        const answer = await route.fetch();
        const body = (await answer.text()).replaceAll(/index-[\w-]+\.js/g, "index-other.js");
        await route.fulfill({ response: answer, body });
      },
    );
    await openView("space");
    await page.getByText("A new version of this page is there").waitFor();
    await goesOn();
    await context.unrouteAll();
    const before = await step();
    await button(page, "Reload (your run is kept)").click();
    await button(page, "Resume run").waitFor();
    await button(page, "Resume run").click();
    await expect.poll(step).toBeGreaterThan(before);
    await page.getByTestId("space").waitFor();
  });
});

describe("an exception in one component", () => {
  afterEach(close);

  it("takes that component alone, which can be tried again", async () => {
    await open();
    // Canvases that cannot be drawn on, as where the browser is out of memory for them.
    await page.evaluate(() => {
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = () => {
        throw new Error("no canvas for a test");
      };
      Object.assign(window, {
        mend: () => {
          HTMLCanvasElement.prototype.getContext = getContext;
        },
      });
    });
    await train();
    await openView("lab");
    await openView("train");
    const broken = failure().filter({ hasText: "The reconstructions failed" });
    await broken.waitFor();
    expect(await broken.innerText()).toMatch(/no canvas for a test\. Everything else goes on/);
    await goesOn();
    await page.evaluate(() => (window as unknown as { mend(): void }).mend());
    await broken.getByRole("button", { name: "Try again" }).click();
    await page.getByTestId("reconstructions").waitFor();
  });
});
