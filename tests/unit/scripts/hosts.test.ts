import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pageHeaders } from "../../../scripts/lib/headers.mjs";
import { hostFiles } from "../../../scripts/lib/hosts.mjs";
import { ROOT } from "../../../scripts/lib/project.mjs";
import { ISOLATION } from "../../../src/service-worker/isolated";

const HTML = "<script>say()</script>";

describe.each(["_headers", ".htaccess", "nginx.conf"])("%s", (name) => {
  it("has all of the page's headers, and keeps files under assets/ alone for ever", () => {
    const text = hostFiles(HTML)[name]!;
    for (const [header, value] of Object.entries(pageHeaders(HTML))) {
      expect(text).toMatch(new RegExp(`${header}[: ]`));
      expect(text).toContain(value);
    }
    expect(text).toMatch(/assets\/[\s\S]*immutable|immutable[\s\S]*assets\//);
  });
});

it("service workers add those of the page's headers that isolate it", () => {
  expect(pageHeaders(HTML)).toMatchObject(ISOLATION);
});

it("GitHub's workflow runs commands that are there, on what they make", () => {
  const workflow = readFileSync(join(ROOT, ".github/workflows/pages.yml"), "utf8");
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const commands = [...workflow.matchAll(/npm run ([\w-]+)/g)].map(([, command]) => command);
  expect(commands).toEqual(["build"]);
  expect(scripts).toHaveProperty("build");
  expect(workflow).toMatch(/path: dist\n/);
});
