/** The first images of each class in place of all of them: what a page shows is the same, sooner. */

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { ROOT } from "../../scripts/lib/project.mjs";
import { MANIFEST_FILE, parseManifest, specOfStore } from "../../src/datasets/download/manifest";
import { sizeOf } from "../../src/math/image-set";

/** Images of each class: the 800 of two classes that are trained on are more than PCA has directions. */
const COUNT = 500;
const STORE = "data/fashion-mnist";
const FOLDER = join(ROOT, ".cache/few-images");

/** Writes them, from the stored data set. */
export function writeFewImages(): void {
  const stored = (file: string) => readFileSync(join(ROOT, "public", STORE, file));
  const manifest = parseManifest(stored(MANIFEST_FILE).toString());
  const spec = specOfStore(manifest);
  const bytes = COUNT * sizeOf(spec);
  mkdirSync(FOLDER, { recursive: true });
  const classes = manifest.classes.map((entry) => {
    const images = gunzipSync(stored(entry.file)).subarray(0, bytes);
    const packed = gzipSync(images, { level: 1 });
    writeFileSync(join(FOLDER, entry.file), packed);
    const sha256 = createHash("sha256").update(images).digest("hex");
    return { ...entry, count: COUNT, bytes, compressedBytes: packed.length, sha256 };
  });
  writeFileSync(join(FOLDER, MANIFEST_FILE), JSON.stringify({ ...manifest, spec, classes }));
}

/** Serves them where the page looks for the data set. */
export const fewImages: Plugin = {
  name: "few-images",
  configurePreviewServer(server) {
    server.middlewares.use(`/${STORE}`, (request, response, next) => {
      const [file = ""] = (request.url ?? "").slice(1).split("?");
      if (!/^[\w-]+\.(shard|json)$/.test(file)) return next();
      response.end(readFileSync(join(FOLDER, file)));
    });
  },
};
