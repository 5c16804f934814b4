/** `npm run -s import`: a trained model of Keras's, as a folder that `--model` takes. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_CONFIG } from "../config/config";
import { builtIn } from "../datasets/catalogue";
import type { DataSpec } from "../datasets/dataset";
import { splitDataset } from "../datasets/split";
import {
  MOST_MODEL_BYTES,
  type ModelChoices,
  type ModelFile,
  type OpenedModel,
  openModel,
  type TrainedNet,
} from "../import/file";
import { bestRanges } from "../import/file/guess";
import { settingsOf } from "../import/file/settings";
import { ImportError, type ImportProblem, problemText } from "../import/problems";
import { VALUE_RANGES } from "../import/value-ranges";
import { pickImages } from "../math/image-set";
import { summarizeNet } from "../nets/summary";
import { reconstructionError, weightedModel } from "../training/imported";
import { choice, flag, optional, parseArguments, requiredText, text } from "./args";
import { DATA, findData, learnStored } from "./dataset/own";
import { nodeDevices } from "./devices";
import { CommandError, UsageError } from "./errors";
import { prepareFolder, reasonOf } from "./folders";
import { readFileWithin } from "./input-file";
import { IMPORTED_FILES, modelFolder, writeImport } from "./model-files";
import type { ReadDataset } from "./run";
import { SHAPE } from "./shape";
import { nodeWasmPlatform } from "./wasm-platform";

const SYNTAX = {
  name: "import",
  summary:
    "Reads a model that Keras saved, its layers and weights, and writes a folder that `export --model` takes.",
  options: {
    from: requiredText(
      "FILE",
      "A .keras or .h5 file; or an encoder's and a decoder's, as A.keras,B.keras",
    ),
    out: requiredText("DIR", "Folder for the model; it is made where it is not there"),
    code: text(
      "LAYER",
      "The layer that makes the code, by its name in the file; else the narrowest",
    ),
    takes: choice(
      VALUE_RANGES,
      undefined,
      "What the model takes for black and white; else guessed",
    ),
    makes: choice(VALUE_RANGES, undefined, "What it makes of them; else guessed"),
    shape: { ...optional(SHAPE), standard: "as the model's input says" },
    data: { ...DATA, help: "Images by which ranges are guessed that the file does not say" },
    json: flag(
      "Prints {name, layers, parameters, latent: {layer, shape}, problems} as one JSON object",
    ),
  },
  notes:
    "Nothing of the file is run. What there is no form of here is listed all at once, with what would do; then\n" +
    "nothing is written, and the exit code is 2.",
};

export interface ImportHost {
  print(text: string): void;
  say(line: string): void;
  readonly readDataset: ReadDataset;
}

const NODE_HOST: ImportHost = {
  print: (line) => process.stdout.write(line),
  say: (line) => process.stderr.write(`${line}\n`),
  readDataset: async (...chosen) => (await import("./data")).readDataset(...chosen),
};

/**
 * Runs the command.
 *
 * @throws UsageError for arguments that are not allowed, and with a line for each thing of the model that there is no
 *   form of; CommandError for files that cannot be written
 */
export async function importModel(
  argv: readonly string[],
  host: ImportHost = NODE_HOST,
): Promise<void> {
  const options = parseArguments(SYNTAX, argv, host.print);
  if (!options) return;
  const { from, out, code, takes, makes, shape, data, json } = options;
  await learnStored();
  const spec = data === undefined ? builtIn(DEFAULT_CONFIG.data) : await findData(data);
  const files = await filesOf(from);
  await nodeDevices();
  const choices: ModelChoices = {
    image: shape,
    code: code ?? undefined,
    ...(takes && { takes }),
    ...(makes && { makes }),
  };
  try {
    const net = await chosen(await openModel(files), choices, spec, host);
    await write(net, out, from);
    tell(net, out, json, host);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    if (json) host.print(`${JSON.stringify(refusal(error.problems))}\n`);
    throw new UsageError(`--from: ${error.message}`);
  }
}

