import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DataHost, data, readDataset } from "../../../src/cli/data";
import { filesOfPackage, type RunTool, toolError } from "../../../src/cli/dataset/debian";
import { sourcesFor } from "../../../src/cli/dataset/sources";
import { isComplete, writeStore } from "../../../src/cli/dataset/store";
import { CommandError } from "../../../src/cli/errors";

const IMAGES_PER_CLASS = 7000;

/** IDX files of 70,000 images whose first pixel is their class and second their part. */
function smallFiles() {
  const idx = (count: number, part: number) => {
    const images = new Uint8Array(16 + count * 784);
    const labels = new Uint8Array(8 + count);
    new DataView(images.buffer).setUint32(0, 0x803);
    new DataView(images.buffer).setUint32(4, count);
    new DataView(images.buffer).setUint32(8, 28);
    new DataView(images.buffer).setUint32(12, 28);
    new DataView(labels.buffer).setUint32(0, 0x801);
    new DataView(labels.buffer).setUint32(4, count);
    for (let i = 0; i < count; i++) {
      labels[8 + i] = i % 10;
      images[16 + i * 784] = i % 10;
      images[17 + i * 784] = part;
    }
    return { images, labels };
  };
  const train = idx(60_000, 1);
  const test = idx(10_000, 2);
  return {
    "train-images-idx3-ubyte": train.images,
    "train-labels-idx1-ubyte": train.labels,
    "t10k-images-idx3-ubyte": test.images,
    "t10k-labels-idx1-ubyte": test.labels,
  };
}

