import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { parseWith } from "../../../src/checks/schema";
import { CommandError, UsageError } from "../../../src/cli/errors";
import { KEPT, type Kept, openReport, writeReport } from "../../../src/cli/report/files";
import { SYSTEM_INFO, temporaryFolder } from "./report-host";

const NOW = { date: "2026-01-31", machine: SYSTEM_INFO, data: "fashion-mnist" } as const;
const parse = (content: unknown) => parseWith(v.object(KEPT), content);

async function folderWith(...reports: Kept[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const report of reports) {
    await writeReport({ folder, name: "weave" }, report.date, { json: JSON.stringify(report) });
  }
  return folder;
}
const open = (folder: string) => openReport({ folder, name: "weave" }, NOW, parse);

describe("openReport", () => {
  const yesterday = { ...NOW, date: "2026-01-30" };

  it("gives today's, finished or not", async () => {
    const today = { ...NOW, finished: true };
    expect(await open(await folderWith(today))).toEqual(today);
  });

  it("gives the newest of an earlier day where it is not finished", async () => {
    const old = { ...NOW, date: "2025-12-31", finished: false };
    const newest = { ...yesterday, finished: false };
    expect(await open(await folderWith(newest, old))).toEqual(newest);
  });

  it("gives none where the newest is finished and not today's, nor of another name", async () => {
    const old = { ...NOW, date: "2025-12-31", finished: false };
    const folder = await folderWith(old, { ...yesterday, finished: true });
    for (const name of ["weave-quick-2026-01-31.json", "weave-2026-01-31.md", "a.json"]) {
      await writeFile(join(folder, name), "{}");
    }
    expect(await open(folder)).toBeNull();
    expect(await open(join(folder, "not", "there"))).toBeNull();
  });

  it.each([
    [
      "another machine",
      { ...NOW, machine: { ...SYSTEM_INFO, cores: 64 } },
      /Example CPU, 64 cores/,
    ],
    ["other images", { ...NOW, data: "synthetic" as const }, /its images are synthetic/],
    [
      "an earlier day and machine",
      { ...yesterday, machine: { ...SYSTEM_INFO, cpu: "Other" } },
      /Other/,
    ],
  ])("refuses one of %s, and says what can be done", async (_what, circumstances, reason) => {
    const attempt = open(await folderWith({ ...circumstances, finished: false }));
    await expect(attempt).rejects.toThrow(CommandError);
    await expect(attempt).rejects.toThrow(reason);
    await expect(attempt).rejects.toThrow(/--fresh .* --out DIR/);
  });

  it.each(["{", "{}", "[]"])("refuses a file that is none: %s", async (content) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "weave-2026-01-31.json"), content);
    await expect(open(folder)).rejects.toThrow(UsageError);
    await expect(open(folder)).rejects.toThrow(
      /weave-2026-01-31\.json is (not JSON|no such report): .*\. Give --fresh .* --out DIR/,
    );
  });

  it("refuses a folder that is a file", async () => {
    const file = join(await temporaryFolder(), "file");
    await writeFile(file, "");
    await expect(open(file)).rejects.toThrow(CommandError);
  });
});

describe("writeReport", () => {
  it("writes each ending, and leaves nothing else there", async () => {
    const folder = await temporaryFolder();
    const place = { folder, name: "weave" };
    const paths = await writeReport(place, "2026-01-31", { md: "one", csv: "two" });
    await writeReport(place, "2026-01-31", { md: "three" });
    expect(paths).toEqual(
      ["md", "csv"].map((ending) => join(folder, `weave-2026-01-31.${ending}`)),
    );
    expect((await readdir(folder)).sort()).toEqual(["weave-2026-01-31.csv", "weave-2026-01-31.md"]);
    expect(await readFile(paths[0]!, "utf8")).toBe("three");
  });

  it("says why it cannot", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "weave-2026-01-31.md"));
    const attempt = writeReport({ folder, name: "weave" }, "2026-01-31", { md: "" });
    await expect(attempt).rejects.toThrow(CommandError);
    await expect(attempt).rejects.toThrow(/weave-2026-01-31\.md cannot be written/);
    expect(await readdir(folder)).toEqual(["weave-2026-01-31.md"]);
  });
});
