/** Fashion-MNIST's four files: their names, sizes and sums, and how they are read from a folder. */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { contentOf } from "../../datasets/formats/content";
import { CommandError } from "../errors";
import { reasonOf } from "../folders";

export type FileName = `${"train" | "t10k"}-${"images-idx3" | "labels-idx1"}-ubyte`;

interface Fact {
  readonly bytes: number;
  readonly sha256: string;
}

/** Of each file, uncompressed: the .gz files of different sources differ. */
export const FACTS: Readonly<Record<FileName, Fact>> = {
  "train-images-idx3-ubyte": {
    bytes: 47_040_016,
    sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
  },
  "train-labels-idx1-ubyte": {
    bytes: 60_008,
    sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
  },
  "t10k-images-idx3-ubyte": {
    bytes: 7_840_016,
    sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
  },
  "t10k-labels-idx1-ubyte": {
    bytes: 10_008,
    sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
  },
};

export const FILE_NAMES = Object.keys(FACTS) as FileName[];
/** The four files, uncompressed and checked. */
export type Files = Readonly<Record<FileName, Uint8Array>>;

/** No file of the data set has more, unpacked; one under another's name shall still be told. */
const MOST_BYTES = FACTS["train-images-idx3-ubyte"].bytes;
/** Packed or not: gzip adds a few bytes to what cannot be packed. */
export const MOST_FILE_BYTES = MOST_BYTES + 65_536;

const unzip = promisify(gunzip);

/**
 * Uncompresses a file where it is gzip, and checks it.
 *
 * @param facts of the data set's files: tests have small ones
 * @throws CommandError that says what it is, where it is not the data set's
 */
export async function checkedFile(
  name: FileName,
  bytes: Uint8Array,
  facts = FACTS,
): Promise<Uint8Array> {
  const plain = isGzip(bytes) ? await unpacked(name, bytes) : bytes;
  if (plain.length > MOST_BYTES) throw tooLarge(name);
  const sum = createHash("sha256").update(plain).digest("hex");
  const { sha256, bytes: size } = facts[name];
  if (sum === sha256) return plain;
  const other = FILE_NAMES.find((each) => facts[each].sha256 === sum);
  if (other) {
    throw new CommandError(`${name} is in fact ${other}: give both files their own names`);
  }
  const content = contentOf(plain);
  throw new CommandError(
    plain.length === size && content.startsWith("an IDX file of bytes")
      ? `${name} has the right size, but it is another data set's or damaged: its SHA-256 begins with ${sum.slice(0, 12)}, not ${sha256.slice(0, 12)}`
      : `${name} is not the data set's: it is ${content}`,
  );
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function unpacked(name: FileName, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await unzip(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(name);
    throw new CommandError(
      code === "Z_BUF_ERROR"
        ? `${name}.gz is cut off: it ends within its packed data`
        : `${name}.gz is damaged: it begins as gzip does, and cannot be unpacked`,
    );
  }
}

function tooLarge(name: FileName): CommandError {
  return new CommandError(
    `${name} is not the data set's: it has over ${MOST_BYTES.toLocaleString("en")} bytes, more than any of its files`,
  );
}

/** All four by name, from whatever `read` brings (gzip or plain). */
export async function checkedFiles(read: (name: FileName) => Promise<Uint8Array>): Promise<Files> {
  const files: Partial<Record<FileName, Uint8Array>> = {};
  for (const name of FILE_NAMES) files[name] = await checkedFile(name, await read(name));
  return files as Files;
}

/**
 * The four files of a folder, each plain or with ".gz" behind its name.
 *
 * @throws CommandError when one is missing, cannot be read or is not the data set's
 */
export async function filesOfFolder(folder: string): Promise<Files> {
  return checkedFiles(async (name) => {
    for (const file of [name, `${name}.gz`]) {
      const path = join(folder, file);
      try {
        const found = await stat(path);
        // Reading a pipe or a device may never end.
        if (!found.isFile()) throw new CommandError(`${path} is no file`);
        if (found.size > MOST_FILE_BYTES) throw tooLarge(name);
        return await readFile(path);
      } catch (error) {
        if (error instanceof CommandError) throw error;
        if (!isMissing(error))
          throw new CommandError(`${path} cannot be read (${reasonOf(error)})`);
      }
    }
    throw new CommandError(`there is no ${name} or ${name}.gz in ${folder}`);
  });
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR"].includes(String(error.code))
  );
}
