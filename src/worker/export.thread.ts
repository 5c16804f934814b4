/** The thread that writes one net for other programs; it ends with the answer. */

import * as tf from "@tensorflow/tfjs";
import { ConfigError, parseConfig } from "../config/config-schema";
import { MOST_CLASSES } from "../datasets/dataset";
import { DataError } from "../datasets/download/errors";
import { FASHION_MNIST } from "../datasets/fashion-mnist";
import { splitDataset } from "../datasets/split";
import { createWasmPredictor } from "../engine/wasm/predictor";
import { exportFiles } from "../export";
import { zipFiles } from "../export/files";
import { ExportError } from "../export/graph";
import { buildNet } from "../nets/build";
import { netOf } from "../nets/presets";
import type { ExportQuestions, ExportRequest, TrainedNet } from "../protocol/export";
import { AnswerError, inWords } from "../protocol/rpc";
import { setFlatWeights } from "../training/weights";
import { toFailure } from "./failures";
import { fetchDataset } from "./host";
import { fetchShippedNet } from "./lab/packed";
import { serve } from "./rpc";
import { browserWasmPlatform } from "./wasm-platform";

async function written({ target, net }: ExportRequest) {
  const given: TrainedNet = net === "shipped" ? await fetchShippedNet() : net;
  const { config, weights, shape = FASHION_MNIST } = given;
  const checked = parseConfig(config, MOST_CLASSES);
  // Weights are kept in plain memory; tfjs would start WebGL first, software or not.
  await tf.setBackend("cpu");
  const model = buildNet(netOf(checked, shape), checked.seed);
  setFlatWeights(model, weights);
  const files = await exportFiles(target, {
    model,
    config: checked,
    predict,
    async images() {
      const { dataset } = await fetchDataset(checked.classes);
      return { dataset, split: splitDataset(dataset, checked.split, checked.seed) };
    },
  });
  return zipFiles(files);
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
  if (error instanceof DataError) return new AnswerError(message, toFailure(error).remedy);
  const remedy =
    error instanceof ExportError || error instanceof ConfigError
      ? "Choose another form, or another net."
      : "Try it again; if it fails again, reload the page first.";
  return new AnswerError(/[.!?]$/.test(message) ? message : `${message}.`, remedy);
}

serve<ExportQuestions>(self, { write: written }, toAnswerError);
