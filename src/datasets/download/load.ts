/** Loads the chosen classes' images over HTTP: the worker's way to the data set. */

import { builtIn } from "../catalogue";
import type { DataRef, DataSpec } from "../dataset";
import { SYNTHETIC_GARMENTS } from "../fashion-mnist";
import { BodyTooLargeError, readBody } from "./body";
import { DataError } from "./errors";
import { type LoadedDataset, syntheticFallback } from "./fallback";
import { MANIFEST_FILE, MOST_MANIFEST_BYTES, parseManifest, specOfStore } from "./manifest";
import { type OnProgress, readShards } from "./shards";
import { type TimeLimit, type TimeLimits, withinTime } from "./time-limit";

export interface LoadOptions {
  /** The data set that has to be there; left out, any. */
  readonly data?: DataRef;
  /** Ids of the data set's classes; images come in ascending order of them, without repeats. */
  readonly classes: readonly number[];
  /** Absolute address of the store's folder, such as "https://example.org/data/fashion-mnist/". */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  /** Compressed bytes so far, and of all classes chosen. */
  readonly onProgress?: OnProgress;
  readonly limits?: TimeLimits;
}

/**
 * A data set where the server has it; for Fashion-MNIST, synthetic garments stand in with a note
 * that says why.
 *
 * Only the chosen classes' shards are fetched.
 * @throws DataError when the server does not answer in time, or the store is there but a shard is missing or damaged
 * @throws ClassesError when `classes` is empty or has an unknown id
 */
export function loadDataset(options: LoadOptions): Promise<LoadedDataset> {
  return withinTime("The images", (limit) => load(options, limit), options.limits);
}

async function load(options: LoadOptions, { signal, heard }: TimeLimit): Promise<LoadedDataset> {
  const base = options.baseUrl.endsWith("/") ? options.baseUrl : `${options.baseUrl}/`;
  const get = async (file: string, cache: RequestCache) => {
    const response = await request(options.fetch, base + file, { cache, signal });
    heard();
    return response;
  };

  const text = await manifestText(await get(MANIFEST_FILE, "no-cache"));
  if (text === null) {
    if (options.data !== undefined && options.data !== SYNTHETIC_GARMENTS.id) {
      throw new DataError(
        "missing",
        `The data set ${options.data} is neither in this browser nor on this server.`,
      );
    }
    return syntheticFallback(
      checkedClasses(options.classes, SYNTHETIC_GARMENTS),
      "this server has no Fashion-MNIST; whoever runs it can add that (`npm run data`).",
    );
  }
  const manifest = parseManifest(text);
  const spec = specOfStore(manifest);
  checkData(spec, options.data);
  const classes = checkedClasses(options.classes, spec);
  const open = async (file: string) => {
    const response = await get(file, "default");
    if (!response.ok || !response.body) {
      throw new DataError(
        response.status >= 500 ? "unreachable" : "damaged",
        `Stored images are missing: the server answers ${response.status} for ${file}.`,
      );
    }
    return response.body;
  };
  const dataset = await readShards(manifest, classes, open, (loadedBytes, totalBytes) => {
    heard();
    options.onProgress?.(loadedBytes, totalBytes);
  });
  return { dataset, note: "" };
}

/** @throws DataError where the images are of another data set than was asked for */
export function checkData({ id, title }: DataSpec, wanted: DataRef | undefined): void {
  if (wanted === undefined || id === wanted) return;
  throw new DataError(
    "missing",
    `The images there are ${title}'s, and ${titleOf(wanted)} is wanted.`,
  );
}

const titleOf = (ref: DataRef): string => builtIn(ref)?.title ?? ref;

/** Classes were asked for that the data set has not. */
export class ClassesError extends RangeError {
  override readonly name = "ClassesError";
}

/** @throws ClassesError unless there are ids, all of them of the data set's classes */
export function checkedClasses(
  classes: readonly number[],
  { classNames }: Pick<DataSpec, "classNames">,
): number[] {
  const last = classNames.length - 1;
  const known = (id: number) => Number.isInteger(id) && id >= 0 && id <= last;
  if (classes.length === 0 || !classes.every(known)) {
    throw new ClassesError(
      `Classes are ids from 0 to ${last}, at least one; got [${classes.join(", ")}].`,
    );
  }
  return [...new Set(classes)].sort((a, b) => a - b);
}

async function request(
  get: typeof fetch,
  address: string,
  options: RequestInit,
): Promise<Response> {
  try {
    return await get(address, options);
  } catch {
    // Browsers say no more than "Failed to fetch", each in words of its own.
    throw new DataError("unreachable", `The server did not answer for ${address}.`);
  }
}

/** The manifest, or null where the server has none: some answer with a page instead of 404. */
async function manifestText(response: Response): Promise<string | null> {
  // Object stores say 403 for what is not there.
  if ([403, 404, 410].includes(response.status)) return null;
  if (!response.ok) {
    throw new DataError(
      "unreachable",
      `The server answered ${response.status} for the data set's manifest.`,
    );
  }
  const text = await manifestBody(response);
  return text.trimStart().startsWith("<") ? null : text;
}

async function manifestBody(response: Response): Promise<string> {
  try {
    return new TextDecoder().decode(await readBody(response, MOST_MANIFEST_BYTES));
  } catch (error) {
    if (error instanceof BodyTooLargeError) {
      throw new DataError(
        "damaged",
        `The stored data set's manifest has over ${MOST_MANIFEST_BYTES / 1e6} MB, and should have 3 kB.`,
      );
    }
    throw new DataError("unreachable", "The data set's manifest broke off on its way.");
  }
}
