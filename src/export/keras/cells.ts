/** The notebook's cells: text, and the code that rebuilds the net and goes on with its training. */

import type { RunConfig } from "../../config/config";
import type { LossTerm } from "../../config/loss";
import { netTitle } from "../../config/recipes";
import type { DataSpec } from "../../datasets/dataset";
import type { NetGraph } from "../graph";
import { CUSTOM_LAYER_CODE } from "./custom-layers";
import { lossCode } from "./loss";
import { buildModelCode, customLayers } from "./net";
import { dictionary } from "./python";
import { EVALUATION, GO_ON, LOOP, stepCode, TRAINING_TEXT } from "./training";

export interface Cell {
  readonly kind: "markdown" | "code";
  readonly source: string;
}

/** Files beside the notebook. */
export const FILES = {
  weights: "weights.npz",
  split: "split.npz",
  expected: "expected.npz",
  images: "images.npz",
} as const;

export interface CellsInput {
  readonly graph: NetGraph;
  readonly config: RunConfig;
  /** What the images are. */
  readonly spec: DataSpec;
}

const text = (source: string): Cell => ({ kind: "markdown", source });
const code = (source: string): Cell => ({ kind: "code", source });

/** All cells, in order; joined, the code is a program of its own. */
export function notebookCells(input: CellsInput): Cell[] {
  const { graph, config, spec } = input;
  const { source } = spec;
  const title = netTitle(config);
  const custom = customLayers(graph).map((name) => CUSTOM_LAYER_CODE[name]);
  return [
    text(introduction(title, config, spec)),
    code(IMPORTS),
    text(`## The run

These are the settings that the net was trained by. Change them here to train it otherwise.`),
    code(`RUN = ${dictionary(settingsOf(config))}`),
    text(STRATEGY_TEXT),
    code(STRATEGY),
    text(source === "fashion-mnist" ? IMAGES_TEXT : SYNTHETIC_TEXT),
    code(source === "fashion-mnist" ? imagesCode(FASHION_MNIST) : imagesCode(SYNTHETIC)),
    text(`## The net

Layer by layer as it was in the browser, under the same names.`),
    code([...custom, buildModelCode(graph)].join("\n\n\n")),
    text(WEIGHTS_TEXT),
    code(WEIGHTS),
    text(`## Loss and figures

The loss is ${lossWords(config)}. **SSIM** is Wang et al. 2004 (Gaussian 11 × 11, σ 1.5, range 1);
**SSIM by the write-up's protocol** (uniform 7 × 7, range 2) flatters and compares with published
figures of that protocol alone.`),
    code(lossCode(config.loss, spec)),
    code(EVALUATION),
    text(TRAINING_TEXT),
    code(
      stepCode({
        isNested: customLayers(graph).includes("NestedDropout"),
        hasAverages: graph.layers.some(({ className }) => className === "BatchNormalization"),
      }),
    ),
    code(LOOP),
    code(GO_ON),
    text(MACHINES_TEXT),
  ];
}

function introduction(
  title: string,
  { latentSize, classes }: RunConfig,
  { classNames }: DataSpec,
): string {
  const names = classes.map((id) => classNames[id]).join(", ");
  return `# ${title}, ${latentSize} numbers

An autoencoder that was trained in the browser with Latent Loom, on Fashion-MNIST's ${names}. This
notebook rebuilds it in Keras 3, loads its weights, checks that it reconstructs what it did there,
and goes on with its training: on one GPU, on all GPUs of a machine, or on several machines.

It needs Python 3.10 or later with TensorFlow 2.16 or later, which brings Keras 3 and NumPy, and the
files that came with it, in the same folder. \`train.py\` has the same code as a program.`;
}

/** Settings that mean something here; the device was the browser's. */
function settingsOf(config: RunConfig): Readonly<Record<string, unknown>> {
  const { device: _device, threads: _threads, ...settings } = config;
  return settings;
}