let folder = "";
let said: string[] = [];
let printed: string[] = [];
beforeEach(async () => {
  printed = [];
  folder = await mkdtemp(join(tmpdir(), "latent-loom-data-"));
  said = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function host(sources: DataHost["sources"]): DataHost {
  const progress = { update: () => {}, finish: () => {} };
  return {
    folder,
    own: join(folder, "own"),
    sources,
    print: (line) => void printed.push(line),
    say: (line) => void said.push(line),
    progress,
  };
}

const broken = (name: string) => ({
  name,
  get: () => Promise.reject(new Error(`${name} is off`)),
});

describe("data", () => {
  test("says that its folder cannot be written before it gets anything", async () => {
    await writeFile(join(folder, "file"), "");
    let asked = 0;
    const source = { name: "one", get: () => Promise.reject(new Error(String(asked++))) };
    const blocked = { ...host([source]), folder: join(folder, "file", "below") };
    await expect(data([], blocked)).rejects.toThrow(CommandError);
    await expect(data([], blocked)).rejects.toThrow(/below cannot be written/);
    expect(asked).toBe(0);
  });

  test("says what could not be written", async () => {
    await mkdir(join(folder, "0-t-shirt-top.shard"));
    const source = { name: "one", get: async () => smallFiles() };
    await expect(data([], host([source]))).rejects.toThrow(CommandError);
    await expect(data([], host([source]))).rejects.toThrow(/cannot be written \(/);
  });

  test("takes the first source that works, stores every class, and is quick the second time", async () => {
    let calls = 0;
    const works = {
      name: "works",
      get: async () => {
        calls++;
        return smallFiles();
      },
    };
    await data([], host([broken("a"), works]));
    expect(await isComplete(folder)).toBe(true);
    await data([], host([works]));
    expect(calls).toBe(1);
    const { dataset, note } = await readDataset([3, 7], "fashion-mnist", folder);
    expect(note).toBe("");
    expect(dataset).toMatchObject({
      spec: { source: "fashion-mnist" },
      classes: [3, 7],
      count: 14_000,
    });
    expect(dataset.images[0]).toBe(3);
    // The training files' 6,000 images of a class come first, then the test files' 1,000.
    expect(dataset.images[5999 * 784 + 1]).toBe(1);
    expect(dataset.images[6000 * 784 + 1]).toBe(2);
    expect(dataset.images[IMAGES_PER_CLASS * 784]).toBe(7);
    expect((await readdir(folder)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  test("says what is wrong with a folder that somebody named, though another source works", async () => {
    const named = { ...broken("the folder of LATENT_LOOM_DATA"), isAskedFor: true };
    const works = { name: "works", get: async () => smallFiles() };
    await data([], host([named, broken("b"), works]));
    expect(said).toContain(
      "Not from the folder of LATENT_LOOM_DATA: the folder of LATENT_LOOM_DATA is off.",
    );
    expect(said.join()).not.toContain("b is off");
  });

  test("without any source names each and why it failed", async () => {
    const failing = host([broken("first"), broken("second")]);
    await expect(data([], failing)).rejects.toThrow(
      /first: first is off\n {2}second: second is off[\s\S]*LATENT_LOOM_DATA/,
    );
    await data(["--optional"], failing);
    expect(said.at(-1)).toContain("synthetic garments");
    const { dataset, note } = await readDataset([0, 1], "fashion-mnist", folder);
    expect(dataset.spec.source).toBe("synthetic");
    expect(note).toContain("npm run data");
  });

  test("never takes an interrupted or damaged store for good", async () => {
    await writeStore(folder, smallFiles(), () => {});
    await truncate(join(folder, "1-trouser.shard"), 1000);
    expect(await isComplete(folder)).toBe(false);
    await expect(readDataset([1], "fashion-mnist", folder)).rejects.toThrow("cut off after 1000");
    await rm(join(folder, "1-trouser.shard"));
    await expect(readDataset([1], "fashion-mnist", folder)).rejects.toThrow("missing");
    await writeFile(join(folder, "manifest.json"), "{");
    expect(await isComplete(folder)).toBe(false);
    await expect(readDataset([0], "fashion-mnist", folder)).rejects.toThrow("manifest is damaged");
  });
});

describe("sources", () => {
  test("a folder in the environment comes first, and a download that is not found says so", async () => {
    const get = async () => new Response("", { status: 404 });
    const sources = sourcesFor({ LATENT_LOOM_DATA: folder }, get);
    expect(sources[0]!.name).toContain(folder);
    await expect(sources[2]!.get(() => {})).rejects.toThrow("its server answers with 404");
  });
});

describe("Debian's package", () => {
  /** Notes the calls; `apt` says how apt-get answers each of its own. */
  function tools(apt: readonly (string | null)[]) {
    const calls: string[] = [];
    const answers = [...apt];
    const tool: RunTool = async (program, args, place) => {
      calls.push(
        `${program} ${args.filter((part) => !part.includes("=") && part !== "-o").join(" ")}`,
      );
      const answer = program === "apt-get" ? answers.shift() : null;
      if (answer) throw new CommandError(`apt-get failed: ${answer}`);
      if (args[0] === "download") await writeFile(join(place, "x.deb"), "");
    };
    return { calls, get: () => filesOfPackage(() => {}, tool) };
  }
  const leftovers = async () =>
    (await readdir(tmpdir())).filter((name) => name.startsWith("fashion-mnist-"));

  test("is downloaded and unpacked, in a folder that is gone afterwards", async () => {
    const before = await leftovers();
    const { calls, get } = tools([null]);
    // The pretended package is empty.
    await expect(get()).rejects.toThrow("there is no train-images-idx3-ubyte");
    expect(calls).toEqual(["apt-get download -qq dataset-fashion-mnist", "dpkg-deb -x x.deb ."]);
    expect(await leftovers()).toEqual(before);
  });

  test("without package lists, they are fetched first", async () => {
    const { calls, get } = tools(["E: Unable to locate package dataset-fashion-mnist", null, null]);
    await expect(get()).rejects.toThrow("there is no train-images-idx3-ubyte");
    expect(calls.slice(0, 3)).toEqual([
      "apt-get download -qq dataset-fashion-mnist",
      "apt-get update -qq",
      "apt-get download -qq dataset-fashion-mnist",
    ]);
  });

  test.each([
    [
      "E: Could not resolve 'deb.debian.org'",
      /^apt-get cannot reach its server \(it says: Could not/,
    ],
    [
      "E: Write error - write (28: No space left on device)",
      /^apt-get has no room left on the disk/,
    ],
    ["E: Something else", /^apt-get failed \(it says: Something else\)$/],
    ["", /^apt-get failed$/],
  ])("apt's own words are told as what they mean: %s", async (said, words) => {
    const tool = async () => {
      throw toolError("apt-get", { stderr: `W: a warning\n${said}\n`.replace(/^W.*\n\n$/, "") });
    };
    await expect(filesOfPackage(() => {}, tool)).rejects.toThrow(words);
  });

  test("any other failure of apt is the end of it", async () => {
    const { calls, get } = tools(["E: Could not connect"]);
    await expect(get()).rejects.toThrow("Could not connect");
    expect(calls).toHaveLength(1);
  });
});

test("the manifest lies beside the shards that it names", async () => {
  await writeStore(folder, smallFiles(), () => {});
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));
  expect(await readdir(folder)).toEqual(
    [...manifest.classes.map(({ file }: { file: string }) => file), "manifest.json"].sort(),
  );
});
