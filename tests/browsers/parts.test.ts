/** A part of the page that fails to load once, in Firefox and in WebKit: it can be asked for again. */

import type { Plugin } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Served, serveApp } from "../e2e/app";
import { ENGINES } from "./engines";
import { Tab } from "./tab";

for (const engine of ENGINES) {
  describe.skipIf(!engine.isHere)(engine.name, () => {
    let app: Served;
    let tab: Tab;
    /** Files that the server does not have at the moment. */
    let missing: RegExp | null = /(DatasetView|LabView)-[\w-]+\.js/;

    const faulty: Plugin = {
      name: "faulty",
      configurePreviewServer({ middlewares }) {
        middlewares.use(({ url = "" }, response, next) => {
          if (!missing?.test(url)) return next();
          response.statusCode = 404;
          response.end();
        });
      },
    };

    beforeAll(async () => {
      app = await serveApp({ plugins: [faulty] });
      tab = await Tab.open(engine);
      await tab.goto(app.address);
    });
    afterAll(async () => {
      await tab?.close();
      await app?.close();
    });

    it.each([
      ["data", "data-view", "Data"],
      ["lab", "lab", "Lab"],
    ])("#%s says what is missing, and Try again draws it", async (view, testId, title) => {
      missing = /(DatasetView|LabView)-[\w-]+\.js/;
      await expect.poll(() => tab.words()).toMatch(/Latent Loom/);
      await tab.evaluate((name) => {
        location.hash = name;
      }, view);
      await expect
        .poll(() => tab.text("part-failure"))
        .toMatch(new RegExp(`^The view ${title} could not be loaded: the server answers 404 for`));
      missing = null;
      await tab.click("Try again");
      await expect.poll(() => tab.hasDrawn(testId)).toBe(true);
    });
  });
}
