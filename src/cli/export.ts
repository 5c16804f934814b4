/** `npm run -s export`: a model saved by `train --save`, for programs other than this one. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type * as tf from "@tensorflow/tfjs";
import { DEFAULT_CONFIG, ROWS, type RunConfig } from "../config/config";
import { ConfigError, fitConfig } from "../config/config-schema";
import { EXPORT_TARGETS, type ExportTarget } from "../config/export-targets";
import { builtIn } from "../datasets/catalogue";
import type { DataSpec } from "../datasets/dataset";
import { splitDataset } from "../datasets/split";
import { createWasmPredictor } from "../engine/wasm/predictor";
import { exportFiles } from "../export";
import { ExportError } from "../export/graph";
import { choice, ofType, parseArguments, requiredText } from "./args";
import { DATA, findData, learnStored } from "./dataset/own";
import { nodeDevices } from "./devices";
import { CommandError, UsageError } from "./errors";
import { prepareFolder, reasonOf } from "./folders";
import { readSavedModel } from "./model-files";
import type { ReadDataset } from "./run";
import { nodeWasmPlatform } from "./wasm-platform";

const SYNTAX = {
  name: "export",
  summary: "Writes a model that `train --save` saved, or `import` made, for other programs.",
  options: {
    model: requiredText("DIR", "Folder that train or import saved the model in"),
    to: choice(EXPORT_TARGETS, "keras", "What it is written as"),
    data: {
      ...DATA,
      help: "The run's images, where they are your own and are not stored: their files; an imported model's",
      standard: `the run's; ${DEFAULT_CONFIG.data}`,
    },
    seed: {
      ...ofType(ROWS.seed.type, "Splits the images, of an imported model"),
      standard: DEFAULT_CONFIG.seed,
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
  const { out, to } = options;
  if (options.data === undefined) await learnStored();
  const chosen =
    options.data === undefined ? builtIn(DEFAULT_CONFIG.data) : await findData(options.data);
  await nodeDevices();
  const { model, config: own, result } = await readSavedModel(options.model, "--model");
  try {
    if (result && options.seed !== undefined) {
      throw new UsageError("--seed is for imported models: a run's is its own.");
    }
    const config = result || !NEEDS_IMAGES.has(to) ? own : withImages(own, chosen, options);
    await prepareFolder({ folder: out, option: "--out" });
    const files = await exportFiles(to, {
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

const NEEDS_IMAGES: ReadonlySet<ExportTarget> = new Set(["keras", "tsv"]);

/** Settings of an imported model with images of that data set: all their classes where it is one's own. */
function withImages(
  own: RunConfig,
  spec: DataSpec | undefined,
  {
    data,
    seed = own.seed,
  }: { readonly data: string | undefined; readonly seed: number | undefined },
): RunConfig {
  if (!spec) return own;
  const classes = builtIn(spec.id) ? own.classes : spec.classNames.map((_, id) => id);
  try {
    return fitConfig({ ...own, data: spec.id, classes, seed }, spec);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const which = data === undefined ? "Name images that it takes by --data." : "Name other ones.";
    throw new UsageError(`--data: ${error.message} ${which}`);
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