const TERM_WORDS: Readonly<Record<LossTerm, string>> = {
  binaryCrossentropy: "binary cross-entropy",
  meanSquaredError: "mean squared error",
  meanAbsoluteError: "mean absolute error",
  ssimUniform: "1 − SSIM (uniform 7 × 7)",
  ssimGaussian: "1 − SSIM",
  ssimWriteup: "1 − SSIM by the write-up's protocol",
};

function lossWords({ loss }: RunConfig): string {
  const terms = Object.entries(loss) as [LossTerm, number][];
  return terms
    .map(([term, weight]) => `${weight === 1 ? "" : `${weight} × `}${TERM_WORDS[term]}`)
    .join(" + ");
}

const IMPORTS = `import math
import os
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

print("TensorFlow", tf.__version__, "Keras", keras.__version__)`;

const STRATEGY_TEXT = `## The machines

Chosen before anything else is computed, as TensorFlow wants it. With \`TF_CONFIG\` set, all machines
that it names train together; else all GPUs of this one do.`;

const STRATEGY = `if "TF_CONFIG" in os.environ:
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
elif len(tf.config.list_physical_devices("GPU")) > 1:
    strategy = tf.distribute.MirroredStrategy()
else:
    strategy = tf.distribute.get_strategy()
print(strategy.num_replicas_in_sync, "replicas")
keras.utils.set_random_seed(RUN["seed"])`;

const IMAGES_TEXT = `## The images

Training and test images are pooled and put in order class by class; \`split.npz\` says which of them
the browser trained on, and which it kept for validation and for the test.`;

const SYNTHETIC_TEXT = `## The images

The browser had no Fashion-MNIST and trained on garments drawn by code: they are in \`images.npz\`.
\`split.npz\` says which of them it trained on, and which it kept for validation and for the test.`;

const FASHION_MNIST = `(train_x, train_y), (test_x, test_y) = keras.datasets.fashion_mnist.load_data()
labels = np.concatenate([train_y, test_y])
order = np.concatenate([np.flatnonzero(labels == c) for c in RUN["classes"]])
pixels = np.concatenate([train_x, test_x])[order]`;

const SYNTHETIC = `pixels = np.load("${FILES.images}")["images"]`;

function imagesCode(load: string): string {
  return `${load}
images = pixels.astype(np.float32)[..., np.newaxis] / 255.0

split = dict(np.load("${FILES.split}"))
expected = dict(np.load("${FILES.expected}"))
assert len(images) == sum(len(part) for part in split.values())
assert np.array_equal(pixels[expected["indices"]], expected["images"]), "other images"
print({name: len(part) for name, part in split.items()})`;
}

const WEIGHTS_TEXT = `## Its weights

\`weights.npz\` has them by layer, in the order of Keras's \`set_weights\`. Then a few test images are
reconstructed: the result must be the browser's but for rounding.`;

const WEIGHTS = `def load_weights(model, path="${FILES.weights}"):
    arrays = np.load(path)
    for name in dict.fromkeys(key.rsplit(".", 1)[0] for key in arrays.files):
        layer = model.get_layer(name)
        layer.set_weights([arrays[f"{name}.{i}"] for i in range(len(layer.weights))])


with strategy.scope():
    model = build_model()
    load_weights(model)
model.summary()

outputs = np.asarray(model(images[expected["indices"]], training=False))
difference = np.abs(outputs[..., 0] - expected["reconstructions"]).max()
print(f"largest difference from the browser's reconstructions: {difference:.1e}")
assert difference < 1e-3`;

const MACHINES_TEXT = `## Several machines

Put this folder on each of them, and start \`train.py\` on all, each with a \`TF_CONFIG\` that lists
every machine and says which one it is: here the first of two.

    export TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]},
                       "task": {"type": "worker", "index": 0}}'
    python train.py

They train as one: \`batchSize\` is the number of images over all of them.`;
