import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CommandError, UsageError } from "../../../src/cli/errors";
import { makeFolder, prepareFolder, reasonOf } from "../../../src/cli/folders";
import { temporaryFolder } from "./report-host";

describe("prepareFolder", () => {
  it("makes it with those above, and leaves nothing there", async () => {
    const folder = join(await temporaryFolder(), "new", "folder");
    await prepareFolder({ folder, option: null }, ["model.json"]);
    expect(await readdir(folder)).toEqual([]);
    await prepareFolder({ folder, option: null });
  });

  it("leaves files that are to be replaced as they are", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "model.json"), "{}");
    await prepareFolder({ folder, option: "--save" }, ["model.json", "weights.bin"]);
    expect(await readdir(folder)).toEqual(["model.json"]);
    expect(await readFile(join(folder, "model.json"), "utf8")).toBe("{}");
  });

  it("says why it cannot: of an option's folder as a wrong argument", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    await mkdir(join(folder, "model.json"));
    const refused = async (path: string, files: string[] = []) => {
      const error = await prepareFolder({ folder: path, option: "--save" }, files).catch((e) => e);
      expect(error).toBeInstanceOf(UsageError);
      expect(error.message).toMatch(/^--save: /);
      return error.message;
    };
    expect(await refused(join(folder, "file"))).toMatch(/there is a file of that name/);
    expect(await refused(join(folder, "file", "below"))).toMatch(/is a file, not a folder/);
    expect(await refused(folder, ["model.json"])).toMatch(/model\.json cannot .*it is a folder/);
    expect(await refused(join(folder, "x".repeat(300)))).toMatch(/the name is too long/);
    expect(await refused("a\0b")).toMatch(/null bytes/);

    const own = prepareFolder({ folder: join(folder, "file"), option: null });
    await expect(own).rejects.toThrow(CommandError);
  });
});

// Where mkdir's recursive form does not come back.
describe.runIf(process.platform === "linux")("makeFolder", () => {
  it("fails in /proc, and by its reason", async () => {
    const error = await makeFolder("/proc/a/b").catch((e) => e);
    expect(reasonOf(error)).toBe("there is no such file or folder");
    const attempt = prepareFolder({ folder: "/proc/a/b", option: "--out" });
    await expect(attempt).rejects.toThrow(
      "--out: /proc/a/b cannot be written (nothing can be made",
    );
    // Root may write there, the rights say.
    await expect(prepareFolder({ folder: "/proc", option: "--out" })).rejects.toThrow(UsageError);
  });
});
