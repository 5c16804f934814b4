"""Times Keras's `fit` on TensorFlow: `python bench/keras FOLDER`.

The folder is the one that bench/torch takes (src/cli/bench/torch-job.ts), with net.py beside: the net as this
project exports it, and `loss_of`. The net must have as many weights as the job says and, with those, the loss that
the job gives for the first batch. Prints one JSON object: images a second of the fastest round, that loss, the number
of weights, and the versions. It is plain Keras: `compile` and `fit` with their defaults, batches by tf.data.
"""

import contextlib
import json
import linecache
import math
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import tensorflow as tf

# The first epoch traces and compiles.
WARM_UP = 2
# How far the losses may be apart, as a part of the job's: both are sums in single precision.
TOLERANCE = 2e-5


def optimizer_for(options: dict) -> keras.optimizers.Optimizer:
    """The optimiser of a recipe (src/engine/optimizer.ts)."""
    settings = {
        "learning_rate": options["learningRate"],
        "global_clipnorm": options["clipNorm"],
        "weight_decay": options["weightDecay"] or None,
    }
    if options["kind"] == "adam":
        betas = {"beta_1": options["beta1"], "beta_2": options["beta2"]}
        return keras.optimizers.Adam(**settings, **betas, epsilon=options["epsilon"])
    if options["kind"] == "sgd":
        return keras.optimizers.SGD(**settings, momentum=options["momentum"], nesterov=options["nesterov"])
    rest = {name: options[name] for name in ("rho", "momentum", "epsilon", "centered")}
    return keras.optimizers.RMSprop(**settings, **rest)


def load(model: keras.Model, layers: list, values: np.ndarray) -> None:
    start = 0
    for each in layers:
        arrays = []
        for shape in each["shapes"]:
            size = math.prod(shape)
            arrays.append(values[start : start + size].reshape(shape))
            start += size
        model.get_layer(each["name"]).set_weights(arrays)
    if start != len(values):
        sys.exit(f"{len(values)} weights were given, {start} taken.")


def batches(images: np.ndarray, batch: int, flips: bool) -> tf.data.Dataset:
    data = tf.data.Dataset.from_tensor_slices(images).cache().shuffle(len(images))
    data = data.batch(batch, drop_remainder=True)

    def pair(x):
        if flips:
            mirrored = tf.random.uniform([tf.shape(x)[0], 1, 1, 1]) < 0.5
            x = tf.where(mirrored, tf.reverse(x, [2]), x)
        return x, x

    return data.map(pair).prefetch(tf.data.AUTOTUNE)


def main(folder: Path) -> None:
    job = json.loads((folder / "job.json").read_text())
    tf.config.threading.set_intra_op_parallelism_threads(job["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(job["threads"])
    recipe = job["recipe"]
    batch = recipe["batch"]
    shape = (-1, *job["image"])
    pixels = np.fromfile(folder / "images.bin", dtype=np.uint8)
    images = (pixels.astype(np.float32) / 255).reshape(shape)
    # What the notebook, whose code this is, has before the layer that cuts codes off.
    names = {"__name__": "net", "strategy": tf.distribute.get_strategy(), "RUN": {"seed": 1}}
    path = folder / "net.py"
    linecache.cache[str(path)] = (path.stat().st_size, None, path.read_text().splitlines(True), str(path))
    # It prints its summary, and what is printed here is the report.
    with contextlib.redirect_stdout(sys.stderr):
        exec(compile(path.read_text(), str(path), "exec"), names)
    model = names["model"]
    parameters = model.count_params()
    if parameters != job["parameters"]:
        sys.exit(f"{parameters} weights in Keras's net, {job['parameters']} in ours.")
    load(model, job["layers"], np.fromfile(folder / "weights.bin", dtype=np.float32))
    loss_of = names["loss_of"]
    first = images[:batch]
    loss = float(tf.reduce_mean(loss_of(first, model(first, training=False))))
    if not abs(loss - job["loss"]) <= TOLERANCE * abs(job["loss"]):
        sys.exit(f"With the same weights the loss is {loss} in Keras, {job['loss']} in ours.")
    # Keras knows the plain cross-entropy and squared error by name, and takes its own way through them.
    plain = {"binaryCrossentropy": "binary_crossentropy", "meanSquaredError": "mean_squared_error"}
    terms = [(term["term"], term["weight"]) for term in recipe["loss"]]
    chosen = plain.get(terms[0][0]) if len(terms) == 1 and terms[0][1] == 1 else None
    model.compile(optimizer=optimizer_for(recipe["optimizer"]), loss=chosen or loss_of)
    data = batches(images, batch, recipe["flips"])
    model.fit(data, epochs=WARM_UP, verbose=0)
    an_epoch = len(images) // batch * batch
    rates = []
    for _ in range(job["rounds"]):
        start = time.perf_counter()
        model.fit(data, epochs=1, verbose=0)
        elapsed = time.perf_counter() - start
        # Of one call of `fit`, as students call it, of about as long as a round is to be.
        epochs = max(1, round(job["seconds"] / elapsed))
        start = time.perf_counter()
        history = model.fit(data, epochs=epochs, verbose=0)
        rates.append(epochs * an_epoch / (time.perf_counter() - start))
        if not math.isfinite(history.history["loss"][-1]):
            sys.exit("The loss is not a finite number.")
    report = {
        "imagesPerSecond": max(rates),
        "loss": loss,
        "parameters": parameters,
        "version": f"{keras.__version__} on TensorFlow {tf.__version__}",
        "gpu": None,
    }
    print(json.dumps(report))


main(Path(sys.argv[1]))
