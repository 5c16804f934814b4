/** Data sets that somebody brought: stored here by name, or read from files for one command. */

import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_CONFIG, ROWS, type RunConfig } from "../../config/config";
import { builtIn, type Catalogue, DATA_SETS } from "../../datasets/catalogue";
import type { DataRef, DataSpec, Dataset } from "../../datasets/dataset";
import { DataError } from "../../datasets/download/errors";
import { checkedClasses } from "../../datasets/download/load";
import { specOfStore } from "../../datasets/download/manifest";
import { type OpenedData, openData } from "../../datasets/formats";
import { DataFileError, type ReadHost } from "../../datasets/formats/input";
import { type Choices, titleOf } from "../../datasets/proposal";
import { sizeOf } from "../../math/image-set";
import { type Option, ofType, optional, requiredText } from "../args";
import { CommandError, UsageError } from "../errors";
import { reasonOf } from "../folders";
import { createProgress } from "../progress";
import { filesAt } from "./node-files";
import { readManifest, readStore, writeDataset } from "./store";

/** Not in public/data: what lies there is part of every build of the page. */
export const OWN_DATA = fileURLToPath(new URL("../../../own-data", import.meta.url));

/** What this process knows of, with the images where they were read from files. */
const known = new Map<DataRef, { readonly spec: DataSpec; readonly dataset: Dataset | null }>();

/** The data sets that come with the program, and those that were found by `findData`. */
export const atHand: Catalogue = (ref) => known.get(ref)?.spec ?? builtIn(ref);

/** For commands that train: which images. */
export const DATA: Option<string | undefined> = {
  ...optional(
    requiredText(
      "NAME|PATH",
      "Which images: a data set's name, stored by `data --from` where it is your own, or files (docs/data.md)",
    ),
  ),
  standard: DEFAULT_CONFIG.data,
  required: false,
};

/** The same with their classes. */
export const IMAGES = {
  data: DATA,
  classes: {
    ...ofType(ROWS.classes.type, ROWS.classes.help),
    standard: `${DEFAULT_CONFIG.classes.join()}, or all of a data set of your own`,
  },
};

/** Learns of all that are stored. What is damaged is told by who reads it. */
export async function learnStored(folder = OWN_DATA): Promise<DataSpec[]> {
  const ids = await readdir(folder).catch((): string[] => []);
  const specs: DataSpec[] = [];
  for (const id of ids) {
    const manifest = await readManifest(join(folder, id)).catch(() => null);
    if (!manifest) continue;
    const spec = specOfStore(manifest);
    specs.push(spec);
    if (!known.has(spec.id)) known.set(spec.id, { spec, dataset: null });
  }
  return specs;
}

/**
 * The data set that a word stands for: an id, the name of a stored one, or files of its own, which are
 * read.
 *
 * @throws UsageError where it is none of them, and for files that are no data set
 */
export async function findData(given: string, folder = OWN_DATA): Promise<DataSpec> {
  const stored = await learnStored(folder);
  const found = atHand(given) ?? stored.find(({ title }) => title === given);
  if (found) return found;
  if (!(await stat(given).catch(() => null))) {
    const names = [...DATA_SETS.map(({ id }) => id), ...stored.map(({ title }) => title)];
    throw new UsageError(
      `--data: there is no data set and no file called ${given}. There is ${names.join(", ")}.`,
    );
  }
  const dataset = await withFiles(given, "--data", {}, ({ notes, read }) => {
    for (const note of notes) process.stderr.write(`${note}\n`);
    return read(nameOf(given));
  });
  known.set(dataset.spec.id, { spec: dataset.spec, dataset });
  return dataset.spec;
}

/** What files of reports are called with, so that none of another data set's is gone on with. */
export function dataSuffix({ data }: Pick<RunConfig, "data">): string {
  return builtIn(data) ? "" : `-${data.slice(0, 8)}`;
}

/** "digits" of /data/digits.csv.gz. */
export const nameOf = (path: string): string => titleOf(resolve(path)) || "own";

/**
 * Does something with a data set's files, with progress on stderr.
 *
 * @param option that they were named by
 * @throws UsageError that says what is wrong with them
 */
export async function withFiles<Result>(
  path: string,
  option: string,
  choices: Choices,
  use: (opened: OpenedData) => Promise<Result>,
): Promise<Result> {
  const progress = createProgress();
  const labels = choices.labels === undefined || choices.labels === "none" ? [] : [choices.labels];
  try {
    const found = await filesAt(path, option, labels);
    const host: ReadHost = {
      // 1 MB of decoders that most data sets need none of.
      decode: async (bytes) => (await import("./decode")).decodePicture(bytes),
      memory: totalmem(),
      progress: progress.update,
    };
    return await use(await openData({ ...found, choices }, host));
  } catch (error) {
    if (error instanceof DataFileError) throw new UsageError(`${option}: ${error.message}`);
    throw error;
  } finally {
    progress.finish();
  }
}

/** Images of a data set that was brought; null where it is none of these. @throws RangeError, CommandError */
export async function readOwn(
  data: DataRef,
  classes: readonly number[],
  folder = OWN_DATA,
): Promise<Dataset | null> {
  const dataset = known.get(data)?.dataset;
  if (dataset) return ofClasses(dataset, classes);
  try {
    return await readStore(join(folder, data), classes);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new CommandError(
      `${error.message} Store the data set again: \`npm run data -- --from PATH\`.`,
    );
  }
}

function ofClasses(dataset: Dataset, wanted: readonly number[]): Dataset {
  const classes = checkedClasses(wanted, dataset.spec);
  if (classes.length === dataset.classes.length) return dataset;
  const size = sizeOf(dataset.shape);
  const ranges = classes.map((id) => {
    const from = dataset.labels.indexOf(id);
    return { from, to: dataset.labels.lastIndexOf(id) + 1 };
  });
  const count = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  let at = 0;
  for (const { from, to } of ranges) {
    images.set(dataset.images.subarray(from * size, to * size), at * size);
    labels.set(dataset.labels.subarray(from, to), at);
    at += to - from;
  }
  return { ...dataset, classes, count, images, labels };
}

/**
 * Stores a data set that was read.
 *
 * @param replace a stored one of the same name makes room
 * @throws UsageError where the name is taken, CommandError where it cannot be written
 */
export async function storeOwn(
  dataset: Dataset,
  replace: boolean,
  folder = OWN_DATA,
): Promise<void> {
  const { spec } = dataset;
  const stored = await learnStored(folder);
  const other = stored.find(({ title, id }) => title === spec.title && id !== spec.id);
  if (other && !replace) {
    throw new UsageError(
      `--as: there is another data set called ${spec.title}: choose a name of its own, or put this one in its place by --force.`,
    );
  }
  const place = join(folder, spec.id);
  try {
    await mkdir(place, { recursive: true });
    await writeDataset(place, dataset);
    if (other) await rm(join(folder, other.id), { recursive: true, force: true });
  } catch (error) {
    await rm(place, { recursive: true, force: true }).catch(() => {});
    throw new CommandError(`${place} cannot be written (${reasonOf(error)}).`);
  }
}
