/** Models as files: tfjs's own format, which plain tfjs in Node can neither write nor read; with a run's result. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import type { RunResult } from "../core/results";
import { RUN_RESULT } from "../core/results-schema";
import { artifactFiles, MODEL_FILE, WEIGHTS_FILE } from "../export/tfjs";
import "../models/layers";
import { UsageError } from "./errors";
import { makeFolder, reasonOf } from "./folders";

const RESULT_FILE = "result.json";

/** What `train --save` writes. */
export const MODEL_FILES = [WEIGHTS_FILE, MODEL_FILE, RESULT_FILE] as const;

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
      const model: tf.io.ModelJSON = JSON.parse(await readFile(join(folder, MODEL_FILE), "utf8"));
      return tf.io.getModelArtifactsForJSON(model, async (manifest) => {
        const groups = manifest.flatMap((group) => group.paths);
        const files = await Promise.all(groups.map((path) => readFile(join(folder, path))));
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
    throw new UsageError(
      `${option}: the model in ${folder} cannot be read (${reasonOf(error)}). ${HOW_TO_GET_ONE}`,
    );
  }
}

async function readResult(folder: string, option: string): Promise<RunResult> {
  const file = join(folder, RESULT_FILE);
  try {
    return v.parse(RUN_RESULT, JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const reason = v.isValiError<typeof RUN_RESULT>(error) ? firstIssue(error) : reasonOf(error);
    throw new UsageError(`${option}: ${file} cannot be read (${reason}). ${HOW_TO_GET_ONE}`);
  }
}

function firstIssue({ issues: [issue] }: v.ValiError<typeof RUN_RESULT>): string {
  return `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`;
}
