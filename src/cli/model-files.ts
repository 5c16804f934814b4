/** Models as files: tfjs's own format, which plain tfjs in Node can neither write nor read; with a run's result. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import * as v from "valibot";
import type { RunResult } from "../core/results";
import { RUN_RESULT } from "../core/results-schema";
import { artifactFiles, MODEL_FILE } from "../export/tfjs";
import { CommandError } from "./errors";

const RESULT_FILE = "result.json";

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
      await mkdir(folder, { recursive: true });
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

/** @throws CommandError where the folder has no result, or one that cannot be read */
export async function readResult(folder: string): Promise<RunResult> {
  const file = join(folder, RESULT_FILE);
  try {
    return v.parse(RUN_RESULT, JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `${file} cannot be read: ${reason}. \`npm run -s train -- --save DIR\` writes it.`,
    );
  }
}
