/** The notebook's cells: text, and the code that rebuilds the net and goes on with its training. */

import { CLASS_NAMES, type RunConfig } from "../../core/config";
import type { DataSource } from "../../core/dataset";
import type { LossTerm } from "../../core/loss";
import { RECIPES } from "../../core/recipes";
import type { NetGraph } from "../graph";
import { CUSTOM_LAYER_CODE } from "./custom-layers";
import { lossCode } from "./loss";
import { buildModelCode, customLayers } from "./net";
import { dictionary } from "./python";

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
  readonly source: DataSource;
  /** Pixels along an image's side. */
  readonly side: number;
}

const text = (source: string): Cell => ({ kind: "markdown", source });
const code = (source: string): Cell => ({ kind: "code", source });

/** All cells, in order; joined, the code is a program of its own. */
export function notebookCells(input: CellsInput): Cell[] {
  const { graph, config, source, side } = input;
  const { title } = RECIPES[config.preset];
  const custom = customLayers(graph).map((name) => CUSTOM_LAYER_CODE[name]);
  return [
    text(introduction(title, config)),
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
    code(lossCode(config.loss, side)),
    code(EVALUATION),
    text(TRAINING_TEXT),
    code(stepCode(customLayers(graph).includes("NestedDropout"))),
    code(LOOP),
    code(GO_ON),
    text(MACHINES_TEXT),
  ];
}

