/**
 * `node scripts/screenshots.mjs`: pictures of the real page at work, for the README and to look at.
 *
 * Trains the loom through the page; writes docs/screenshot-light.png (mid-training, for the README)
 * and, into the folder given as an argument, every width, colour scheme and state: before any run,
 * each net with its layers, mid-training and finished.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildPage } from "./build.mjs";
import { CHROMIUM_FLAGS, ensureBrowser, NO_BROWSER } from "./lib/browser.mjs";
import { ensureData } from "./lib/data.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { fail, freePort, ROOT, say } from "./lib/project.mjs";

const SIZES = [
  { name: "1440", width: 1440, height: 900 },
  { name: "390", width: 390, height: 844 },
  { name: "2560", width: 2560, height: 1440 },
];
/** Titles of the nets, by what their pictures are called. */
const NETS = {
  linear: "Baseline, linear code",
  modified: "Published modified net",
  nested: "Nested",
  loom: "Loom",
};
/** Long enough for an epoch without a GPU on two busy cores. */
const EPOCH_MS = 120_000;

await ensureDependencies();
await ensureData();
if (!(await buildPage())) fail("The page does not build (see above).");
const browserPath = (await ensureBrowser()) ?? fail(NO_BROWSER);
const folder = process.argv[2];
const docs = join(ROOT, "docs");
for (const made of [docs, folder]) if (made) mkdirSync(made, { recursive: true });

const { preview } = await import("vite");
const { chromium } = await import("playwright-core");
const server = await preview({
  root: ROOT,
  logLevel: "warn",
  preview: { port: await freePort(0, "127.0.0.1"), host: "127.0.0.1", strictPort: true },
});
const browser = await chromium.launch({ executablePath: browserPath, args: CHROMIUM_FLAGS });
try {
  const page = await browser.newPage();
  const shoot = async (/** @type {string} */ state) => {
    for (const { name, width, height } of SIZES) {
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(700);
        if (state === "training" && name === "1440" && colorScheme === "light") {
          await page.screenshot({ path: join(docs, "screenshot-light.png") });
        }
        if (!folder) continue;
        const path = join(folder, `${state}-${name}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: name === "390" });
      }
    }
  };
  await page.goto(server.resolvedUrls?.local[0] ?? "");
  await page.getByTestId("reconstructions").locator("canvas").first().waitFor();
  await page.waitForTimeout(6000);
  const choose = async (/** @type {string} */ name) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("radio", { name, exact: true }).check();
    // The net is counted, and PCA of its size computed.
    await page.waitForTimeout(2500);
  };
  if (folder) {
    await shoot("empty");
    const layers = page.getByTestId("model-view").getByText("Layers", { exact: true });
    await layers.click();
    for (const [state, name] of Object.entries(NETS)) {
      await choose(name);
      await shoot(`net-${state}`);
    }
    await layers.click();
    await page.getByRole("button", { name: "Measure", exact: true }).click();
    await page.getByRole("button", { name: "Measure again" }).waitFor({ timeout: EPOCH_MS });
    await page.getByTestId("devices").screenshot({ path: join(folder, "devices.png") });
  }
  await choose(NETS.loom);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  const epoch = (/** @type {number} */ n) =>
    page
      .getByTestId("epoch")
      .filter({ hasText: new RegExp(`^\\D*${n}\\b`) })
      .waitFor({ timeout: EPOCH_MS });
  await epoch(6);
  await page.waitForTimeout(1500);
  await shoot("training");
  if (folder) {
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page
      .getByTestId("test-results")
      .getByText(/0\.\d\d/)
      .first()
      .waitFor({ timeout: EPOCH_MS });
    await shoot("finished");
  }
  say("Screenshots are in docs/.");
} finally {
  await browser.close();
  await server.close();
}