/** As of a model that was taken, as far as there is one. */
const refusal = (problems: readonly ImportProblem[]) => ({
  name: null,
  layers: [],
  parameters: 0,
  latent: null,
  problems: problems.map(problemText),
});

async function filesOf(from: string): Promise<ModelFile[]> {
  const whole = await stat(from).catch(() => null);
  // A name may have a comma of its own.
  const paths = whole ? [from] : from.split(",");
  const files: ModelFile[] = [];
  for (const path of paths) {
    if ((await stat(path).catch(() => null))?.isDirectory()) throw await folderError(path);
    const bytes = await readFileWithin(path, MOST_MODEL_BYTES, "--from: ");
    files.push({ path, bytes: new Uint8Array(bytes) });
  }
  return files;
}

async function folderError(path: string): Promise<UsageError> {
  const isSaved = await stat(join(path, "saved_model.pb")).catch(() => null);
  return new UsageError(
    isSaved
      ? `--from: ${path} is a SavedModel folder, which has TensorFlow's operations in place of layers: load it by \`model = tf.keras.models.load_model("${path}")\` in the version of Keras that wrote it, and save it by \`model.save("model.keras")\`.`
      : `--from: ${path} is a folder: name the .keras or .h5 file in it.`,
  );
}

/** The model by the ranges that were said, or that reconstruct the data set's images best. */
async function chosen(
  model: OpenedModel,
  choices: ModelChoices,
  spec: DataSpec | undefined,
  host: ImportHost,
): Promise<TrainedNet> {
  // What is wrong is told before images are read.
  const net = model.build(choices);
  const { height, width, channels } = net.net.image;
  const isOf =
    spec?.height === height && spec.width === width && spec.channels === channels
      ? spec
      : undefined;
  if (!isOf || model.ranges.length === 1) return net;
  const classes = builtIn(isOf.id) ? DEFAULT_CONFIG.classes : isOf.classNames.map((_, id) => id);
  const { dataset } = await host.readDataset(classes, isOf.id);
  const { train } = splitDataset(dataset, DEFAULT_CONFIG.split, DEFAULT_CONFIG.seed);
  const pixels = pickImages(dataset, train.slice(0, LOOKED_AT));
  return model.build({
    ...choices,
    ...(await bestRanges(model, choices, (each) =>
      reconstructionError(each, pixels, nodeWasmPlatform),
    )),
  });
}

/** Images that ranges are guessed by. */
const LOOKED_AT = 64;

async function write(net: TrainedNet, out: string, from: string): Promise<void> {
  await prepareFolder({ folder: out, option: "--out" }, IMPORTED_FILES);
  const model = weightedModel(net);
  const { name, latent, ranges } = net;
  const { config } = settingsOf(net);
  try {
    await model.save(modelFolder(out));
    await writeImport(out, { name, from, latent, ranges, config });
  } catch (error) {
    throw new CommandError(`${out} cannot be written (${reasonOf(error)}).`);
  } finally {
    model.dispose();
  }
}

function tell(net: TrainedNet, out: string, json: boolean, { print, say }: ImportHost): void {
  const { name, latent, ranges, notes, codes } = net;
  const { layers, parameters } = summarizeNet(net.net);
  for (const note of [...notes, ...settingsOf(net).notes]) say(note);
  if (json) {
    const told = layers.map(({ name: layer, className, outputShape, parameters: own }) => ({
      name: layer,
      kind: className,
      shape: outputShape,
      parameters: own,
    }));
    print(`${JSON.stringify({ name, layers: told, parameters, latent, problems: [] })}\n`);
    return;
  }
  const others = codes.filter((layer) => layer !== latent.layer);
  print(
    `${name}: ${layers.length} layers, ${parameters.toLocaleString("en")} weights, in ${out}.\n` +
      `The code is what ${latent.layer} makes, ${latent.shape.join(" × ")} numbers` +
      `${others.length > 0 ? ` (--code ${others.join("|")} for another)` : ""}. ` +
      `Black and white are ${ranges.takes} for what it takes and ${ranges.makes} for what it makes (--takes, --makes).\n`,
  );
}
