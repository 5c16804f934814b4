/** On a host that sends no headers, in Firefox and WebKit: a service worker isolates the page. */

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/lib/project.mjs";
import { StaticHost } from "../e2e/static-host";
import { ENGINES } from "./engines";
import { Tab } from "./tab";

/** WebKitGTK isolates pages, but gives them no memory that threads share. */
const THREADS = { Firefox: /, ([2-9]|\d\d) threads$/, WebKit: /, 1 thread$/ };

for (const engine of ENGINES) {
  describe.skipIf(!engine.isHere)(engine.name, () => {
    let host: StaticHost;
    let tab: Tab;
    beforeAll(async () => {
      host = await StaticHost.open(join(ROOT, "dist"));
      tab = await Tab.open(engine);
    });
    afterAll(async () => {
      await tab?.close();
      await host?.goAway();
    });

    it("opens isolated at the first visit, and trains", async () => {
      await tab.goto(`${host.address}?v=1&classes=1&epochs=900`);
      // The page is opened again meanwhile.
      const asked = (what: () => boolean) => tab.evaluate(what).catch(() => false);
      await expect.poll(() => asked(() => crossOriginIsolated)).toBe(true);
      await expect.poll(() => tab.text("data-source")).toMatch(/^Fashion-MNIST/);
      await tab.click("Train");
      await expect.poll(() => tab.number("step")).toBeGreaterThan(2);
      expect(await tab.text("device-in-use")).toMatch(THREADS[engine.name]);
      expect(
        host.sent.filter(({ path, bytes }) => path.endsWith(".shard") && bytes > 0),
      ).toHaveLength(1);
    });

    it("opens and trains without a network at the second", async () => {
      await expect
        .poll(() =>
          tab.evaluate(async () => {
            const worker = (await navigator.serviceWorker.getRegistration())?.active;
            return worker?.scriptURL.endsWith("/offline.js") && worker.state === "activated";
          }),
        )
        .toBe(true);
      await tab.goto("about:blank");
      await host.goAway();
      await tab.goto(`${host.address}?v=1&classes=1&epochs=900`);
      await expect.poll(() => tab.text("data-source")).toMatch(/^Fashion-MNIST/);
      await tab.click("Train");
      await expect.poll(() => tab.number("step")).toBeGreaterThan(2);
    });
  });
}
