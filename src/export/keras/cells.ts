/** The notebook's cells: text, and the code that rebuilds the net and goes on with its training. */

import type { RunConfig } from "../../config/config";
import { type Divergence, divergenceOf } from "../../config/likelihood";
import type { LossTerm } from "../../config/loss";
import { netTitle } from "../../config/recipes";
import type { DataSpec } from "../../datasets/dataset";
import { FASHION_MNIST, SYNTHETIC_GARMENTS } from "../../datasets/fashion-mnist";
import { sizeOf } from "../../math/image-set";
import { ssimSide } from "../../metrics/ssim-protocols";
import type { NetGraph } from "../graph";
import { CUSTOM_LAYER_CODE } from "./custom-layers";
import { lossCode } from "./loss";
import { buildModelCode, customLayers } from "./net";
import { dictionary } from "./python";
import { EVALUATION, GO_ON, LOOP, stepCode, trainingText } from "./training";

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
  /** Whether the net is there as Keras saves one, too. */
  readonly isSaved: boolean;
}

const text = (source: string): Cell => ({ kind: "markdown", source });
const code = (source: string): Cell => ({ kind: "code", source });

/** All cells, in order; joined, the code is a program of its own. */
export function notebookCells(input: CellsInput): Cell[] {
  const { graph, config, spec, isSaved } = input;
  const title = netTitle(config);
  const window = ssimSide("gaussian", spec);
  return [
    text(introduction(title, config, spec, isSaved)),
    code(IMPORTS),
    text(`## The run

These are the settings that the net was trained by. Change them here to train it otherwise.`),
    code(`RUN = ${dictionary(settingsOf(config))}`),
    text(STRATEGY_TEXT),
    code(STRATEGY),
    text(imagesText(spec)),
    code(imagesCode(spec)),
    text(`## The net

Layer by layer as it was in the browser, under the same names.`),
    code(netCode(graph, divergenceOf(config, sizeOf(spec)))),
    text(WEIGHTS_TEXT),
    code(WEIGHTS),
    text(`## Loss and figures

The loss is ${lossWords(config)}. **SSIM** is Wang et al. 2004 (Gaussian ${window} × ${window}, σ 1.5, range 1);
**SSIM by the write-up's protocol** (uniform 7 × 7, range 2) flatters and compares with published
figures of that protocol alone.`),
    code(lossCode(config.loss, spec)),
    code(EVALUATION),
    text(trainingText(config)),
    code(
      stepCode({
        optimizer: config,
        isNested: customLayers(graph).includes("NestedDropout"),
        hasAverages: graph.layers.some(({ className }) => className === "BatchNormalization"),
      }),
    ),
    code(LOOP),
    code(GO_ON),
    text(MACHINES_TEXT),
  ];
}

/** The net's own layers, and what builds it. */
function netCode(graph: NetGraph, divergence: Divergence | null): string {
  const custom = customLayers(graph).map((name) => CUSTOM_LAYER_CODE[name]);
  return [...custom, buildModelCode(graph, divergence)].join("\n\n\n");
}

/**
 * A net as a program of its own, without training and weights.
 *
 * @throws ExportError as buildModelCode
 */
export function netProgram(graph: NetGraph): string {
  const code = netCode(graph, null);
  const imports = [
    ...(code.includes("math.") ? ["import math"] : []),
    "import keras",
    ...(code.includes("tf.") ? ["import tensorflow as tf"] : []),
    "from keras import layers",
  ];
  return `${imports.join("\n")}\n\n\n${code}\n\n\nmodel = build_model()\nmodel.summary()\n`;
}

function introduction(
  title: string,
  { latentSize, classes }: RunConfig,
  { title: data, classNames, source }: DataSpec,
  isSaved: boolean,
): string {
  // Which images a run on synthetic ones is about is said where they are read.
  const of = source === SYNTHETIC_GARMENTS.source ? FASHION_MNIST.title : data;
  const names = classes.map((id) => classNames[id]).join(", ");
  return `# ${title}, ${latentSize} numbers

An autoencoder that was trained in the browser with Latent Loom, on ${of}'s ${names}. This
notebook rebuilds it in Keras 3, loads its weights, checks that it reconstructs what it did there,
and goes on with its training: on one GPU, on all GPUs of a machine, or on several machines.

It needs Python 3.10 or later with TensorFlow 2.16 or later, which brings Keras 3 and NumPy, and the
files that came with it, in the same folder. \`train.py\` has the same code as a program.${isSaved ? SAVED_TEXT : ""}`;
}

const SAVED_TEXT = `

\`model.keras\` is the trained net alone, of Keras's own layers:
\`keras.models.load_model("model.keras")\` opens it without this notebook.`;

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
  huber: "Huber's loss",
  cosineSimilarity: "1 − cosine",
  categoricalCrossentropy: "categorical cross-entropy",
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

/** Whether Keras itself loads those images; others are in the export. */
export const isInKeras = ({ source }: Pick<DataSpec, "source">): boolean =>
  source === FASHION_MNIST.source;

function imagesText(spec: DataSpec): string {
  if (isInKeras(spec)) return KERAS_TEXT;
  const where =
    spec.source === SYNTHETIC_GARMENTS.source
      ? "The browser had no Fashion-MNIST and trained on garments drawn by code: they are in"
      : `The images of ${spec.title} that the browser trained on are in`;
  return `## The images

${where} \`images.npz\`.
\`split.npz\` says which of them it trained on, and which it kept for validation and for the test.`;
}

const KERAS_TEXT = `## The images

Training and test images are pooled and put in order class by class; \`split.npz\` says which of them
the browser trained on, and which it kept for validation and for the test.`;

const FROM_KERAS = `(train_x, train_y), (test_x, test_y) = keras.datasets.fashion_mnist.load_data()
labels = np.concatenate([train_y, test_y])
order = np.concatenate([np.flatnonzero(labels == c) for c in RUN["classes"]])
pixels = np.concatenate([train_x, test_x])[order]`;

const FROM_FILE = `pixels = np.load("${FILES.images}")["images"]`;

function imagesCode(spec: DataSpec): string {
  const { height, width, channels } = spec;
  return `${isInKeras(spec) ? FROM_KERAS : FROM_FILE}
images = pixels.astype(np.float32).reshape(-1, ${height}, ${width}, ${channels}) / 255.0

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
rebuilt = outputs.reshape(expected["reconstructions"].shape)
difference = np.abs(rebuilt - expected["reconstructions"]).max()
print(f"largest difference from the browser's reconstructions: {difference:.1e}")
assert difference < 1e-3`;

const MACHINES_TEXT = `## Several machines

Put this folder on each of them, and start \`train.py\` on all, each with a \`TF_CONFIG\` that lists
every machine and says which one it is: here the first of two.

    export TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]},
                       "task": {"type": "worker", "index": 0}}'
    python train.py

They train as one: \`batchSize\` is the number of images over all of them.`;
