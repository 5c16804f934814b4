import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { data, readDataset } from "../../../src/cli/data";
import { atHand, findData, nameOf, readOwn } from "../../../src/cli/dataset/own";
import { UsageError } from "../../../src/cli/errors";
import { settle } from "../../../src/cli/recipe";
import { splitDataset } from "../../../src/datasets/split";
import { byClass, csvText, idxImages, idxLabels, testImages } from "../datasets/formats/files";

const IMAGES = testImages(90, 8, 8, 1);

let folder = "";
let own = "";
let said: string[] = [];
let printed: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-loom-own-"));
  own = join(folder, "own");
  said = [];
  printed = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bring = (...argv: string[]) =>
  data(argv, {
    folder: join(folder, "none"),
    own,
    sources: [],
    print: (text) => void printed.push(text),
    say: (line) => void said.push(line),
    progress: { update: () => {}, finish: () => {} },
  });

const put = async (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

describe("data --from", () => {
  test("stores what it read, says what it guessed, and finds it by name and id", async () => {
    const path = await put("shapes.csv", csvText(IMAGES, { isLast: true }));
    await bring("--from", path, "--json");
    const told = JSON.parse(printed.join(""));
    expect(told).toEqual({
      name: "shapes",
      height: 8,
      width: 8,
      channels: 1,
      classes: ["0", "1", "2"].map((name) => ({ name, count: 30 })),
      images: 90,
      source: "own",
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      format: "csv",
      files: ["shapes.csv"],
      test: 0,
    });
    expect(said).toContain("Labels: last (guessed; --set classes=…)");
    await bring("--from", path, "--as", "shapes");
    expect(said.at(-1)).toMatch(/Train on them by --data shapes --latent 16\.$/);
    const spec = await findData("shapes", own);
    expect(spec.id).toBe(told.id);
    expect(await findData(told.id, own)).toEqual(spec);
    const all = await readOwn(spec.id, [0, 1, 2], own);
    expect(Buffer.compare(all!.images, byClass(IMAGES))).toBe(0);
    const some = await readOwn(spec.id, [2], own);
    expect(some).toMatchObject({ count: 30, classes: [2] });
    await truncate(join(own, spec.id, "2-2.shard"), 10);
    await expect(readOwn(spec.id, [2], own)).rejects.toThrow(/cut off .* data -- --from PATH/);
  });

  test("takes a folder, changed guesses and another name", async () => {
    await mkdir(join(folder, "set"));
    await put("set/train-images-idx3-ubyte", idxImages(IMAGES));
    await put("set/train-labels-idx1-ubyte", idxLabels(IMAGES));
    const argv = [
      "--as",
      "Squares",
      "--size",
      "12x10",
      "--channels",
      "3",
      "--set",
      "upright=transposed",
    ];
    await bring("--from", join(folder, "set"), ...argv);
    const spec = await findData("Squares", own);
    expect(spec).toMatchObject({ title: "Squares", height: 12, width: 10, channels: 3 });
    expect(said).toContain("Channels: 3");
    expect(said.at(-1)).toBe(
      "Squares is stored: 90 images of 12 × 10 × 3 in 3 classes. Train on them by --data Squares.",
    );
  });

  test("takes a sample, whose test part can be tested on", async () => {
    const table = await put("set_train.csv", csvText(IMAGES));
    await put("set_test.csv", csvText(testImages(30, 8, 8, 1)));
    await bring("--from", table, "--images", "75", "--as", "some", "--json");
    expect(JSON.parse(printed.join(""))).toMatchObject({ images: 75, test: 0 });
    expect(said).toContain("75 of 90 images are taken, a random sample of each class.");
    const some = await findData("some", own);
    await expect(settle({ data: some.id, split: "own-test" }, null)).rejects.toThrow(
      "The split cannot be own-test: some has no test part of its own, and is split at random by stratified or writeup.",
    );
    await mkdir(join(folder, "set"));
    await put("set/train.csv", csvText(IMAGES));
    await put("set/test.csv", csvText(testImages(30, 8, 8, 1)));
    await bring("--from", join(folder, "set"), "--images", "80");
    const both = await findData("set", own);
    expect(both.testCounts).toEqual([7, 7, 6]);
    const read = await readOwn(both.id, [0, 2], own);
    const split = splitDataset(
      read!,
      (await settle({ data: both.id, split: "own-test" }, null)).split,
      1,
    );
    expect(split.test).toHaveLength(13);
  });

  test("keeps nothing of what is refused, and no two of a name", async () => {
    const page = await put("page.csv", "<html></html>");
    await expect(bring("--from", page)).rejects.toThrow(/^--from: page\.csv is a web page/);
    await expect(bring("--from", join(folder, "no"))).rejects.toThrow(UsageError);
    await expect(bring("--from", page, "--set", "colour=red")).rejects.toThrow(
      /--set takes guesses/,
    );
    await expect(readdir(own)).rejects.toThrow("ENOENT");
    await bring("--from", await put("a.csv", csvText(IMAGES)), "--as", "one");
    const other = await put("b.csv", csvText(testImages(93, 8, 8, 1)));
    await expect(bring("--from", other, "--as", "one")).rejects.toThrow(
      /another data set called one/,
    );
    await bring("--from", other, "--as", "one", "--force");
    expect(await readdir(own)).toHaveLength(1);
  });
});

describe("--data", () => {
  test("takes files, for this process alone, and means all their classes", async () => {
    const path = await put("shapes.csv", csvText(IMAGES));
    const config = await settle({ data: path }, null);
    expect(config.classes).toEqual([0, 1, 2]);
    expect(atHand(config.data)?.title).toBe("shapes");
    const { dataset, note } = await readDataset([0, 2], config.data);
    expect({ note, count: dataset.count, classes: dataset.classes }).toEqual({
      note: "",
      count: 60,
      classes: [0, 2],
    });
    expect((await settle({ data: path, classes: [1] }, null)).classes).toEqual([1]);
    await expect(settle({ data: path, classes: [3] }, null)).rejects.toThrow(/0 to 2/);
    expect((await settle({}, null)).classes).toEqual([0, 1]);
  });

  test("says what there is where a name is none", async () => {
    await expect(findData("nothing", own)).rejects.toThrow(
      "--data: there is no data set and no file called nothing. There is fashion-mnist.",
    );
  });

  test("calls files by their names", () => {
    expect(["/a/digits.csv.gz", "set.npz", "/b/folder/", "x.tar.gz"].map(nameOf)).toEqual([
      "digits",
      "set",
      "folder",
      "x",
    ]);
  });
});
