/** The page for those who come by keyboard, at 200% zoom, or on paper: every view. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closePages, launchBrowser, openPage, ready, type Served, serveApp } from "./app";
import { animationsEnded } from "./axe";
import { scrollThrough, showView, VIEW_NAMES } from "./views";

/** Trousers alone: half the images for the views that take in all of them. */
const LINK = "?v=1&classes=1";

let browser: Browser;
let app: Served;
let page: Page;

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
  ({ page } = await openPage(browser, app.address + LINK));
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

const WIDE = { width: 1440, height: 900 };

describe.each(VIEW_NAMES)("the view %s", (view) => {
  beforeAll(async () => {
    await page.setViewportSize(WIDE);
    await showView(page, view);
    await scrollThrough(page);
  });

  it("has no stop of the keyboard without a name", async () => {
    const session = await page.context().newCDPSession(page);
    await session.send("DOM.enable");
    await session.send("Accessibility.enable");
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    const stops = nodes.filter(
      ({ ignored, role, properties }) =>
        !ignored &&
        role?.value !== "RootWebArea" &&
        properties?.some(({ name, value }) => name === "focusable" && value.value === true),
    );
    // The header alone has ten.
    expect(stops.length).toBeGreaterThan(10);
    const nameless: string[] = [];
    for (const { name, backendDOMNodeId = 0 } of stops) {
      if (String(name?.value ?? "").trim()) continue;
      const { node } = await session.send("DOM.describeNode", { backendNodeId: backendDOMNodeId });
      const { attributes = [], nodeName } = node;
      // What only scripts may give the focus to is no stop: Recharts has groups of that kind.
      if (attributes[attributes.indexOf("tabindex") + 1] === "-1") continue;
      nameless.push(`${nodeName} ${attributes.join(" ")}`);
    }
    expect(nameless).toEqual([]);
    expect(await page.locator("svg[role=application], svg[tabindex]").count()).toBe(0);
    await session.detach();
  });

  it("leaves a screen of 200% to what it shows", async () => {
    await page.setViewportSize({ width: 720, height: 450 });
    await page.evaluate(() => window.scrollTo(0, 600));
    const covered = () =>
      page.evaluate(() => {
        const bars = [...document.querySelectorAll("body *")].filter((element) => {
          const { position } = getComputedStyle(element);
          const { top, width, height } = element.getBoundingClientRect();
          const isHeld = position === "fixed" || position === "sticky";
          return isHeld && top <= 1 && width > window.innerWidth / 2 && height > 1;
        });
        return Math.max(0, ...bars.map((bar) => bar.getBoundingClientRect().bottom));
      });
    await expect.poll(covered).toBeLessThanOrEqual(80);
  });
});

describe.each(VIEW_NAMES)("the view %s beside a lesson", (view) => {
  beforeAll(async () => {
    await page.setViewportSize(WIDE);
    await page.emulateMedia({ media: "screen", colorScheme: "light" });
    const { searchParams } = new URL(page.url());
    if (!searchParams.has("lesson")) {
      await page.goto(`${app.address}${LINK}&lesson=relu`);
      await page.getByTestId("lesson").waitFor();
    }
    await showView(page, view);
    await scrollThrough(page);
  });

  it.each(["light", "dark"] as const)("prints whole, %s too, without controls", async (scheme) => {
    await page.emulateMedia({ media: "screen", colorScheme: scheme });
    await animationsEnded(page);
    await page.emulateMedia({ media: "print", colorScheme: scheme });
    const printed = () =>
      page.evaluate(() => {
        const name = (element: Element) =>
          `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent?.slice(0, 40)}`;
        const all = [...document.querySelectorAll("body *")].filter((element) =>
          element.checkVisibility({ visibilityProperty: true }),
        );
        const isSmall = (element: Element) => element.getBoundingClientRect().width <= 1;
        const luminance = (colour: string) => {
          const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
          return (r + g + b) / 3;
        };
        return {
          // A picture that can be pressed is printed as a picture; a key of colours as a key.
          controls: all
            .filter((element) =>
              element.matches(
                "button:not([data-print], :has(canvas)), nav, input, textarea, [role=slider], " +
                  "[role=switch], [role=alert], [role=dialog], [role=radiogroup]",
              ),
            )
            .map(name),
          cut: all
            .filter((element) => {
              const { overflowX, overflowY } = getComputedStyle(element);
              if (element.matches("canvas, svg, svg *") || isSmall(element)) return false;
              const wide = overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
              const tall =
                overflowY !== "visible" && element.scrollHeight > element.clientHeight + 1;
              return wide || tall;
            })
            .map(name),
          held: all.filter((element) =>
            ["fixed", "sticky"].includes(getComputedStyle(element).position),
          ).length,
          ground: luminance(getComputedStyle(document.body).backgroundColor),
          ink: luminance(getComputedStyle(document.body).color),
          pictures: all.filter((element) => element.matches("canvas, svg")).length,
        };
      });
    // What is drawn by scripts follows the paper a moment later.
    await expect.poll(printed).toMatchObject({ controls: [], cut: [] });
    await expect.poll(async () => (await printed()).ground).toBeGreaterThan(240);
    const { ink, pictures } = await printed();
    expect(ink).toBeLessThan(60);
    expect(pictures).toBeGreaterThan(view === "runs" ? 0 : 3);
  });

  it("comes to sheets of paper", async () => {
    const sheets = await page.pdf({ format: "A4" });
    expect(sheets.subarray(0, 5).toString()).toBe("%PDF-");
  });
});

it("a dark map of the codes is drawn light for paper, and dark again after", async () => {
  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  await showView(page, "space");
  const ground = () =>
    page
      .getByTestId("map")
      .locator("canvas")
      .evaluate((canvas: HTMLCanvasElement) =>
        canvas.getContext("2d")!.getImageData(2, 2, 1, 1).data.slice(0, 3).join(),
      );
  const dark = await ground();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect.poll(ground).toBe("255,255,255");
  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  await expect.poll(ground).toBe(dark);
});

it("no view is left out", async () => {
  await ready(page);
  const links = page.getByRole("navigation", { name: "Views" }).getByRole("link");
  const names = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(names.toSorted()).toEqual(VIEW_NAMES.map((name) => `#${name}`).toSorted());
});
