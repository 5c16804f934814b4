/** `npm run -s export`: a model saved by `train --save`, for programs other than this one. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { EXPORT_TARGETS } from "../core/export-targets";
import { splitDataset } from "../core/split";
import { createWasmPredictor } from "../engine/wasm/predictor";
import { exportFiles } from "../export";
import { ExportError } from "../export/graph";
import { choice, parseArguments, requiredText } from "./args";
import { nodeDevices } from "./devices";
import { CommandError } from "./errors";
import { modelFolder, readResult } from "./model-files";
import type { ReadDataset } from "./run";
import { nodeWasmPlatform } from "./wasm-platform";

const SYNTAX = {
  name: "export",
  summary: "Writes a model that `train --save` saved for other programs.",
  options: {
    model: requiredText("DIR", "Folder that train saved the model in"),
    to: choice(EXPORT_TARGETS, "keras", "What it is written as"),
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
  readDataset: async (classes) => (await import("./data")).readDataset(classes),
};

/**
 * Runs the command; the paths of the files go to stdout.
 *
 * @throws UsageError for arguments that are not allowed, CommandError for a folder or a net that
 *   cannot be used
 */
export async function exportModel(
  argv: readonly string[],
  host: ExportHost = NODE_HOST,
): Promise<void> {
  const options = parseArguments(SYNTAX, argv, host.print);
  if (!options) return;
  const { config } = await readResult(options.model);
  await nodeDevices();
  const model = await readModel(options.model);
  try {
    const files = await exportFiles(options.to, {
      model,
      config,
      predict,
      async images() {
        const { dataset, note } = await host.readDataset(config.classes);
        if (note) host.say(note);
        return { dataset, split: splitDataset(dataset, config.split, config.seed) };
      },
    });
    await mkdir(options.out, { recursive: true });
    for (const { path, bytes } of files) {
      await writeFile(join(options.out, path), bytes);
      host.print(`${join(options.out, path)}\n`);
    }
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

async function readModel(folder: string): Promise<tf.LayersModel> {
  try {
    return await tf.loadLayersModel(modelFolder(folder));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`The model in ${folder} cannot be read: ${reason}.`);
  }
}
