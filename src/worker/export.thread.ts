/** The thread that writes one net for other programs; it ends with the answer. */

import * as tf from "@tensorflow/tfjs";
import { ConfigError, parseSettings } from "../config/config-schema";
import { DataError } from "../datasets/download/errors";
import { splitDataset } from "../datasets/split";
import { createWasmPredictor } from "../engine/wasm/predictor";
import { exportFiles } from "../export";
import { zipFiles } from "../export/files";
import { ExportError, readGraph } from "../export/graph";
import { netProgram } from "../export/keras/cells";
import { buildNet } from "../nets/build";
import { netOf } from "../nets/presets";
import { parseNet } from "../nets/text";
import type { ExportQuestions, ExportRequest, TrainedNet, UntrainedNet } from "../protocol/export";
import { AnswerError, inWords } from "../protocol/rpc";
import { StorageError } from "../storage/trouble";
import { setFlatWeights } from "../training/weights";
import { toFailure } from "./failures";
import { fetchDataset } from "./host";
import { fetchShippedNet } from "./inference/packed";
import { serve } from "./rpc";
import { browserWasmPlatform } from "./wasm-platform";

async function written({ target, net }: ExportRequest) {
  const given: TrainedNet = net === "shipped" ? await fetchShippedNet() : net;
  const { config, weights, shape } = given;
  const checked = parseSettings(config);
  // Weights are kept in plain memory; tfjs would start WebGL first, software or not.
  await tf.setBackend("cpu");
  const model = buildNet(netOf(checked, shape), checked.seed);
  setFlatWeights(model, weights);
  const files = await exportFiles(target, {
    model,
    config: checked,
    predict,
    async images() {
      const { dataset } = await fetchDataset(checked);
      return { dataset, split: splitDataset(dataset, checked.split, checked.seed) };
    },
  });
  return zipFiles(files);
}

async function code({ net, shape }: UntrainedNet): Promise<string> {
  await tf.setBackend("cpu");
  const model = buildNet(parseNet(net, shape), 0);
  try {
    return netProgram(await readGraph(model));
  } finally {
    model.dispose();
  }
}

/** One thread: training may have the others. */
async function predict(model: tf.LayersModel, images: Uint8Array): Promise<Float32Array> {
  const predictor = await createWasmPredictor(model, browserWasmPlatform);
  try {
    return predictor.predict(images);
  } finally {
    predictor.dispose();
  }
}

function toAnswerError(error: unknown): AnswerError {
  const message = inWords(error);
  if (error instanceof DataError || error instanceof StorageError)
    return new AnswerError(message, toFailure(error).remedy);
  const remedy =
    error instanceof ExportError || error instanceof ConfigError
      ? "Choose another form, or another net."
      : "Try it again; if it fails again, reload the page first.";
  return new AnswerError(/[.!?]$/.test(message) ? message : `${message}.`, remedy);
}

serve<ExportQuestions>(self, { code, write: written }, toAnswerError);
