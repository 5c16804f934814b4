/** What a server sends with the built page; hosts.mjs has it in the words of each server. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { ROOT, readIfThere } from "./project.mjs";

/** Without the first two a browser gives a page no SharedArrayBuffer, so no threads. */
export const OPEN_HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  // Isolated pages of other sites may show it in a frame, too.
  "Cross-Origin-Resource-Policy": "cross-origin",
  "X-Content-Type-Options": "nosniff",
};

/**
 * All of a built page's headers. Pages of other sites may frame it: there is no frame-ancestors.
 *
 * @param {string} html the built index.html, whose inline scripts alone may run
 * @returns {Record<string, string>}
 */
export function pageHeaders(html) {
  const inline = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  const policy = {
    "default-src": ["'self'"],
    // WebAssembly is compiled from bytes that were fetched.
    "script-src": ["'self'", "'wasm-unsafe-eval'", ...inline],
    // Mantine and Recharts style elements one by one.
    "style-src": ["'self'", "'unsafe-inline'"],
    // Figures become PNG by way of an SVG.
    "img-src": ["'self'", "blob:", "data:"],
    // Runs are opened from any address (?run=).
    "connect-src": ["'self'", "https:", "http:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
  };
  const directives = Object.entries(policy).map(([name, values]) => [name, ...values].join(" "));
  return { ...OPEN_HEADERS, "Content-Security-Policy": directives.join("; ") };
}

/** Files under assets/ have names that change with what is in them: nobody need ask for them again. */
export const KEPT_FOR_EVER = "public, max-age=31536000, immutable";

/** Those of every path of the page in dist. @returns {Record<string, string>} */
export function builtHeaders() {
  const [ofAll = ""] = readIfThere(join(ROOT, "dist/_headers"))?.split("/assets/") ?? [];
  const lines = [...ofAll.matchAll(/^ {2}([\w-]+): (.*)$/gm)];
  return Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
}
