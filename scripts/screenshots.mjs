/**
 * `node scripts/screenshots.mjs [FOLDER [STATE …]]`: pictures of the real page at work.
 *
 * Trains the baseline through the page and writes docs/screenshot-light.png (mid-training, for the
 * README). Into FOLDER go all views, or the states named, in light and dark at 1440 and 390 pixels
 * (at 2560 too, where that differs): before any run, each net with its layers, the baseline and the
 * loom mid-training, the loom finished, the images, the lab, the space of codes, kept runs, their
 * comparison, the data, a lesson and the devices.
 *
 * `node scripts/screenshots.mjs --film FOLDER [--phone] [--dark]`: ten pictures of the baseline becoming
 * a better net in its figure, trained, and beating PCA, at 1440 pixels in light or as said.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildPage } from "./build.mjs";
import { CHROMIUM_FLAGS, ensureBrowser, NO_BROWSER } from "./lib/browser.mjs";
import { ensureData } from "./lib/data.mjs";
import { film } from "./lib/film.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { fail, freePort, ROOT, say } from "./lib/project.mjs";

const SIZES = [
  { name: "1440", width: 1440, height: 900 },
  { name: "390", width: 390, height: 844 },
  { name: "2560", width: 2560, height: 1440 },
];
/** States that are laid out anew on a very wide screen. */
const WIDE = ["empty", "baseline", "training", "finished"];
/** Titles of the nets, by what their pictures are called. */
const NETS = {
  linear: "Baseline, linear code",
  modified: "Published modified net",
  nested: "Nested",
  loom: "Loom",
};
/** Runs to compare, as links: trousers alone, so that they are soon trained. */
const RUNS = [4, 16, 64].map(
  (size) => `?v=1&preset=baseline-linear&latent=${size}&classes=1&epochs=3&batch=64`,
);
/** Long enough for anything without a GPU on two busy cores. */
const PATIENCE = 300_000;

const { values, positionals } = parseArgs({
  options: {
    film: { type: "string" },
    phone: { type: "boolean", default: false },
    dark: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const [folder, ...only] = positionals;
const wants = (/** @type {string} */ state) =>
  folder !== undefined && (only.length === 0 || only.some((name) => state.startsWith(name)));

await ensureDependencies();
await ensureData();
if (!(await buildPage())) fail("The page does not build (see above).");
const browserPath = (await ensureBrowser()) ?? fail(NO_BROWSER);
const docs = join(ROOT, "docs");
for (const made of [docs, folder]) if (made) mkdirSync(made, { recursive: true });

const { preview } = await import("vite");
const { chromium } = await import("playwright-core");
const server = await preview({
  root: ROOT,
  logLevel: "warn",
  preview: { port: await freePort(0, "127.0.0.1"), host: "127.0.0.1", strictPort: true },
});
const address = server.resolvedUrls?.local[0] ?? "";
const browser = await chromium.launch({ executablePath: browserPath, args: CHROMIUM_FLAGS });
try {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  if (values.film === undefined) await takeAll(page);
  else {
    const [wide, narrow] = SIZES;
    await page.setViewportSize((values.phone ? narrow : wide) ?? { width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: values.dark ? "dark" : "light" });
    await film(page, address, values.film);
    say(`The film is in ${values.film}.`);
  }
} finally {
  await browser.close();
  await server.close();
}

/** All pictures but the film's. */
async function takeAll(/** @type {import("playwright-core").Page} */ page) {
  const button = (/** @type {string} */ name) => page.getByRole("button", { name, exact: true });
  const open = async (/** @type {string} */ path) => {
    // Another part behind "#" alone would not load the page anew.
    await page.goto("about:blank");
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(address + path);
    await page.getByRole("button", { name: "Train", exact: true, disabled: false }).waitFor();
  };
  const view = async (/** @type {string} */ name) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, name);
  };
  const shoot = async (/** @type {string} */ state) => {
    if (!wants(state)) return;
    for (const { name, width, height } of SIZES) {
      if (name === "2560" && !WIDE.includes(state)) continue;
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(700);
        const path = join(folder ?? "", `${state}-${name}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: name === "390" || !WIDE.includes(state) });
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  const finished = () =>
    page
      .getByTestId("test-results")
      .getByText(/0\.\d\d/)
      .first()
      .waitFor();
  const choose = async (/** @type {string} */ name) => {
    await page.getByRole("radio", { name, exact: true }).check();
    // The net is counted, and PCA of its size computed.
    await page.waitForTimeout(2500);
  };

  if (["empty", "net", "devices", "data", "lesson"].some(wants)) {
    await open("");
    await page.getByTestId("reconstructions").locator("canvas").first().waitFor();
    await page.waitForTimeout(4000);
    await shoot("empty");
    if (wants("net")) {
      const layers = page.getByTestId("model-view").getByText("Layers", { exact: true });
      await layers.click();
      for (const [state, name] of Object.entries(NETS)) {
        await choose(name);
        await shoot(`net-${state}`);
      }
      await layers.click();
    }
    if (wants("devices")) {
      await button("Measure").click();
      await button("Measure again").waitFor();
      await page.getByTestId("devices").screenshot({ path: join(folder ?? "", "devices.png") });
      await shoot("devices");
    }
    await view("data");
    await page.getByTestId("counts").waitFor();
    await shoot("data");
    await open("?lesson=relu");
    await shoot("lesson");
  }

  if (["runs", "compare"].some(wants)) {
    for (const run of RUNS) {
      await open(run);
      await button("Train").click();
      await finished();
    }
    await view("runs");
    await page
      .getByTestId("run")
      .nth(RUNS.length - 1)
      .waitFor();
    await page
      .getByRole("button", { name: /^Export/ })
      .first()
      .click();
    await page.getByTestId("export-targets").waitFor();
    await shoot("runs");
    for (const box of await page.getByRole("checkbox", { name: /^Compare/ }).all()) {
      await box.check();
    }
    await button("Compare").click();
    await page.getByTestId("difference").first().waitFor();
    await page.getByTestId("side-by-side").locator("canvas").first().waitFor();
    await shoot("compare");
  }

  const trainTo = async (/** @type {number} */ epoch) => {
    await button("Train").click();
    await page
      .getByTestId("epoch")
      .filter({ hasText: new RegExp(`^\\D*${epoch}\\b`) })
      .waitFor();
    // Pictures and charts follow a moment later.
    await page.waitForTimeout(1500);
  };
  await open("");
  await trainTo(4);
  await page.screenshot({ path: join(docs, "screenshot-light.png") });
  await shoot("baseline");
  if (folder) {
    await open("");
    await choose(NETS.loom);
    await trainTo(4);
    await shoot("training");
    await button("Stop").click();
    await finished();
    await shoot("finished");
    await view("images");
    await page.getByTestId("gallery").waitFor();
    await page.waitForTimeout(1500);
    await shoot("images");
    await page.getByText("Bring your own", { exact: true }).click();
    await shoot("own");
    await view("lab");
    await page.getByLabel("Looking at").selectOption("Nested net that comes with the page");
    await page.getByTestId("mean-jpeg").getByText(/0\.\d/).waitFor();
    await page.waitForTimeout(3000);
    await shoot("lab");
    await view("space");
    await page.waitForTimeout(5000);
    await shoot("space");
  }
  say(`Screenshots are in docs/${folder ? ` and ${folder}` : ""}.`);
}
