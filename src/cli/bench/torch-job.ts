/** What PyTorch and Keras are handed: a net with weights, its recipe, and the loss to be found. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import type { RunConfig } from "../../config/config";
import { divergenceOf } from "../../config/likelihood";
import { type LossWeights, ssimOfTerm, termsOf } from "../../config/loss";
import { specFor } from "../../datasets/catalogue";
import { readGraph } from "../../export/graph";
import { netProgram } from "../../export/keras/cells";
import { lossCode } from "../../export/keras/loss";
import { type ImageShape, sizeOf } from "../../math/image-set";
import { createRng } from "../../math/rng";
import { buildNet } from "../../nets/build";
import { imageShapeOf } from "../../nets/build/halves";
import { netOf } from "../../nets/presets";
import { loomDefaults, NESTED_DEFAULTS } from "../../nets/presets/loom";
import {
  endsInSigmoid,
  IMAGE_INPUT,
  inputsOf,
  isNested,
  isVariational,
  type NetSpec,
} from "../../nets/spec";
import { summarizeNet } from "../../nets/summary";
import { createTrainer, optimizerOptions } from "../../training/trainer";
import { nodeDevices } from "../devices";
import type { EngineRequest } from "./engine";
import type { TimingPlan } from "./timing";

export interface TorchExpectation {
  /** Numbers in all weights of our net, moving averages included. */
  readonly parameters: number;
  /** Our loss of the first batch with the job's weights, outside training. */
  readonly loss: number;
}

interface WrittenLayer {
  readonly name: string;
  /** Keras's, of each of its arrays. */
  readonly shapes: readonly (readonly number[])[];
}

/**
 * Added to every initial weight, ± that much: branches that start at 0 count in the comparison
 * too, and so do biases and moving averages.
 */
const NOISE = 0.05;

/** How long it is timed, and how it is to be run. */
export interface TorchPlan extends TimingPlan {
  readonly device: "cpu" | "cuda";
  /** By torch.compile. */
  readonly compiled: boolean;
}

/**
 * Writes job.json, images.bin and weights.bin, as bench/torch and bench/keras read them, and net.py for Keras; tells
 * what it expects.
 */
export async function writeTorchJob(
  folder: string,
  config: RunConfig,
  { threads, images }: Pick<EngineRequest, "threads" | "images">,
  plan: TorchPlan,
): Promise<TorchExpectation> {
  await nodeDevices();
  const net = netOf(config, specFor(config.data));
  const model = buildNet(net, config.seed);
  try {
    disturb(model, config.seed);
    const expected = { parameters: model.countParams(), loss: await lossOf(model, config, images) };
    const { layers, weights } = weightsOf(model);
    const { preset, latentSize, batchSize, flips } = config;
    const job = {
      preset,
      latentSize,
      threads,
      layers,
      image: [net.image.height, net.image.width, net.image.channels],
      // Nets of convolutions are written out in bench/torch, for speed.
      graph: config.net === null && !isVariational(net) ? null : graphOf(net),
      ...expected,
      ...plan,
      loom: {
        ...loomDefaults(latentSize, specFor(config.data)),
        ...(isNested(net) ? NESTED_DEFAULTS : {}),
      },
      recipe: {
        batch: batchSize,
        flips,
        optimizer: optimizerOptions(config),
        loss: lossTerms(config.loss, imageShapeOf(model)),
        endsInSigmoid: endsInSigmoid(net),
        divergence: divergenceOf(config, sizeOf(net.image))?.weight ?? 0,
      },
    };
    writeFileSync(join(folder, "job.json"), JSON.stringify(job));
    writeFileSync(join(folder, "images.bin"), images);
    writeFileSync(join(folder, "weights.bin"), weights);
    const program = netProgram(await readGraph(model));
    const loss = lossCode(config.loss, imageShapeOf(model));
    writeFileSync(
      join(folder, "net.py"),
      `import math\nimport tensorflow as tf\n${program}\n\n${loss}\n`,
    );
    return expected;
  } finally {
    model.dispose();
  }
}

/** The net's layers with the names of their inputs, and the shapes that they take and make. */
function graphOf(net: NetSpec) {
  const { height, width, channels } = net.image;
  const shapes = new Map([[IMAGE_INPUT, [height, width, channels] as readonly number[]]]);
  const { layers } = summarizeNet(net);
  for (const { name, outputShape } of layers) shapes.set(name, outputShape);
  return net.layers.map((layer, place) => {
    const inputs = inputsOf(net, place);
    return {
      ...layer,
      inputs,
      inputShapes: inputs.map((input) => shapes.get(input)),
      outputShape: shapes.get(layer.name),
    };
  });
}

/** Of the first batch, outside training. */
async function lossOf(model: tf.LayersModel, config: RunConfig, images: Uint8Array) {
  const settings = { ...config, device: "wasm", threads: 1 } as const;
  const trainer = await createTrainer(model, settings, await nodeDevices());
  try {
    await trainer.setSamples({
      count: images.length / sizeOf(imageShapeOf(model)),
      inputs: images,
    });
    return await trainer.evaluate(Uint32Array.from({ length: config.batchSize }, (_, i) => i));
  } finally {
    trainer.dispose();
  }
}

function lossTerms(loss: LossWeights, output: ImageShape) {
  return termsOf(loss, output).map(([term, weight]) => ({
    term,
    weight,
    ssim: ssimOfTerm(term, output),
  }));
}

function disturb(model: tf.LayersModel, seed: number): void {
  const rng = createRng(seed, "bench/torch");
  const disturbed = model.getWeights().map((weight) => {
    const values = weight.dataSync().map((value) => value + NOISE * (2 * rng.float() - 1));
    return tf.tensor(values, weight.shape);
  });
  model.setWeights(disturbed);
  tf.dispose(disturbed);
}

function weightsOf(model: tf.LayersModel): { layers: WrittenLayer[]; weights: Float32Array } {
  const withWeights = model.layers.filter((layer) => layer.weights.length > 0);
  const layers = withWeights.map((layer) => ({
    name: layer.name,
    shapes: layer.getWeights().map(({ shape }) => shape),
  }));
  const weights = new Float32Array(model.countParams());
  let at = 0;
  for (const array of withWeights.flatMap((layer) => layer.getWeights())) {
    weights.set(array.dataSync(), at);
    at += array.size;
  }
  return { layers, weights };
}
