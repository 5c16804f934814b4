/** The thread that reads models of others; it ends with the dialog that asks it. */

import * as tf from "@tensorflow/tfjs";
import { fitConfig } from "../config/config-schema";
import type { Dataset } from "../datasets/dataset";
import { DataError } from "../datasets/download/errors";
import { splitDataset } from "../datasets/split";
import { type ModelChoices, type OpenedModel, openModel, type TrainedNet } from "../import/file";
import { bestRanges } from "../import/file/guess";
import { settingsOf } from "../import/file/settings";
import { ImportError } from "../import/problems";
import { VALUE_RANGES } from "../import/value-ranges";
import { pickImages } from "../math/image-set";
import { summarizeNet } from "../nets/summary";
import type {
  ModelChoices as AskedChoices,
  FoundModel,
  ImportImages,
  ImportQuestions,
  TakenModel,
} from "../protocol/import";
import { AnswerError, inWords } from "../protocol/rpc";
import { StorageError } from "../storage/trouble";
import { reconstructionError, trainedOf, weightedModel } from "../training/imported";
import { flatWeights } from "../training/weights";
import { toFailure } from "./failures";
import { fetchDataset } from "./host";
import { serve } from "./rpc";
import { browserWasmPlatform } from "./wasm-platform";

/** Images that guesses are tried on. */
const LOOKED_AT = 64;

let opened: OpenedModel | null = null;
/** Read once for all choices that are tried on them. */
let pixels: { readonly key: string; readonly bytes: Promise<Uint8Array> } | null = null;

async function open(
  files: ImportQuestions["open"]["ask"],
): Promise<ImportQuestions["open"]["answer"]> {
  // Weights are kept in plain memory; tfjs would start WebGL first, software or not.
  await tf.setBackend("cpu");
  opened = await openModel(files);
  return opened.build().net.image;
}

/** @throws AnswerError before a file is open */
function model(): OpenedModel {
  if (opened) return opened;
  throw new AnswerError("No file of a model is open.", "Bring it again.");
}

async function find({ choices, images }: ImportQuestions["find"]["ask"]): Promise<FoundModel> {
  const net = await chosen(choices, images);
  const { layers, parameters } = summarizeNet(net.net);
  const { name, latent, codes, ranges, notes } = net;
  return {
    name,
    image: net.net.image,
    layers: layers.length,
    parameters,
    code: latent.layer,
    codeShape: latent.shape,
    codes,
    ...ranges,
    ranges: VALUE_RANGES,
    error: images && (await errorOf(net, await pixelsOf(images))),
    notes: [...notes, ...settingsOf(net).notes],
  };
}

async function take({ choices, images }: ImportQuestions["take"]["ask"]): Promise<TakenModel> {
  const net = await chosen(choices, images);
  const { dataset } = await fetchDataset(images);
  const config = fitConfig({ ...settingsOf(net).config, ...images }, dataset.spec);
  const built = weightedModel(net);
  try {
    const weights = await flatWeights(built);
    const { steps, m, v } = net.moments ?? { steps: 0, m: net.weights, v: net.weights };
    const state = { m: await trainedOf(net.net, m), v: await trainedOf(net.net, v) };
    if (!net.moments) {
      // As large as what is trained, and of no step.
      state.m.fill(0);
      state.v.fill(0);
    }
    return { config, weights, steps, ...state };
  } finally {
    built.dispose();
  }
}

/** By what was chosen, and by what reconstructs the images best where nothing was. */
async function chosen(
  { code, takes, makes }: AskedChoices,
  images: ImportImages | null,
): Promise<TrainedNet> {
  const [into, out] = [takes, makes].map((range) => VALUE_RANGES.find((each) => each === range));
  const choices: ModelChoices = {
    code,
    ...(into && { takes: into }),
    ...(out && { makes: out }),
  };
  if (!images) return model().build(choices);
  const bytes = await pixelsOf(images);
  const ranges = await bestRanges(model(), choices, (net) => errorOf(net, bytes));
  return model().build({ ...choices, ...ranges });
}

function pixelsOf(images: ImportImages): Promise<Uint8Array> {
  const key = JSON.stringify(images);
  if (pixels?.key !== key) {
    pixels = { key, bytes: fetchDataset(images).then(({ dataset }) => someOf(dataset, images)) };
  }
  return pixels.bytes;
}

function someOf(dataset: Dataset, { split, seed }: ImportImages): Uint8Array {
  const { train } = splitDataset(dataset, split, seed);
  return pickImages(dataset, train.slice(0, LOOKED_AT));
}

const errorOf = (net: TrainedNet, bytes: Uint8Array): Promise<number> =>
  reconstructionError(net, bytes, browserWasmPlatform);

function toAnswerError(error: unknown): AnswerError {
  if (error instanceof ImportError) return new AnswerError(error.message, "");
  const message = inWords(error);
  if (error instanceof DataError || error instanceof StorageError)
    return new AnswerError(message, toFailure(error).remedy);
  return new AnswerError(
    /[.!?]$/.test(message) ? message : `${message}.`,
    "Try it again; if it fails again, reload the page first.",
  );
}

serve<ImportQuestions>(self, { open, find, take }, toAnswerError);
