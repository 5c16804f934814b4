/**
 * Tells the page which files each of its lazy parts consists of.
 *
 * Firefox, and Chromium before it mended that, remember a module that could not be fetched, and all
 * that import it, until the page is reloaded. So the page fetches a part's files itself and imports
 * them once they have come (src/client/parts.ts): what failed can be tried again.
 */

import { relative } from "node:path";
import { ROOT } from "./project.mjs";

/** @typedef {import("vite").Rolldown.OutputChunk} Chunk */

/** @returns {import("vite").Plugin} which adds them to the built index.html, as JSON in `#parts` */
export function listParts() {
  return {
    name: "list-parts",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {}, chunk: entry }) {
        if (!entry) return [];
        const there = new Set(filesOf(entry, bundle));
        /** @type {Record<string, string[]>} */
        const parts = {};
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== "chunk" || !chunk.isDynamicEntry || !chunk.facadeModuleId) continue;
          const path = relative(ROOT, chunk.facadeModuleId).replace(/^src\/|\.tsx?$/g, "");
          parts[path] = filesOf(chunk, bundle).filter((file) => !there.has(file));
        }
        const attrs = { type: "application/json", id: "parts" };
        return [{ tag: "script", attrs, children: JSON.stringify(parts), injectTo: "head" }];
      },
    },
  };
}

/**
 * A chunk with all that it imports statically, and their styles.
 *
 * @param {Chunk} chunk
 * @param {import("vite").Rolldown.OutputBundle} bundle
 * @returns {string[]}
 */
function filesOf(chunk, bundle) {
  /** @type {Set<string>} */
  const files = new Set();
  const add = (/** @type {import("vite").Rolldown.OutputChunk} */ one) => {
    if (files.has(one.fileName)) return;
    files.add(one.fileName);
    for (const style of one.viteMetadata?.importedCss ?? []) files.add(style);
    for (const name of one.imports) {
      const imported = bundle[name];
      if (imported?.type === "chunk") add(imported);
    }
  };
  add(chunk);
  return [...files];
}
