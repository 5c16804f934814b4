import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportError } from "../../../src/cli/errors";
import { settle } from "../../../src/cli/recipe";
import { openReport } from "../../../src/cli/report/files";
import { parseReport as parseReproduced } from "../../../src/cli/reproduce/report";
import { score } from "../../../src/cli/score";
import { parseReport as parseSweep } from "../../../src/cli/sweep/report";
import { makePipe } from "./pipe";
import { SYSTEM_INFO } from "./report-host";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-loom-input-"));
});
afterAll(() => rm(folder, { recursive: true }));

const NOW = { date: "2026-01-31", machine: SYSTEM_INFO, data: "fashion-mnist" } as const;

/** Commands that read a file: the file's name, and how they read it. */
const READERS = {
  "train --recipe": { name: "recipe.json", read: (path: string) => settle({}, path) },
  "score --pairs": { name: "pairs.json", read: (path: string) => score(["--pairs", path]) },
  reproduce: {
    name: "reproduce-2026-01-31.json",
    read: () => openReport({ folder, name: "reproduce" }, NOW, parseReproduced),
  },
  sweep: {
    name: "sweep-loom-2026-01-31.json",
    read: () => openReport({ folder, name: "sweep-loom" }, NOW, parseSweep),
  },
};

const text = (content: string) => (path: string) => writeFile(path, content);

/** What is in the file's place, and what the command says of it. */
const INPUTS: readonly (readonly [string, (path: string) => unknown, RegExp])[] = [
  ["a folder", (path) => mkdir(path), /cannot be read \(it is a folder\)\./],
  ["an empty file", text(""), /is not JSON: it is empty\./],
  ["a file cut off", text('{"pairs": [\n{"original": [1, 2'), /is not JSON: it /],
  [
    "JSON with a fault",
    text('{\n"a": 1,\n"b": x\n}'),
    /is not JSON: it is cut off, or of another kind\./,
  ],
  ["a picture", (path) => writeFile(path, Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), /not JSON: it /],
  ["a list", text("[1, 2, 3]"), /one JSON object|is missing|must be/],
  ["a number", text("5"), /one JSON object|must be an object/],
  ["null", text("null"), /one JSON object|must be an object/],
  ["an object of other things", text('{"a": 1}'), /does not exist|is missing/],
  [
    "a terabyte",
    async (path) => {
      await writeFile(path, "");
      await truncate(path, 1e12);
    },
    /has over \d+ MB, more than can be meant\./,
  ],
  [
    "what this user may not read",
    async (path) => {
      await writeFile(path, "{}");
      await chmod(path, 0);
    },
    /cannot be read \(permission denied\)\./,
  ],
];
/** Root may read everything. */
const isRoot = process.getuid?.() === 0;

describe.each(Object.entries(READERS))("%s, given", (_command, { name, read }) => {
  it.each(INPUTS)(
    "%s, says what is wrong in a line and exits with 2",
    async (what, make, message) => {
      if (isRoot && what.startsWith("what this user")) return;
      const path = join(folder, name);
      await rm(path, { recursive: true, force: true });
      await make(path);
      let said = "";
      const error = await Promise.resolve(read(path)).catch((reason: unknown) => reason);
      const code = reportError(error, (line) => {
        said += line;
      });
      expect(said).toMatch(message);
      expect(said).toContain(name);
      expect(code).toBe(2);
      expect(said.trimEnd().split("\n")).toHaveLength(1);
      expect(said).not.toMatch(/\.\.|Invalid|Unexpected|Expected|received|ENOENT|EISDIR|\bat \//);
    },
  );
});

it("a pipe may be read as a file", async () => {
  const path = join(folder, "pipe.json");
  makePipe(path);
  const reading = settle({}, path);
  await writeFile(path, '{"epochs": 7}');
  expect(await reading).toMatchObject({ epochs: 7 });
});
