/** Files of this machine, for the readers of data sets. */

import { createReadStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { DataFileError, type InputFile } from "../../datasets/formats/input";
import { UsageError } from "../errors";
import { reasonOf } from "../folders";

/** A megabyte at a time: a file of 50 MB in pieces of 64 kB takes three times as long. */
const CHUNK = 1 << 20;
/** Files beside a file: labels lie beside their images, and are looked for among so many. */
const MOST_BESIDE = 200;

export interface NodeFiles {
  readonly files: readonly InputFile[];
  readonly beside: readonly InputFile[];
}

/**
 * What a path stands for: a file, with those that lie beside it, or all files in a folder.
 *
 * @param option that the path was given by, for messages
 * @param named other files that belong to it, such as labels, wherever they are
 * @throws UsageError where there is nothing that can be read
 */
export async function filesAt(
  path: string,
  option: string,
  named: readonly string[] = [],
): Promise<NodeFiles> {
  try {
    const others = await Promise.all(named.map((file) => nodeFile(resolve(file), basename(file))));
    const found = await stat(path);
    if (found.isDirectory()) {
      return { files: [...(await filesOf(resolve(path), resolve(path))), ...others], beside: [] };
    }
    // Reading a pipe or a device may never end.
    if (!found.isFile()) throw new UsageError(`${option}: ${path} is no file and no folder.`);
    const folder = dirname(resolve(path));
    const own = basename(resolve(path));
    const entries = await readdir(folder, { withFileTypes: true });
    const beside = entries.filter((entry) => entry.isFile() && entry.name !== own);
    return {
      files: [await nodeFile(join(folder, own), own), ...others],
      beside: await Promise.all(
        beside.slice(0, MOST_BESIDE).map(({ name }) => nodeFile(join(folder, name), name)),
      ),
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${option}: ${path} cannot be read (${reasonOf(error)}).`);
  }
}

async function filesOf(folder: string, root: string): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesOf(path, root)));
    else if (entry.isFile())
      files.push(await nodeFile(path, relative(root, path).split(sep).join("/")));
  }
  return files;
}

async function nodeFile(path: string, name: string): Promise<InputFile> {
  const { size } = await stat(path);
  return {
    path: name,
    size,
    async *stream() {
      try {
        for await (const piece of createReadStream(path, { highWaterMark: CHUNK })) {
          yield new Uint8Array(piece as Buffer<ArrayBuffer>);
        }
      } catch (error) {
        throw unreadable(name, error);
      }
    },
    async slice(start, end) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start));
      try {
        const file = await open(path);
        try {
          const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
          return bytes.subarray(0, bytesRead);
        } finally {
          await file.close();
        }
      } catch (error) {
        throw unreadable(name, error);
      }
    },
  };
}

function unreadable(name: string, error: unknown): DataFileError {
  return new DataFileError(`${name} cannot be read (${reasonOf(error)}).`);
}
