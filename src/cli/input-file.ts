/** Files that a command is given to read: never more of one than can be meant, and troubles in words. */

import { createReadStream } from "node:fs";
import { UsageError } from "./errors";
import { reasonOf } from "./folders";

/**
 * All of a file. Pipes may be read too (`--pairs /dev/stdin`): no size is believed before.
 *
 * @param what stands before its path in messages: "--pairs: ", or nothing
 * @throws UsageError where it cannot be read, or has more bytes than that
 */
export async function readFileWithin(path: string, mostBytes: number, what = ""): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > mostBytes) {
        throw new UsageError(
          `${what}${path} has over ${mostBytes / 1e6} MB, more than can be meant.`,
        );
      }
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${what}${path} cannot be read (${reasonOf(error)}).`);
  }
  return Buffer.concat(pieces);
}

/**
 * What a JSON file holds; `what` as above.
 *
 * @throws UsageError where it cannot be read, has more bytes than that, or is not JSON
 */
export async function readJsonFile(path: string, mostBytes: number, what = ""): Promise<unknown> {
  const text = (await readFileWithin(path, mostBytes, what)).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    const reason = text.trim() === "" ? "it is empty" : "it is cut off, or of another kind";
    throw new UsageError(`${what}${path} is not JSON: ${reason}.`);
  }
}