function introduction(title: string, { latentSize, classes }: RunConfig): string {
  const names = classes.map((id) => CLASS_NAMES[id]).join(", ");
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

const EVALUATION = `def distribute(indices, shuffled=False):
    """Batches of images, dealt out to all replicas."""
    data = tf.data.Dataset.from_tensor_slices(images[indices])
    if shuffled:
        # All machines shuffle alike, each epoch anew: each takes its share of one order.
        data = data.shuffle(len(indices), seed=RUN["seed"], reshuffle_each_iteration=True)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    data = data.batch(RUN["batchSize"]).with_options(options)
    return strategy.experimental_distribute_dataset(data)


@tf.function
def figures_step(batch):
    def on_replica(x):
        outputs = model(x, training=False)
        return tf.reduce_sum(figures_of(x, outputs), axis=0)

    return strategy.reduce("SUM", strategy.run(on_replica, args=(batch,)), axis=None)


def evaluate(part):
    """Means over one part of the split; all machines get the same."""
    sums = sum(figures_step(batch).numpy() for batch in distribute(split[part]))
    return dict(zip(FIGURES, (sums / len(split[part])).tolist()))


print("test", evaluate("test"))`;

const TRAINING_TEXT = `## Going on

The recipe of the run: its learning rates, Adam, weight decay and mirrored images. The order of the
batches is TensorFlow's own. Adam starts with empty moments.`;

const SCHEDULE = `def learning_rate_at(step, steps):
    """The learning rate of a step, counted from 1."""
    peak, schedule = RUN["learningRate"], RUN["schedule"]
    rising = round(RUN["warmup"] * steps)
    low = 1 / 25 if schedule == "oneCycle" else 0.0
    if step <= rising:
        return peak * (low + (1 - low) * step / rising)
    if schedule == "constant":
        return peak
    if schedule == "cosine":
        return peak * (1 + math.cos(math.pi * (step - rising - 1) / (steps - rising))) / 2
    progress = (step - rising) / (steps - rising)
    return peak * (1e-4 + (1 - 1e-4) * (1 + math.cos(math.pi * progress)) / 2)
`;

const ADAM = `BETA_1, BETA_2, EPSILON = 0.9, RUN["beta2"], 1e-7

# All trainable weights as one vector: one sum over all replicas a step.
variables = model.trainable_variables
shapes = [tuple(v.shape) for v in variables]
sizes = [math.prod(shape) for shape in shapes]
# Kernels decay; biases, and batch norm's scales and offsets, do not.
decays = tf.concat([tf.fill([n], float(len(s) > 1)) for n, s in zip(sizes, shapes)], 0)
with strategy.scope():
    m = tf.Variable(tf.zeros([sum(sizes)]), trainable=False)
    v = tf.Variable(tf.zeros([sum(sizes)]), trainable=False)


def flat(tensors):
    return tf.concat([tf.reshape(t, [-1]) for t in tensors], 0)`;

function stepCode(isNested: boolean): string {
  const counting = isNested ? "\n    truncations.assign_add([0, 1])" : "";
  return `${SCHEDULE}


${ADAM}


@tf.function
def train_step(batch, rate, step):${counting}
    def on_replica(x):
        if RUN["flips"]:
            mirrored = tf.random.uniform([tf.shape(x)[0], 1, 1, 1]) < 0.5
            x = tf.where(mirrored, tf.reverse(x, [2]), x)
        count = tf.cast(tf.shape(x)[0], tf.float32)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(loss_of(x, model(x, training=True)))
            penalty = tf.add_n(model.losses) if model.losses else 0.0
            total = loss + penalty * count
        return flat(tape.gradient(total, variables)), total, count

    gradient, total, count = (
        strategy.reduce("SUM", each, axis=None)
        for each in strategy.run(on_replica, args=(batch,))
    )
    gradient /= count
    if RUN["clipNorm"] is not None:
        gradient = tf.clip_by_norm(gradient, RUN["clipNorm"])
    m.assign(BETA_1 * m + (1 - BETA_1) * gradient)
    v.assign(BETA_2 * v + (1 - BETA_2) * tf.square(gradient))
    alpha = rate * tf.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
    weights = flat(variables) * (1 - rate * RUN["weightDecay"] * decays)
    weights -= alpha * m / (tf.sqrt(v) + EPSILON)
    for variable, piece, shape in zip(variables, tf.split(weights, sizes), shapes):
        variable.assign(tf.reshape(piece, shape))
    return total / count`;
}

const LOOP = `MONITORS = {"validationLoss": "loss", "ssimWriteup": "ssim_writeup", "ssim": "ssim", "mse": "mse"}


def train(epochs):
    """Trains on; keeps the best weights where the recipe does, else the last."""
    steps = math.ceil(len(split["train"]) / RUN["batchSize"]) * epochs
    batches = distribute(split["train"], shuffled=True)
    monitor = MONITORS[RUN["monitor"]]
    sign = -1 if monitor.startswith("ssim") else 1
    step, best, best_epoch, best_weights = 0, math.inf, 0, None
    for epoch in range(1, epochs + 1):
        begun, losses = time.time(), []
        for batch in batches:
            step += 1
            rate = learning_rate_at(step, steps)
            losses.append(train_step(batch, tf.constant(rate, tf.float32), tf.constant(float(step))))
        found = evaluate("validation")
        shown = ", ".join(f"{name} {value:.4f}" for name, value in found.items())
        seconds = time.time() - begun
        print(f"epoch {epoch}: training loss {np.mean(losses):.4f}; validation {shown}; {seconds:.1f} s")
        if sign * found[monitor] < best:
            best, best_epoch = sign * found[monitor], epoch
            if RUN["restoreBest"]:
                best_weights = model.get_weights()
        if RUN["patience"] is not None and epoch - best_epoch >= RUN["patience"]:
            break
    if best_weights is not None:
        model.set_weights(best_weights)`;

const GO_ON = `MORE_EPOCHS = 5

train(MORE_EPOCHS)
print("test", evaluate("test"))
# Each machine writes a file of its own.
task = os.environ.get("TF_CONFIG") and strategy.cluster_resolver.task_id
model.save("trained.keras" if not task else f"trained-{task}.keras")`;

const MACHINES_TEXT = `## Several machines

Put this folder on each of them, and start \`train.py\` on all, each with a \`TF_CONFIG\` that lists
every machine and says which one it is: here the first of two.

    export TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:2222", "10.0.0.2:2222"]},
                       "task": {"type": "worker", "index": 0}}'
    python train.py

They train as one: \`batchSize\` is the number of images over all of them.`;
