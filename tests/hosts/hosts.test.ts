/** The page in a folder of real servers: what they send, and that it trains there. */

import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtHeaders } from "../../scripts/lib/headers.mjs";
import { ROOT } from "../../scripts/lib/project.mjs";
import { button, closePages, launchBrowser, openPage, ready, shownNumber } from "../e2e/app";
import { HOSTS, type HostedPage } from "./servers";

const DIST = join(ROOT, "dist");
const asset = (pattern: RegExp) => {
  const name = readdirSync(join(DIST, "assets")).find((file) => pattern.test(file));
  if (!name) throw new Error(`The build has no file ${pattern}.`);
  return `assets/${name}`;
};
const SCRIPT = asset(/^tfjs-.*\.js$/);
const KERNELS = asset(/^kernels-relaxed-alone-.*\.wasm$/);
const STYLE = asset(/^index-.*\.css$/);
const UNPACK = { br: brotliDecompressSync, gzip: gunzipSync };

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  /** As it came. */
  readonly body: Buffer;
}

/** Without what fetch does by itself: it unpacks. */
function ask(address: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(address, { headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string | undefined>,
          body: Buffer.concat(pieces),
        }),
      );
    })
      .on("error", reject)
      .end();
  });
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => closePages(browser));

for (const host of HOSTS) {
  describe.skipIf(!host.isHere)(host.name, () => {
    let hosted: HostedPage;
    beforeAll(async () => {
      hosted = await host.open();
    });
    afterAll(() => hosted?.close());

    const types: readonly (readonly [string, RegExp])[] = [
      ["", /^text\/html/],
      [SCRIPT, /^(text|application)\/javascript/],
      [STYLE, /^text\/css/],
    ];

    it.each(types)("sends %j as what it is, whole", async (path, type) => {
      const answer = await ask(hosted.address + path);
      expect(answer.status).toBe(200);
      expect(answer.headers["content-type"]).toMatch(type);
      expect(answer.headers["content-encoding"]).toBeUndefined();
      expect(answer.body.equals(readFileSync(join(DIST, path || "index.html")))).toBe(true);
    });

    it("answers a missing file with 404", async () => {
      expect((await ask(`${hosted.address}data/no-such-file`)).status).toBe(404);
    });

    it.runIf(host.sendsHeaders)("sends all of the page's headers, with 304 too", async () => {
      for (const path of ["", SCRIPT, KERNELS, "data/no-such-file"]) {
        const first = await ask(hosted.address + path);
        const { etag = '"none"' } = first.headers;
        const again = await ask(hosted.address + path, { "If-None-Match": etag });
        // Apache sends nothing of ours with 304: scripts, which Safari needs them of, are never that there.
        const checked = again.status === 304 && !path.endsWith(".js") ? [first] : [first, again];
        for (const answer of checked)
          for (const [name, value] of Object.entries(builtHeaders()))
            expect(answer.headers[name.toLowerCase()], `${path} ${name}`).toBe(value);
      }
    });

    it.runIf(host.sendsHeaders)("has assets kept, and all else asked for anew", async () => {
      const kept = (await ask(hosted.address + SCRIPT)).headers["cache-control"];
      expect(kept).toMatch(/immutable/);
      expect((await ask(hosted.address)).headers["cache-control"]).toBe("no-cache");
      expect((await ask(`${hosted.address}nets/nested.json`)).headers["cache-control"]).toBe(
        "no-cache",
      );
    });

    it.each(host.sendsPacked)("sends files as the build packed them by %s", async (encoding) => {
      for (const [path, type] of [...types, [KERNELS, /^application\/wasm/] as const]) {
        // The page itself, asked for as a folder, is found in another way.
        if (path === "" && host.name.startsWith("Apache")) continue;
        const answer = await ask(hosted.address + path, { "Accept-Encoding": encoding });
        expect(answer.headers["content-encoding"], path).toBe(encoding);
        expect(answer.headers["content-type"], path).toMatch(type);
        expect(answer.headers.vary, path).toMatch(/Accept-Encoding/i);
        expect(answer.headers["content-language"], path).toBeUndefined();
        const packed = readFileSync(
          join(DIST, `${path || "index.html"}.${encoding === "br" ? "br" : "gz"}`),
        );
        expect(answer.body.equals(packed), path).toBe(true);
        expect(
          UNPACK[encoding](packed).equals(readFileSync(join(DIST, path || "index.html"))),
        ).toBe(true);
      }
    });

    it("trains there, on the real images and on threads", async () => {
      const { page, errors } = await openPage(browser, `${hosted.address}?v=1&classes=1`);
      await ready(page);
      expect(await page.getByTestId("data-source").innerText()).toMatch(/^Fashion-MNIST/);
      await button(page, "Train").click();
      await expect.poll(() => shownNumber(page, "step")).toBeGreaterThan(3);
      expect(await page.getByTestId("device-in-use").innerText()).toMatch(
        /, ([2-9]|\d\d) threads$/,
      );
      expect(errors).toEqual([]);
      const opened = await page.evaluate(async () => {
        const worker = (await navigator.serviceWorker.getRegistration())?.active;
        return worker?.scriptURL.endsWith("isolate.js") ?? false;
      });
      // Once it is kept, offline.js is in its place.
      if (host.sendsHeaders) expect(opened).toBe(false);
      await page.context().close();
    });
  });
}
