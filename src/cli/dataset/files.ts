/** Fashion-MNIST's four files: their names, their sums, and how they are read from a folder. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { CommandError } from "../errors";

/** SHA-256 of each file, uncompressed: the .gz files of different sources differ. */
const SUMS = {
  "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
  "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
  "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
  "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
} as const;

export type FileName = keyof typeof SUMS;
export const FILE_NAMES = Object.keys(SUMS) as FileName[];
/** The four files, uncompressed and checked. */
export type Files = Readonly<Record<FileName, Uint8Array>>;

const unzip = promisify(gunzip);

/**
 * Uncompresses a file where it is gzip, and checks it.
 *
 * @throws CommandError when it cannot be uncompressed or its SHA-256 is not the data set's
 */
export async function checkedFile(name: FileName, bytes: Uint8Array): Promise<Uint8Array> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isGzip
    ? await unzip(bytes).catch((error: Error) => {
        throw new CommandError(`${name}.gz is damaged (${error.message})`);
      })
    : bytes;
  const sum = createHash("sha256").update(plain).digest("hex");
  if (sum !== SUMS[name]) {
    throw new CommandError(
      `${name} is damaged or another file: its SHA-256 begins ${sum.slice(0, 12)}`,
    );
  }
  return plain;
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
 * @throws CommandError when one is missing or damaged
 */
export async function filesOfFolder(folder: string): Promise<Files> {
  return checkedFiles(async (name) => {
    for (const file of [name, `${name}.gz`]) {
      try {
        return await readFile(join(folder, file));
      } catch (error) {
        if (!isMissing(error)) throw error;
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
