/** `npm run -s export`: a model saved by `train --save`, for programs other than this one. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as tf from "@tensorflow/tfjs";
import { EXPORT_TARGETS } from "../config/export-targets";
import { splitDataset } from "../datasets/split";
import { createWasmPredictor } from "../engine/wasm/predictor";
import { exportFiles } from "../export";
import { ExportError } from "../export/graph";
import { choice, parseArguments, requiredText } from "./args";
import { DATA, findData, learnStored } from "./dataset/own";
import { nodeDevices } from "./devices";
import { CommandError } from "./errors";
import { prepareFolder, reasonOf } from "./folders";
import { readSavedModel } from "./model-files";
import type { ReadDataset } from "./run";
import { nodeWasmPlatform } from "./wasm-platform";

const SYNTAX = {
  name: "export",
  summary: "Writes a model that `train --save` saved for other programs.",
  options: {
    model: requiredText("DIR", "Folder that train saved the model in"),
    to: choice(EXPORT_TARGETS, "keras", "What it is written as"),
    data: {
      ...DATA,
      help: "The run's images, where they are your own and are not stored: their files",
      standard: "the run's",
    },
    out: requiredText("DIR", "Folder for the files; it is made where it is not there"),
  },
  notes:
    "keras: a notebook and a program that rebuild the net and go on training it; arrays for NumPy\n" +
    "onnx:  encoder, decoder and the whole net, for onnxruntime\n" +
    "tfjs:  model.json and weights.bin, for tf.loadLayersModel\n" +
    "tsv:   codes of the test images with their pictures, for the Embedding Projector",
};

export interface ExportHost {
  print(text: string): void;
  say(line: string): void;
  readonly readDataset: ReadDataset;
}

const NODE_HOST: ExportHost = {
  print: (text) => process.stdout.write(text),
  say: (line) => process.stderr.write(`${line}\n`),
  readDataset: async (...chosen) => (await import("./data")).readDataset(...chosen),
};

/**
 * Runs the command; the paths of the files go to stdout.
 *
 * @throws UsageError for arguments that are not allowed and folders that cannot be used, CommandError
 *   for a net that the form has not, and for files that cannot be written
 */
export async function exportModel(
  argv: readonly string[],
  host: ExportHost = NODE_HOST,
): Promise<void> {
  const options = parseArguments(SYNTAX, argv, host.print);
  if (!options) return;
  const { out } = options;
  if (options.data === undefined) await learnStored();
  else await findData(options.data);
  await nodeDevices();
  const { model, result } = await readSavedModel(options.model, "--model");
  const { config } = result;
  try {
    await prepareFolder({ folder: out, option: "--out" });
    const files = await exportFiles(options.to, {
      model,
      config,
      predict,
      async images() {
        const { dataset, note } = await host.readDataset(config.classes, config.data);
        if (note) host.say(note);
        return { dataset, split: splitDataset(dataset, config.split, config.seed) };
      },
    });
    const written = files.map(({ path, bytes }) => ({ path: join(out, path), bytes }));
    for (const { path, bytes } of written) await write(path, bytes);
    // Who reads them may have enough after the first: by then all files are there.
    for (const { path } of written) host.print(`${path}\n`);
  } catch (error) {
    throw error instanceof ExportError ? new CommandError(error.message) : error;
  } finally {
    model.dispose();
  }
}

async function predict(model: tf.LayersModel, images: Uint8Array): Promise<Float32Array> {
  const predictor = await createWasmPredictor(model, nodeWasmPlatform);
  try {
    return predictor.predict(images);
  } finally {
    predictor.dispose();
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes).catch((error: unknown) => {
    throw new CommandError(`${path} cannot be written (${reasonOf(error)}).`);
  });
}
