/** Models as files: tfjs's own format, which plain tfjs in Node can neither write nor read; with a run's result. */

import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import { parseWith, SchemaError, text } from "../checks/schema";
import type { RunConfig } from "../config/config";
import { ConfigError, parseConfig } from "../config/config-schema";
import { artifactFiles, MODEL_FILE, WEIGHTS_FILE } from "../export/tfjs";
import type { RunResult } from "../runs/results";
import { RUN_CONFIG, RUN_RESULT } from "../runs/results-schema";
import "../nets/build/layers";
import { atHand } from "./dataset/own";
import { UsageError } from "./errors";
import { makeFolder } from "./folders";
import { readFileWithin, readJsonFile } from "./input-file";

const RESULT_FILE = "result.json";
const IMPORT_FILE = "import.json";

/** What `train --save` writes. */
export const MODEL_FILES = [WEIGHTS_FILE, MODEL_FILE, RESULT_FILE] as const;
/** What `import` writes. */
export const IMPORTED_FILES = [WEIGHTS_FILE, MODEL_FILE, IMPORT_FILE] as const;

/** A result has 2 kB, a net's description 20 kB, the largest net's weights 16 MB. */
const MOST_RESULT_BYTES = 10e6;
const MOST_WEIGHT_BYTES = 500e6;

const HOW_TO_GET_ONE =
  "`npm run -s train -- --save DIR` writes one, and `npm run -s import` makes one of a file of Keras.";

/**
 * Reads and writes a folder with `model.json` and `weights.bin`.
 *
 * Any tfjs loads it: `model.save(modelFolder(path))`, `tf.loadLayersModel(modelFolder(path))`, or
 * over HTTP by the address of its model.json. Saving makes the folder and replaces both files.
 */
export function modelFolder(folder: string): tf.io.IOHandler {
  return {
    async save(artifacts) {
      const files = artifactFiles(artifacts);
      await makeFolder(folder);
      for (const { path, bytes } of files) await writeFile(join(folder, path), bytes);
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    },

    async load() {
      const read = (path: string) => readFileWithin(join(folder, path), MOST_WEIGHT_BYTES);
      const model = (await readJsonFile(
        join(folder, MODEL_FILE),
        MOST_RESULT_BYTES,
      )) as tf.io.ModelJSON;
      return tf.io.getModelArtifactsForJSON(model, async (manifest) => {
        const groups = manifest.flatMap((group) => group.paths);
        const files = await Promise.all(groups.map(read));
        const specs = manifest.flatMap((group) => group.weights);
        return [specs, new Uint8Array(Buffer.concat(files)).buffer];
      });
    },
  };
}

/** Keeps the result of the run that trained the model beside it, settings included. */
export async function writeResult(folder: string, result: RunResult): Promise<void> {
  await writeFile(join(folder, RESULT_FILE), `${JSON.stringify(result, null, 2)}\n`);
}

const IMPORT = v.object({ name: text(1000), config: RUN_CONFIG });

/** Where a model comes from that no run here trained. */
export interface ImportNote {
  readonly name: string;
  /** By which it would train on; which images it is for is open. */
  readonly config: RunConfig;
}

/** Says beside a model that it was imported; the result of a run that was there before is gone. */
export async function writeImport(
  folder: string,
  note: ImportNote & Readonly<Record<string, unknown>>,
): Promise<void> {
  await writeFile(join(folder, IMPORT_FILE), `${JSON.stringify(note, null, 2)}\n`);
  await rm(join(folder, RESULT_FILE), { force: true });
}

export interface SavedModel {
  readonly model: tf.LayersModel;
  /** Of the run that trained it; of an imported model, by which it would train on. */
  readonly config: RunConfig;
  /** Null where it was imported. */
  readonly result: RunResult | null;
}

/**
 * Reads what `train --save` wrote, on tfjs's current backend.
 *
 * @param option the one that names the folder, for people
 * @throws UsageError where the folder has no model, or one that cannot be read
 */
export async function readSavedModel(folder: string, option: string): Promise<SavedModel> {
  const isImported =
    (await isThere(join(folder, IMPORT_FILE))) && !(await isThere(join(folder, RESULT_FILE)));
  const result = isImported ? null : await readResult(folder, option);
  const { config } = result ?? (await readImport(folder, option));
  try {
    return { model: await tf.loadLayersModel(modelFolder(folder)), config, result };
  } catch (error) {
    // What tfjs says of a model that is none would help nobody.
    const reason =
      error instanceof UsageError
        ? error.message.replace(/\.$/, "")
        : "it is damaged, or of layers that are not known here";
    throw new UsageError(
      `${option}: the model in ${folder} cannot be read (${reason}). ${HOW_TO_GET_ONE}`,
    );
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

function readResult(folder: string, option: string): Promise<RunResult> {
  const file = join(folder, RESULT_FILE);
  return described(file, option, "result of a run", (read) => {
    const result = parseWith(RUN_RESULT, read);
    return { ...result, config: parseConfig(result.config, atHand) };
  });
}

function readImport(folder: string, option: string): Promise<ImportNote> {
  const file = join(folder, IMPORT_FILE);
  return described(file, option, "imported model", (read) => parseWith(IMPORT, read));
}

/** @throws UsageError where the file cannot be read, or is of nothing such */
async function described<T>(
  file: string,
  option: string,
  what: string,
  parse: (read: unknown) => T,
): Promise<T> {
  try {
    return parse(await readJsonFile(file, MOST_RESULT_BYTES, `${option}: `));
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${error.message} ${HOW_TO_GET_ONE}`);
    if (!(error instanceof SchemaError || error instanceof ConfigError)) throw error;
    const reason = error.message.replace(/\.$/, "");
    throw new UsageError(`${option}: ${file} holds no ${what}: ${reason}. ${HOW_TO_GET_ONE}`);
  }
}
