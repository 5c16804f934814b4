import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  checkedFile,
  type FACTS,
  FILE_NAMES,
  type FileName,
  filesOfFolder,
} from "../../../../src/cli/dataset/files";
import { CommandError } from "../../../../src/cli/errors";
import { makePipe } from "../pipe";

/** An IDX file with that type of numbers and those sizes, its numbers 0. */
function idx(type: number, sizes: readonly number[], bytes: number): Uint8Array {
  const file = new Uint8Array(4 + 4 * sizes.length + bytes);
  const view = new DataView(file.buffer);
  view.setUint32(0, (type << 8) | sizes.length);
  for (const [i, size] of sizes.entries()) view.setUint32(4 + 4 * i, size);
  return file;
}

const text = (content: string) => new TextEncoder().encode(content);
const LABELS = "t10k-labels-idx1-ubyte";
const IMAGES = "t10k-images-idx3-ubyte";

describe("a file that is not the data set's is refused with what it is:", () => {
  test.each<[string, FileName, Uint8Array, string]>([
    ["empty", LABELS, new Uint8Array(0), "it is empty"],
    ["empty, packed", LABELS, gzipSync(""), "it is empty"],
    ["a page", IMAGES, text("<!DOCTYPE html><p>404"), "it is a web page (HTML), as some servers"],
    ["a page, packed", IMAGES, gzipSync("\n<html>"), "it is a web page (HTML)"],
    ["an answer in XML", IMAGES, text("<?xml version='1.0'?><Error/>"), "it is XML"],
    ["an answer in JSON", IMAGES, text('{"message": "Not Found"}'), "it is JSON"],
    ["text", LABELS, text("Not Found\nSorry"), 'it is text ("Not Found…")'],
    ["Git LFS", LABELS, text("version https://git-lfs.github.com/spec/v1"), "pointer of Git LFS"],
    ["labels for images", IMAGES, idx(8, [10_000], 10_000), "it is an IDX file of bytes, 10,000"],
    [
      "images for labels",
      LABELS,
      idx(8, [2, 28, 28], 1568),
      "it is an IDX file of bytes, 2 × 28 × 28",
    ],
    [
      "floats",
      IMAGES,
      idx(13, [10, 28, 28], 4 * 7840),
      "it is an IDX file of 32-bit floats, 10 × 28 × 28",
    ],
    [
      "another byte order",
      LABELS,
      Uint8Array.of(1, 8, 0, 0, 16, 39, 0, 0, 1),
      "an IDX file with its bytes in the reverse order",
    ],
    [
      "cut off",
      LABELS,
      idx(8, [10_000], 5000),
      "IDX file of bytes, 10,000, cut off after 5,008 of 10,008 bytes",
    ],
    ["too long", LABELS, idx(8, [10], 5000), "10, and longer: 5,008 of 18 bytes"],
    ["an IDX header", IMAGES, idx(8, [10, 28, 28], 0).slice(0, 10), "ends within its header"],
    ["a picture", IMAGES, Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13), "it is a PNG image"],
    ["a zip", IMAGES, Uint8Array.of(0x50, 0x4b, 3, 4), "it is a zip archive"],
    ["NumPy's", IMAGES, Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1), "NumPy"],
    ["packed twice", LABELS, gzipSync(gzipSync("labels")), "it is packed by gzip twice"],
    [
      "noise",
      LABELS,
      Uint8Array.of(1, 2, 3, 4, 5),
      "it is no IDX file: it begins with 01 02 03 04",
    ],
    [
      "of the right form",
      LABELS,
      idx(8, [10_000], 10_000),
      "has the right size, but it is another data set's or damaged: its SHA-256 begins with",
    ],
  ])("%s", async (_what, name, bytes, message) => {
    const attempt = checkedFile(name, bytes);
    await expect(attempt).rejects.toThrow(CommandError);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(new RegExp(`^${name} `));
  });

  test.each([
    ["cut off", gzipSync(idx(8, [10_000], 10_000)).subarray(0, 40), "is cut off"],
    [
      "no gzip but its beginning",
      Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 255),
      "is damaged",
    ],
  ])("packed and %s", async (_what, bytes, message) => {
    await expect(checkedFile(LABELS, bytes)).rejects.toThrow(`${LABELS}.gz ${message}`);
  });
});

test("1 MB that unpacks to 1 GB is refused, and never unpacked", async () => {
  // 1,020 gzip files one after the other are one: of a megabyte of zeros each.
  const bomb = Buffer.concat(Array(1020).fill(gzipSync(new Uint8Array(1 << 20))));
  expect(bomb.length).toBeLessThan(1.2e6);
  const before = process.memoryUsage.rss();
  await expect(checkedFile(LABELS, bomb)).rejects.toThrow("has over 47,040,016 bytes");
  expect(process.memoryUsage.rss() - before).toBeLessThan(300e6);
});

test("one under another's name is told by its content", async () => {
  const sum = (content: string) => createHash("sha256").update(content).digest("hex");
  const facts = Object.fromEntries(
    FILE_NAMES.map((name) => [name, { bytes: name.length, sha256: sum(name) }]),
  ) as typeof FACTS;
  expect(await checkedFile(LABELS, text(LABELS), facts)).toEqual(text(LABELS));
  await expect(checkedFile(LABELS, text(IMAGES), facts)).rejects.toThrow(
    `${LABELS} is in fact ${IMAGES}: give both files their own names`,
  );
});

describe("in a folder", () => {
  let folder = "";
  const first = FILE_NAMES[0]!;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latent-loom-files-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function withFirst(make: (path: string) => unknown): Promise<string> {
    const path = join(folder, first);
    await rm(path, { force: true, recursive: true });
    await make(path);
    return filesOfFolder(folder).then(
      () => "taken",
      (error: Error) => error.message,
    );
  }

  test.each<[string, (path: string) => unknown, string]>([
    ["a folder", (path) => mkdir(path), "is no file"],
    ["a pipe, which never ends,", (path) => makePipe(path), "is no file"],
    [
      "200 GB",
      async (path) => {
        await writeFile(path, "");
        await truncate(path, 2e11);
      },
      "has over 47,040,016 bytes",
    ],
  ])("%s in place of a file is refused unread", async (_what, make, message) => {
    expect(await withFirst(make)).toContain(message);
  });
});
