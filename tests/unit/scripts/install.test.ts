import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ROOT, readIfThere } from "../../../scripts/lib/project.mjs";

interface Entry {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}
type Packages = Readonly<Record<string, Entry>>;

const LOCK: Packages = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
const only = (packages: Packages, keep: (entry: Entry) => boolean): Packages =>
  Object.fromEntries(Object.entries(packages).filter(([path, entry]) => path && keep(entry)));
/** As on a machine for which no optional package is made. */
const ALL = only(LOCK, ({ optional }) => !optional);
const PAGE = only(ALL, ({ dev }) => !dev);
const older = (packages: Packages, path: string): Packages => ({
  ...packages,
  [path]: { ...packages[path]!, version: "0.0.1" },
});

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What npm is called with, in a project that has these packages; null where it is not called. */
function installing(need: "page" | "all", installed: Packages | null): string | null {
  const folder = mkdtempSync(join(tmpdir(), "latent-loom-"));
  folders.push(folder);
  cpSync(join(ROOT, "scripts/lib"), join(folder, "scripts/lib"), { recursive: true });
  cpSync(join(ROOT, "package-lock.json"), join(folder, "package-lock.json"));
  if (installed) {
    mkdirSync(join(folder, "node_modules"));
    const text = JSON.stringify({ packages: installed });
    writeFileSync(join(folder, "node_modules/.package-lock.json"), text);
  }
  const npm = join(folder, "npm-cli.cjs");
  const called = join(folder, "called");
  writeFileSync(
    npm,
    `require("node:fs").writeFileSync(${JSON.stringify(called)}, process.argv.slice(2, 4).join(" "));`,
  );
  const code = `(await import("./scripts/lib/install.mjs")).ensureDependencies("${need}")`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: folder,
    env: { ...process.env, npm_execpath: npm },
    encoding: "utf8",
  });
  expect(stderr).not.toContain("failed");
  expect(status).toBe(0);
  return readIfThere(called);
}

describe("what is installed", () => {
  it("is, for the page, half of it all", () => {
    const counts = [Object.keys(PAGE).length, Object.keys(ALL).length];
    expect(counts[0]).toBeLessThan(0.7 * counts[1]!);
    for (const name of ["webgpu", "onnxruntime-web", "playwright-core", "@biomejs/biome"]) {
      expect(ALL).toHaveProperty([`node_modules/${name}`]);
      expect(PAGE).not.toHaveProperty([`node_modules/${name}`]);
    }
  });

  it("is in a fresh clone what the page needs, or all", () => {
    expect(installing("page", null)).toBe("ci --omit=dev");
    expect(installing("all", null)).toBe("ci --include=dev");
  });

  it("is left alone where what is needed is there", () => {
    expect(installing("page", PAGE)).toBeNull();
    expect(installing("page", ALL)).toBeNull();
    expect(installing("all", ALL)).toBeNull();
    // Tools of another version than the lock file's are nothing to the page.
    expect(installing("page", older(ALL, "node_modules/vitest"))).toBeNull();
    // npm may leave out what the page can do without.
    const without = only(PAGE, ({ devOptional }) => !devOptional);
    expect(Object.keys(without).length).toBeLessThan(Object.keys(PAGE).length);
    expect(installing("page", without)).toBeNull();
  });

  it("grows by the rest for tests and benches", () => {
    expect(installing("all", PAGE)).toBe("ci --include=dev");
  });

  it("keeps the development's packages when the page's have changed", () => {
    expect(installing("page", older(PAGE, "node_modules/vite"))).toBe("ci --omit=dev");
    expect(installing("page", older(ALL, "node_modules/vite"))).toBe("ci --include=dev");
  });
});
