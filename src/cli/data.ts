/**
 * `npm run data`: gets Fashion-MNIST from the first source that has it, and stores it for the page; or stores
 * a data set of one's own.
 */

import { isTask, sizeFor } from "../config/code-size";
import { DEFAULT_CONFIG } from "../config/config";
import type { DataRef } from "../datasets/dataset";
import { DataError } from "../datasets/download/errors";
import { type LoadedDataset, syntheticFallback } from "../datasets/download/fallback";
import { checkData, checkedClasses } from "../datasets/download/load";
import { FASHION_MNIST, SYNTHETIC_GARMENTS } from "../datasets/fashion-mnist";
import { CHOICES, type Choices } from "../datasets/proposal";
import { choice, flag, type Option, parseArguments, text } from "./args";
import type { Files } from "./dataset/files";
import { nameOf, OWN_DATA, readOwn, storeOwn, withFiles } from "./dataset/own";
import { type Report, type Source, sourcesFor } from "./dataset/sources";
import { isComplete, readStore, STORE, storeOf, writeStore } from "./dataset/store";
import { CommandError } from "./errors";
import { prepareFolder, reasonOf } from "./folders";
import { createProgress } from "./progress";

/** Guesses that have no option of their own. */
const CHOSEN: Option<Choices> = {
  kind: "value",
  placeholder: "GUESS=VALUE,…",
  help: "Other guesses, as they are told",
  fallback: {},
  required: false,
  read(given) {
    const pairs = given.split(",").map((pair) => pair.split("="));
    const isKnown = ([name, value]: readonly string[]) =>
      CHOICES.some((known) => known === name) && value !== undefined && value !== "";
    if (!pairs.every(isKnown)) {
      throw new RangeError(`guesses as in range=0..16, of ${CHOICES.join(", ")}`);
    }
    return Object.fromEntries(pairs);
  },
};

const SYNTAX = {
  name: "data",
  summary:
    "Gets Fashion-MNIST and stores it, one compressed file a class; with --from, images of your own.",
  options: {
    force: flag("fetch and store it anew, even if it is there"),
    optional: flag("succeed, with a warning, where no source has it"),
    from: text("PATH", "Images of your own: a file, or a folder of files (docs/data.md)"),
    as: text("NAME", "What --data calls them then; else the file's name"),
    size: text("HxW", "Pixels down and across, 8x8 to 64x64; else as they are, or scaled to 32"),
    fit: choice(["crop", "pad"], undefined, "What has another ratio of sides is cut, or framed"),
    channels: choice(["1", "3"], undefined, "Grey or colour; else as they are"),
    images: text("N", "How many images, a sample of each class; else all, or as many as fit"),
    labels: text("FILE", "The labels' file, or none; else it is looked for beside the images"),
    set: CHOSEN,
    json: flag("Prints what was stored as one JSON object"),
  },
  notes:
    "What a file is, is found from its bytes. What is guessed of it is told, and changed by --set:\n" +
    "background=black|white, range=0..16 (black and white), layout=hwc|chw, upright=as-is|transposed,\n" +
    "classes (a table's labels: first|last|none).",
};

export interface DataHost {
  readonly folder: string;
  /** Where data sets of one's own are stored. */
  readonly own: string;
  print(text: string): void;
  readonly sources: readonly Source[];
  say(line: string): void;
  readonly progress: { update: Report; finish(): void };
}

function nodeHost(): DataHost {
  return {
    folder: STORE,
    own: OWN_DATA,
    print: (line) => process.stdout.write(line),
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
  if (options.from !== null) return bring({ ...options, from: options.from }, host);
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

interface BringOptions {
  readonly from: string;
  readonly as: string | null;
  readonly size: string | null;
  readonly fit: string | undefined;
  readonly channels: string | undefined;
  readonly labels: string | null;
  readonly images: string | null;
  readonly set: Choices;
  readonly force: boolean;
  readonly json: boolean;
}

/** Reads a data set, tells what was guessed, and stores it. */
async function bring(options: BringOptions, host: DataHost): Promise<void> {
  const { from, as, size, fit, channels, images, labels, set } = options;
  const given = { size, fit, channels, images, labels };
  const choices: Choices = {
    ...set,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)),
  };
  const { proposal, dataset } = await withFiles(from, "--from", choices, async (opened) => ({
    proposal: await opened.propose(),
    dataset: await opened.read(as ?? nameOf(from)),
  }));
  for (const { label, value, name } of proposal.guesses) {
    host.say(`${label}: ${value}${name in choices ? "" : ` (guessed; --set ${name}=…)`}`);
  }
  for (const note of proposal.notes) host.say(note);
  await storeOwn(dataset, options.force, host.own);
  const { spec, count } = dataset;
  const { height, width, channels: depth, title, source, id } = spec;
  const classes = spec.classNames.map((name, at) => ({ name, count: proposal.classes[at]!.count }));
  if (options.json) {
    const { format, files } = proposal;
    const told = { name: title, height, width, channels: depth, classes, images: count, source };
    const test = (spec.testCounts ?? []).reduce((sum, ofClass) => sum + ofClass, 0);
    host.print(`${JSON.stringify({ ...told, id, format, files, test })}\n`);
    return;
  }
  const { latentSize } = DEFAULT_CONFIG;
  const advised = isTask(latentSize, spec) ? "" : ` --latent ${sizeFor(spec)}`;
  host.say(
    `${title} is stored: ${count.toLocaleString("en")} images of ${height} × ${width} × ${depth} in ` +
      `${classes.length} class${classes.length === 1 ? "" : "es"}. Train on them by --data ${title}${advised}.`,
  );
}

/**
 * The classes' images from the data set's store; where Fashion-MNIST is not stored, synthetic
 * garments and a note that says so.
 *
 * @throws DataError when the store is there but damaged, or is another data set's or none
 * @throws RangeError for unknown classes
 */
export async function readDataset(
  classes: readonly number[],
  data: DataRef = FASHION_MNIST.id,
  folder = storeOf(data),
): Promise<LoadedDataset> {
  const own = await readOwn(data, classes);
  if (own) return { dataset: own, note: "" };
  const dataset = await readStore(folder, classes);
  if (dataset) checkData(dataset.spec, data);
  else if (data !== SYNTHETIC_GARMENTS.id) {
    throw new DataError("missing", `There are no images of the data set ${data} in ${folder}.`);
  }
  return dataset
    ? { dataset, note: "" }
    : syntheticFallback(
        checkedClasses(classes, SYNTHETIC_GARMENTS),
        "Fashion-MNIST is not stored on this machine; `npm run data` gets it.",
      );
}
