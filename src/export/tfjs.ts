/** A net as tfjs saves it: model.json and weights.bin, which `tf.loadLayersModel` reads. */

import * as tf from "@tensorflow/tfjs";
import { type ExportFile, textFile } from "./files";

export const MODEL_FILE = "model.json";
export const WEIGHTS_FILE = "weights.bin";

/**
 * The two files of what tfjs hands to those who save; the weights come first: a model.json always
 * finds the weights it names.
 *
 * @throws Error where there are no weights
 */
export function artifactFiles(artifacts: tf.io.ModelArtifacts): ExportFile[] {
  const { weightData, weightSpecs = [] } = artifacts;
  if (!weightData) throw new Error("The model has no weights to save.");
  const model = {
    ...artifacts,
    weightData: undefined,
    weightSpecs: undefined,
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights: weightSpecs }],
  };
  const weights = new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData));
  return [
    { path: WEIGHTS_FILE, bytes: weights },
    textFile(MODEL_FILE, `${JSON.stringify(model)}\n`),
  ];
}

/** The net's two files; weights keep their bits. */
export async function tfjsFiles(model: tf.LayersModel): Promise<ExportFile[]> {
  const files: ExportFile[] = [];
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      files.push(...artifactFiles(artifacts));
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    }),
  );
  return files;
}
