/**
 * `node scripts/icons.mjs`: draws public/icons/ from public/favicon.svg, for those who install the page, and
 * public/icons/preview.png, which chats show beside a link to it.
 */

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBrowser, NO_BROWSER } from "./lib/browser.mjs";
import { ensureDependencies } from "./lib/install.mjs";
import { fail, ROOT, say } from "./lib/project.mjs";
import { PREVIEW } from "./lib/sharing.mjs";

const FOLDER = join(ROOT, "public/icons");
const GROUND = "#fbfaf7";
const INK = "#1c1b19";
const PAPER = `margin: 0; background: ${GROUND}; color: ${INK}`;

/** As wide as its room; without its own style sheet: it is drawn by light. */
const mark = readFileSync(join(ROOT, "public/favicon.svg"), "utf8").replace(
  /<style>.*<\/style>/,
  "",
);
const dataUrl = (/** @type {string} */ file, /** @type {string} */ type) =>
  `data:${type};base64,${readFileSync(join(ROOT, file)).toString("base64")}`;

/** @param {number} size pixels of each side @param {number} share that the mark takes of it */
const icon = (size, share) => ({
  width: size,
  height: size,
  html: `<body style="${PAPER}; display: grid; place-items: center; height: 100vh">
    <div style="width: ${100 * share}vw">${mark}</div>`,
});

const font = "node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";
/** Two rows of the strip that the page begins with: nets/nested.png has garments in rows and sizes in columns. */
const preview = {
  ...PREVIEW,
  html: `<style>
      @font-face { font-family: Inter; src: url(${dataUrl(font, "font/woff2")}); font-weight: 100 900 }
      body { ${PAPER}; font: 500 29px/1.3 Inter; padding: 46px 72px 0 }
      h1 { margin: 0; font-size: 64px; font-weight: 650; display: flex; align-items: center; gap: 26px }
      h1 svg { width: 84px }
      p { margin: 14px 0 24px }
      div { height: 352px; border-radius: 8px;
        background: url(${dataUrl("public/nets/nested.png", "image/png")}) 0 0 / 1056px; image-rendering: pixelated }
    </style>
    <h1>${mark} Latent Loom</h1>
    <p>Train a real autoencoder in your browser. What do a few numbers keep?</p>
    <div></div>`,
};

const PICTURES = {
  "192.png": icon(192, 0.8),
  "512.png": icon(512, 0.8),
  // Phones cut it to a circle of four fifths.
  "maskable.png": icon(512, 0.52),
  "apple.png": icon(180, 0.72),
  "preview.png": preview,
};

await ensureDependencies();
const { chromium } = await import("playwright-core");
const browser = await chromium.launch({
  executablePath: (await ensureBrowser()) ?? fail(NO_BROWSER),
  args: ["--no-sandbox"],
});
mkdirSync(FOLDER, { recursive: true });
for (const [name, { width, height, html }] of Object.entries(PICTURES)) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(html);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(FOLDER, name) });
  await page.close();
}
await browser.close();
say("The icons are in public/icons/.");
