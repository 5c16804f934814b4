/** Models as files: tfjs's own format, which plain tfjs in Node can neither write nor read; with a run's result. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { parseWith, SchemaError } from "../checks/schema";
import { ConfigError, parseConfig } from "../config/config-schema";
import { artifactFiles, MODEL_FILE, WEIGHTS_FILE } from "../export/tfjs";
import type { RunResult } from "../runs/results";
import { RUN_RESULT } from "../runs/results-schema";
import "../nets/build/layers";
import { atHand } from "./dataset/own";
import { UsageError } from "./errors";
import { makeFolder } from "./folders";
import { readFileWithin, readJsonFile } from "./input-file";

const RESULT_FILE = "result.json";

/** What `train --save` writes. */
export const MODEL_FILES = [WEIGHTS_FILE, MODEL_FILE, RESULT_FILE] as const;

/** A result has 2 kB, a net's description 20 kB, the largest net's weights 16 MB. */
const MOST_RESULT_BYTES = 10e6;
const MOST_WEIGHT_BYTES = 500e6;

const HOW_TO_GET_ONE = "`npm run -s train -- --save DIR` writes one.";

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

export interface SavedModel {
  readonly model: tf.LayersModel;
  /** Of the run that trained it. */
  readonly result: RunResult;
}

/**
 * Reads what `train --save` wrote, on tfjs's current backend.
 *
 * @param option the one that names the folder, for people
 * @throws UsageError where the folder has no model, or one that cannot be read
 */
export async function readSavedModel(folder: string, option: string): Promise<SavedModel> {
  const result = await readResult(folder, option);
  try {
    return { model: await tf.loadLayersModel(modelFolder(folder)), result };
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

async function readResult(folder: string, option: string): Promise<RunResult> {
  const file = join(folder, RESULT_FILE);
  try {
    const read = await readJsonFile(file, MOST_RESULT_BYTES, `${option}: `);
    const result = parseWith(RUN_RESULT, read);
    return { ...result, config: parseConfig(result.config, atHand) };
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${error.message} ${HOW_TO_GET_ONE}`);
    if (!(error instanceof SchemaError || error instanceof ConfigError)) throw error;
    const reason = error.message.replace(/\.$/, "");
    throw new UsageError(
      `${option}: ${file} holds no result of a run: ${reason}. ${HOW_TO_GET_ONE}`,
    );
  }
}
