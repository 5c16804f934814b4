/** What a file of a model is, told from its bytes, and what is in it. */

import { contentOf } from "../../datasets/formats/content";
import { DataFileError, type InputFile, inMemory, wholeOf } from "../../datasets/formats/input";
import { zipEntries } from "../../datasets/formats/zip";
import { isJson, type Json } from "../json";
import { ImportError, wholeProblem } from "../problems";
import { Hdf5, Hdf5Error, isHdf5 } from "./hdf5";
import { MODEL_WEIGHTS } from "./stored";

/** A model's file as it was brought. */
export interface ModelFile {
  /** Its name, perhaps with folders before it. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a file of a whole model holds. */
export interface ModelContent {
  readonly path: string;
  /** The model's config, and what it was compiled with. */
  readonly config: Json;
  readonly compiled: unknown;
  /** Keras's, such as 3.15.0; empty where the file does not say. */
  readonly version: string;
  readonly weights: Hdf5;
  /** Whether it is a zip of `.keras`, whose weights are called by class and order. */
  readonly isZip: boolean;
}

/** 20 million weights with an optimiser's two moments of each take 240 MB. */
export const MOST_MODEL_BYTES = 400e6;
/** 200 layers have some 200 kB. */
const MOST_CONFIG_BYTES = 5e6;

/** Keras's way to a file that is read here. */
const SAVE = 'model.save("model.keras")';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;

const refused = (path: string, why: string): ImportError =>
  new ImportError([wholeProblem(`${path} ${why}`)]);

/** @throws ImportError with one sentence on what it is instead, and what would do */
export async function modelContent({ path, bytes }: ModelFile): Promise<ModelContent> {
  if (bytes.length > MOST_MODEL_BYTES) {
    throw refused(
      path,
      `has ${megabytes(bytes.length)}; a net here has at most 20 million weights, and its file ${megabytes(MOST_MODEL_BYTES)}: save a smaller model.`,
    );
  }
  try {
    if (isHdf5(bytes)) return await hdf5Content(path, bytes);
    if (bytes[0] === 0x50 && bytes[1] === 0x4b) return await zipContent(path, bytes);
  } catch (error) {
    if (error instanceof DataFileError) throw new ImportError([wholeProblem(error.message)]);
    if (error instanceof Hdf5Error) throw refused(path, `${error.message}.`);
    throw error;
  }
  throw refused(path, otherContent(path, bytes));
}

/** What some other files are; each ends "it is …: do …". */
function otherContent(path: string, bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 4000));
  if (bytes.length === 0) return `is empty: save the model again, by ${SAVE}.`;
  if (/(^|\/)(saved_model|keras_metadata|fingerprint)\.pb$/.test(path)) return SAVED_MODEL;
  if (text.slice(4, 8) === "TFL3") {
    return `is a model of TensorFlow Lite, which has no layers to train: save the Keras model itself, by ${SAVE}.`;
  }
  if (/^\s*\{/.test(text)) {
    return `is JSON, which has a model's layers and no weights: save the model by ${SAVE}; the layers alone are taken where a net's text is.`;
  }
  if (bytes[0] === 0x80 && (bytes[1] ?? 0) < 6) {
    return `is a pickle of Python, which would have to be run to be read: save the model by ${SAVE}.`;
  }
  const content = contentOf(bytes).replace(
    /^no IDX file: it begins/,
    "no file of a model: it begins",
  );
  return `is ${content}: save the model by ${SAVE}, and bring that file.`;
}

const SAVED_MODEL =
  `is of a SavedModel folder, which has TensorFlow's operations in place of layers: load it by \`model = ` +
  `tf.keras.models.load_model(FOLDER)\` in the version of Keras that wrote it, and save it by \`${SAVE}\`.`;

async function zipContent(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<ModelContent> {
  const entries = await zipEntries(inMemory(path, bytes));
  const named = (name: string) => entries.find((entry) => entry.path === name);
  const config = named("config.json");
  const weights = named("model.weights.h5");
  if (!config || !weights) throw refused(path, otherZip(entries, config !== undefined));
  const model = await jsonOf(config, path);
  const metadata = named("metadata.json");
  const { keras_version: version = "" } = metadata ? await jsonOf(metadata, path) : ({} as Json);
  if ((weights.size ?? 0) > MOST_MODEL_BYTES) {
    throw refused(
      path,
      `unpacks to ${megabytes(weights.size ?? 0)} of weights; a net here has at most 20 million of them: save a smaller model.`,
    );
  }
  return {
    path,
    config: model,
    compiled: model.compile_config,
    version: String(version),
    weights: await Hdf5.open(await wholeOf(weights, MOST_MODEL_BYTES)),
    isZip: true,
  };
}

function otherZip(entries: readonly InputFile[], hasConfig: boolean): string {
  const has = (name: RegExp) => entries.some(({ path }) => name.test(path));
  if (has(/(^|\/)saved_model\.pb$/)) return SAVED_MODEL;
  if (has(/(^|\/)run\.json$/)) {
    return "is a run of this page: drop it on the page as it is, with its name ending in .loom.";
  }
  if (has(/(^|\/)data\.pkl$/)) {
    return "is a file of PyTorch, whose layers are Python: write the net in Keras, copy the weights and save it there.";
  }
  if (hasConfig && has(/model\.weights\.npz$/)) {
    return `has its weights as NumPy's arrays: save the model by ${SAVE}, which has them as HDF5.`;
  }
  if (hasConfig && has(/model\.weights\.json$/)) {
    return `has its weights in several files: save the model by ${SAVE} without max_shard_size.`;
  }
  return hasConfig
    ? `has a model's layers and no model.weights.h5: save the model again, by ${SAVE}.`
    : `is a zip, but of no model of Keras: that has a config.json and a model.weights.h5. Save the model by ${SAVE}.`;
}

async function jsonOf(entry: InputFile, path: string): Promise<Json> {
  if ((entry.size ?? 0) > MOST_CONFIG_BYTES) {
    throw refused(
      path,
      `has a ${entry.path} of ${megabytes(entry.size ?? 0)}, more than that of any net here.`,
    );
  }
  const text = new TextDecoder().decode(await wholeOf(entry, MOST_CONFIG_BYTES));
  return parsed(text) ?? refuse(path, `has a ${entry.path} that is no JSON: save the model again.`);
}

function refuse(path: string, why: string): never {
  throw refused(path, why);
}

function parsed(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}

async function hdf5Content(path: string, bytes: Uint8Array): Promise<ModelContent> {
  const weights = await Hdf5.open(bytes);
  const config = weights.attribute("", "model_config");
  if (typeof config !== "string") throw refused(path, otherHdf5(weights));
  return {
    path,
    config:
      parsed(config) ?? refuse(path, "has a model_config that is no JSON: save the model again."),
    compiled: parsed(String(weights.attribute("", "training_config"))),
    version: String(weights.attribute("", "keras_version") ?? ""),
    weights,
    isZip: false,
  };
}

function otherHdf5(weights: Hdf5): string {
  const groups = weights.groupsIn("");
  const isWeights =
    groups.some((name) =>
      /^(layers|_layer_checkpoint_dependencies|top_level_model_weights)$/.test(name),
    ) ||
    weights.attribute("", "layer_names") !== undefined ||
    weights.attribute("", "layer_names0") !== undefined ||
    groups.includes(MODEL_WEIGHTS);
  return isWeights
    ? `has a model's weights and not its layers: load them by \`model.load_weights(…)\` into the model as your program builds it, and save that by \`${SAVE}\`.`
    : `is a file of HDF5, but of no model of Keras: save the model by ${SAVE}.`;
}
