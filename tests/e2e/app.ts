/** Serves the built app and opens it in a real Chromium. */

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Frame,
  type Page,
  type Worker,
} from "playwright-core";
import { type Plugin, type PreviewServer, preview } from "vite";
import { CHROMIUM_FLAGS, findBrowser, NO_BROWSER } from "../../scripts/lib/browser.mjs";
import { freePort, ROOT } from "../../scripts/lib/project.mjs";
import { headers } from "../../vite.config";
import { fewImages } from "./few-images";

export interface Served {
  readonly address: string;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** With the page's headers, as `npm start` serves it; else without, as a plain host does. */
  readonly isolated?: boolean;
  /** What /data has: the first images of each class, all of them, or nothing. */
  readonly data?: "few" | "all" | "none";
  readonly plugins?: readonly Plugin[];
}

export async function serveApp({
  isolated = true,
  data = "few",
  plugins = [],
}: ServeOptions = {}): Promise<Served> {
  const server: PreviewServer = await preview({
    configFile: false,
    root: ROOT,
    appType: "mpa",
    logLevel: "error",
    plugins: [
      ...(isolated ? [headers] : []),
      ...plugins,
      ...(data === "few" ? [fewImages] : data === "none" ? [withoutData] : []),
    ],
    preview: {
      host: "127.0.0.1",
      port: await freePort(0, "127.0.0.1"),
      strictPort: true,
    },
  });
  return { address: server.resolvedUrls!.local[0]!, close: () => server.close() };
}

const withoutData = {
  name: "without-data",
  configurePreviewServer(server: PreviewServer) {
    server.middlewares.use("/data", (_request, response) => {
      response.statusCode = 404;
      response.end("Not found");
    });
  },
};

let browser: Promise<Browser> | null = null;

/** The browser of all test files in this process: another one would take a second of a processor. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error(NO_BROWSER);
  browser ??= chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  return browser;
}

/** Closes whatever a test file has opened in it; it ends with the process. */
export async function closePages(opened: Browser | undefined): Promise<void> {
  await Promise.all((opened?.contexts() ?? []).map((context) => context.close()));
}

export interface OpenPage {
  readonly page: Page;
  /** Errors on the console and exceptions that nothing caught, in the order they came. */
  readonly errors: string[];
}

/** For tests of what moves: as most people have it. */
export const MOVING: BrowserContextOptions = { reducedMotion: "no-preference" };

/**
 * A context of its own: nothing is left from an earlier test. Unless it is `MOVING`, it is of somebody who
 * wants the page still: layers that light up as a net trains took a fifth of what the page does.
 */
export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  return context;
}

/** A page in a context of its own. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const page = await (await openContext(browser, options)).newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(address);
  return { page, errors };
}

/** Milliseconds that anything may take where other programs have the cores. */
const PATIENCE = 90_000;

/** Waits until the page has its images, and a run can begin. */
export const ready = (page: Page) =>
  page.getByRole("button", { name: "Train", exact: true, disabled: false }).waitFor();

/** Opens the controls that a first hour does without. */
export const openMore = (page: Page | Frame) =>
  page.locator("summary", { hasText: /^More / }).click();

/** The button with exactly this name. */
export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** The worker that trains; all that need tfjs are of one file, and told apart by their names. */
export async function trainingWorker(page: Page): Promise<Worker> {
  for (const worker of page.workers()) {
    // Others may be too busy to say their names: helper threads sleep until there is work.
    if (!worker.url().includes("tfjs.worker")) continue;
    // One that has just been ended may still be listed.
    const name = await worker.evaluate(() => self.name).catch(() => "");
    if (name === "training") return worker;
  }
  throw new Error("The page has no training worker.");
}

/** The number shown in an element, NaN where there is none yet ("–"). */
export async function shownNumber(page: Page, testId: string): Promise<number> {
  const text = await page.getByTestId(testId).first().innerText();
  return Number(/-?[\d,]*\.?\d+/.exec(text)?.[0].replaceAll(",", "") ?? Number.NaN);
}

/** Sets a numeric field of the form, by its label. */
export async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const field = page.getByRole("spinbutton", { name: label, exact: true }).first();
  await field.fill(String(value));
  await field.blur();
}
