/** Loads the chosen classes' images over HTTP: the worker's way to the data set. */

import { CLASS_NAMES } from "../core/config";
import { DataError, REBUILD } from "./errors";
import { type LoadedDataset, syntheticFallback } from "./fallback";
import { MANIFEST_FILE, parseManifest } from "./manifest";
import { type OnProgress, readShards } from "./shards";

export interface LoadOptions {
  /** Ids 0 to 9; images come in ascending order of them, without repeats. */
  readonly classes: readonly number[];
  /** Absolute address of the store's folder, such as "https://example.org/data/fashion-mnist/". */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  /** Compressed bytes so far, and of all classes chosen. */
  readonly onProgress?: OnProgress;
}

const SERVER_REMEDY = "See that `npm start` is still running and reachable, then reload the page.";

/**
 * Fashion-MNIST where the server has it, else synthetic garments with a note that says why.
 *
 * Only the chosen classes' shards are fetched.
 * @throws DataError when the server does not answer, or the store is there but a shard is missing or damaged
 * @throws RangeError when `classes` is empty or has an unknown id
 */
export async function loadDataset(options: LoadOptions): Promise<LoadedDataset> {
  const classes = checkedClasses(options.classes);
  const base = options.baseUrl.endsWith("/") ? options.baseUrl : `${options.baseUrl}/`;
  const get = (file: string, cache: RequestCache) => request(options.fetch, base + file, cache);

  const text = await manifestText(await get(MANIFEST_FILE, "no-cache"));
  if (text === null) {
    return syntheticFallback(classes, "Fashion-MNIST is not stored on this server");
  }
  const open = async (file: string) => {
    const response = await get(file, "default");
    if (!response.ok || !response.body) {
      throw new DataError(
        `Stored images are missing: the server answers ${response.status} for ${file}.`,
        REBUILD,
      );
    }
    return response.body;
  };
  const dataset = await readShards(parseManifest(text), classes, open, options.onProgress);
  return { dataset, note: "" };
}

/** @throws RangeError unless there are ids, all of them 0 to 9 */
export function checkedClasses(classes: readonly number[]): number[] {
  const known = (id: number) => Number.isInteger(id) && id >= 0 && id < CLASS_NAMES.length;
  if (classes.length === 0 || !classes.every(known)) {
    throw new RangeError(`Classes are ids from 0 to 9, at least one; got [${classes.join(", ")}].`);
  }
  return [...new Set(classes)].sort((a, b) => a - b);
}

async function request(get: typeof fetch, address: string, cache: RequestCache): Promise<Response> {
  try {
    return await get(address, { cache });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new DataError(`The server did not answer for ${address} (${detail}).`, SERVER_REMEDY);
  }
}

/** The manifest, or null where the server has none: some answer with a page instead of 404. */
async function manifestText(response: Response): Promise<string | null> {
  // Object stores say 403 for what is not there.
  if ([403, 404, 410].includes(response.status)) return null;
  if (!response.ok) {
    throw new DataError(
      `The server answered ${response.status} for the data set's manifest.`,
      SERVER_REMEDY,
    );
  }
  const text = await response.text();
  return text.trimStart().startsWith("<") ? null : text;
}
