import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Plugin } from "vite";
import { expect, test } from "vitest";
import { commandLine } from "../../../scripts/lib/command-line.mjs";

test("commands are bundled without a look at packages, of which `npm start` has not installed all", async () => {
  const sought: string[] = [];
  const sees: Plugin = {
    name: "sees",
    enforce: "pre",
    resolveId(source) {
      sought.push(source);
      return null;
    },
  };
  const main = await commandLine(`test-${process.pid}`, [sees]);
  await rm(dirname(main), { recursive: true });
  expect(sought.length).toBeGreaterThan(100);
  // But at tfjs, which the page has too.
  const packages = new Set(sought.filter((source) => /^[a-z@]/.test(source)));
  expect([...packages]).toEqual(["@tensorflow/tfjs"]);
});
