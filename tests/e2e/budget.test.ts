/** What a visitor downloads before anything shows, as built. */

import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/lib/project.mjs";

const DIST = join(ROOT, "dist");
/** Bytes, compressed, of all JavaScript that the page needs before its worker. */
const BUDGET = 187_500;

/** The page's entry and all that it imports statically, by path; lazy chunks and workers are not. */
function entryFiles(): string[] {
  const html = readFileSync(join(DIST, "index.html"), "utf8");
  const [, entry = ""] = /<script[^>]+src="\.\/([^"]+)"/.exec(html) ?? [];
  const files = new Set<string>();
  const add = (path: string) => {
    if (files.has(path)) return;
    files.add(path);
    const code = readFileSync(path, "utf8");
    const imports = code.matchAll(
      /(?:^|[;}\s])(?:import|export)\b[^;()"']*["'](\.[^"']+\.js)["']/g,
    );
    for (const [, target = ""] of imports) add(join(dirname(path), target));
  };
  add(join(DIST, entry));
  return [...files];
}

describe("the page's own JavaScript", () => {
  const sizes = entryFiles().map((path) => ({
    name: basename(path),
    bytes: gzipSync(readFileSync(path)).length,
  }));

  it(`is under ${BUDGET / 1000} KB compressed before the worker`, () => {
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    const list = sizes.map(({ name, bytes }) => `${name} ${(bytes / 1000).toFixed(1)}`);
    console.info(`${(total / 1000).toFixed(1)} KB compressed: ${list.join(", ")}.`);
    // React alone is 58 KB: fewer would mean that imports were not found.
    expect(total).toBeGreaterThan(60_000);
    expect(total).toBeLessThan(BUDGET);
  });

  it("has the charts' library in none of them", () => {
    expect(sizes.filter(({ name }) => name.startsWith("charts"))).toEqual([]);
  });
});

it("tfjs is built once, whatever threads need it", () => {
  const assets = join(DIST, "assets");
  const holding = readdirSync(assets)
    .filter((name) => name.endsWith(".js"))
    .filter((name) =>
      readFileSync(join(assets, name), "utf8").includes("running TensorFlow.js in"),
    );
  expect(holding).toHaveLength(1);
});
