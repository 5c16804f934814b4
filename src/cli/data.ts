/** `npm run data`: gets Fashion-MNIST from the first source that has it, and stores it for the page. */

import { type LoadedDataset, syntheticFallback } from "../datasets/download/fallback";
import { checkedClasses } from "../datasets/download/load";
import { SYNTHETIC_GARMENTS } from "../datasets/fashion-mnist";
import { flag, parseArguments } from "./args";
import type { Files } from "./dataset/files";
import { type Report, type Source, sourcesFor } from "./dataset/sources";
import { isComplete, readStore, STORE, writeStore } from "./dataset/store";
import { CommandError } from "./errors";
import { prepareFolder, reasonOf } from "./folders";
import { createProgress } from "./progress";

const SYNTAX = {
  name: "data",
  summary: "Gets Fashion-MNIST and stores it, one compressed file a class.",
  options: {
    force: flag("fetch and store it anew, even if it is there"),
    optional: flag("succeed, with a warning, where no source has it"),
  },
};

export interface DataHost {
  readonly folder: string;
  readonly sources: readonly Source[];
  say(line: string): void;
  readonly progress: { update: Report; finish(): void };
}

function nodeHost(): DataHost {
  return {
    folder: STORE,
    sources: sourcesFor(process.env),
    say: (line) => process.stderr.write(`${line}\n`),
    progress: createProgress(),
  };
}

/** The files of the first source that has them; else what failed, a line a source. */
async function firstOf(host: DataHost): Promise<Files | string[]> {
  const failures: string[] = [];
  for (const source of host.sources) {
    try {
      const files = await source.get((fraction, text) => host.progress.update(fraction, text));
      host.progress.finish();
      return files;
    } catch (error) {
      host.progress.finish();
      const reason = error instanceof Error ? error.message : String(error);
      if (source.isAskedFor) host.say(`Not from ${source.name}: ${reason}.`);
      failures.push(`  ${source.name}: ${reason}`);
    }
  }
  return failures;
}

/**
 * Runs the command.
 *
 * @throws CommandError where they cannot be stored, or naming every source and why it failed, unless
 *   the data is optional
 */
export async function data(argv: readonly string[], host: DataHost = nodeHost()): Promise<void> {
  const options = parseArguments(SYNTAX, argv);
  if (!options) return;
  const { folder } = host;
  if (!options.force && (await isComplete(folder))) return;
  await prepareFolder({ folder, option: null });
  host.say("Getting Fashion-MNIST …");
  const files = await firstOf(host);
  if (!Array.isArray(files)) {
    try {
      await writeStore(folder, files, (fraction, text) => host.progress.update(fraction, text));
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw new CommandError(`${folder} cannot be written (${reasonOf(error)}).`);
    } finally {
      host.progress.finish();
    }
    host.say("Fashion-MNIST is stored: 70,000 images of 10 classes.");
    return;
  }
  const tried = ["Fashion-MNIST could not be had. Tried:", ...files].join("\n");
  const remedy =
    "Put its four IDX files into a folder and name that folder in LATENT_LOOM_DATA, then run `npm run data`.";
  if (!options.optional) throw new CommandError(`${tried}\n${remedy}`);
  host.say(`${tried}\n${remedy}\nUntil then the app works on synthetic garments.`);
}

/**
 * The classes' images from the store, or synthetic garments and a note that says so.
 *
 * @throws DataError when the store is there but damaged
 * @throws RangeError for unknown classes
 */
export async function readDataset(
  classes: readonly number[],
  folder = STORE,
): Promise<LoadedDataset> {
  const dataset = await readStore(folder, classes);
  return dataset
    ? { dataset, note: "" }
    : syntheticFallback(
        checkedClasses(classes, SYNTHETIC_GARMENTS),
        "Fashion-MNIST is not stored on this machine; `npm run data` gets it.",
      );
}
