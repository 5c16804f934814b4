"""Runs exported nets in the programs that they are for, and writes what came of it.

`python run.py FOLDER`: each folder in it has what `nets.ts` writes of a net. The notebook's cells run
as they stand, up to the training and through it; in between, single steps are set beside the ones that
the exporting project took. The answer is found.json, by net.
"""

import json
import linecache
import os
import sys
import traceback

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import onnxruntime
import tensorflow as tf


class Notebook:
    """A notebook of the current folder, whose cells run in one namespace."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            cells = json.load(file)["cells"]
        self.code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        self.names = {"__name__": "__main__"}

    def place(self, words):
        (index,) = (i for i, source in enumerate(self.code) if words in source)
        return index

    def run(self, index):
        name = os.path.join(os.getcwd(), f"cell-{index}.py")
        source = self.code[index]
        # As in Jupyter: TensorFlow reads the source of the functions that it traces.
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        exec(compile(source, name, "exec"), self.names)


def apart(found, expected):
    """The largest difference, in parts of the largest value."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    return float(np.abs(found - expected).max() / max(1e-30, np.abs(expected).max()))


def keys_of(model):
    """ "latent.0" for the first array of the layer latent, by variable."""
    return {id(v): f"{layer.name}.{i}" for layer in model.layers for i, v in enumerate(layer.weights)}


def moments(names):
    """Adam's first moments by array."""
    keys = keys_of(names["model"])
    pieces = np.split(names["m"].numpy(), np.cumsum(names["sizes"])[:-1])
    variables = zip(names["variables"], pieces, names["shapes"])
    return {keys[id(v)]: piece.reshape(shape) for v, piece, shape in variables}


def one_step(notebook, step):
    """A real step with the masks and truncations that the other project drew; nothing is learnt."""
    names = notebook.names
    model, flips = names["model"], names["RUN"]["flips"]
    names["RUN"]["flips"] = False
    changed = []
    for layer in model.layers:
        if f"mask:{layer.name}" in step:
            mask = tf.constant(step[f"mask:{layer.name}"])
            layer.call = lambda x, training=None, mask=mask: x * mask
            changed.append((layer, "call"))
        elif type(layer).__name__ == "NestedDropout":
            kept = tf.constant(step["truncations"][:, None].astype(np.float32))
            layer.draw = lambda images, size, kept=kept: kept
            changed.append((layer, "draw"))
    names["train_step"](tf.constant(names["images"][step["indices"]]), tf.constant(0.0), tf.constant(1.0))
    for layer, name in changed:
        delattr(layer, name)
    names["RUN"]["flips"] = flips
    found = moments(names)
    gradients = {key: apart(found[key], step[f"m:{key}"]) for key in found}
    weights = {keys_of(model)[id(v)]: np.asarray(v) for v in model.weights}
    after = {key: apart(weights[key], step[f"after:{key}"]) for key in weights}
    assert {f"m:{key}" for key in gradients} == {key for key in step if key.startswith("m:")}
    return {"gradients": gradients, "after": after}


def adam(notebook, expected):
    """Three steps on given gradients: in each array the sine of the place, a step further each time."""
    names = notebook.names
    step = tf.Variable(0.0)
    variables = names["variables"]
    sines = [tf.reshape(tf.range(v.shape.num_elements(), dtype=tf.float32), v.shape) for v in variables]
    loss_of = names["loss_of"]

    def with_gradients(images, outputs):
        each = (tf.reduce_sum(v * tf.sin(places + step)) for v, places in zip(variables, sines))
        # The step takes the mean over the images, and adds the penalties.
        penalties = names["model"].losses
        return tf.fill([tf.shape(images)[0]], tf.add_n([*each, *(-loss for loss in penalties)]))

    names["loss_of"] = with_gradients
    for number in (1.0, 2.0, 3.0):
        step.assign(number)
        batch = tf.constant(names["images"][:2])
        names["train_step"](batch, tf.constant(0.01), tf.constant(number))
    names["loss_of"] = loss_of
    keys = keys_of(names["model"])
    return {
        keys[id(v)]: float(np.abs(np.asarray(v) - expected[f"adam:{keys[id(v)]}"]).max())
        for v in variables
    }


def learning_rates(names):
    """By schedule and warm-up, of 40 steps."""
    run = dict(names["RUN"])
    rates = {}
    for schedule in ("constant", "cosine", "oneCycle"):
        for warmup in (0.0, 0.25):
            names["RUN"].update(schedule=schedule, warmup=warmup)
            steps = [names["learning_rate_at"](step, 40) for step in range(1, 41)]
            rates[f"{schedule} {warmup}"] = steps
    names["RUN"].update(run)
    return rates


def truncations(names, size):
    """How often of 200,000 draws each number of a code of that size is the last kept."""
    for layer in names["model"].layers:
        if type(layer).__name__ == "NestedDropout":
            drawn = layer.draw(200_000, size).numpy().astype(int).ravel()
            return np.bincount(drawn, minlength=size + 1).tolist()
    return None


def run_saved():
    """model.keras as it is, without a class of the notebook's; None where there is none."""
    if not os.path.exists("model.keras"):
        return None
    expected = dict(np.load("expected.npz"))
    model = keras.models.load_model("model.keras")
    assert all(type(layer).__module__.startswith("keras.") for layer in model.layers)
    images = expected["images"].astype(np.float32).reshape(-1, *model.input_shape[1:]) / 255.0
    outputs = np.asarray(model(images, training=False))
    return apart(outputs.reshape(expected["reconstructions"].shape), expected["reconstructions"])


def run_keras():
    """Everything that the notebook does, and its parts beside the other project's."""
    step = dict(np.load("step.npz"))
    data = dict(np.load("fashion.npz"))
    keras.datasets.fashion_mnist.load_data = lambda: (
        (data["train_x"], data["train_y"]),
        (data["test_x"], data["test_y"]),
    )
    notebook = Notebook("latent-loom.ipynb")
    names = notebook.names
    stepping, looping = notebook.place("def train_step"), notebook.place("def train(")
    going_on = notebook.place("MORE_EPOCHS = ")
    for index in range(stepping + 1):
        notebook.run(index)

    def anew():
        """The exported weights, and an Adam that has taken no step."""
        names["load_weights"](names["model"])
        notebook.run(stepping)

    found = {
        "difference": float(names["difference"]),
        "test": names["evaluate"]("test"),
        "rates": learning_rates(names),
        "truncations": truncations(names, 256),
        "json": names["model"].to_json(),
    }
    if "indices" in step:
        found |= one_step(notebook, step)
        anew()
        found["adam"] = adam(notebook, step)
        anew()
    train_step, found["losses"] = names["train_step"], []

    def told(batch, rate, step):
        loss = train_step(batch, rate, step)
        found["losses"].append(float(loss))
        return loss

    names["train_step"] = told
    notebook.run(looping)
    notebook.run(going_on)
    batch = names["images"][:4]
    saved = keras.models.load_model("trained.keras")
    found["saved"] = apart(saved(batch), names["model"](batch))
    return found


def run_onnx():
    """Each file's outputs beside the other project's."""
    given = dict(np.load("onnx.npz"))

    def outputs(file, name, values):
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        return session.run(None, {name: values})[0]

    found = {"whole": apart(outputs("autoencoder.onnx", "image", given["images"]), given["outputs"])}
    if "codes" in given:
        codes = outputs("encoder.onnx", "image", given["images"])
        found["codes"] = apart(codes, given["codes"])
        found["halves"] = apart(outputs("decoder.onnx", "code", codes), given["outputs"])
    return found


def attempt(part):
    try:
        return part()
    except Exception:
        return {"error": traceback.format_exc()}


def main(folder):
    found = {}
    for net in sorted(os.listdir(folder)):
        os.chdir(os.path.join(folder, net))
        print(net, file=sys.stderr, flush=True)
        found[net] = {
            "opened": attempt(run_saved),
            "keras": attempt(run_keras),
            "onnx": attempt(run_onnx),
        }
        keras.utils.clear_session()
    versions = {each.__name__: each.__version__ for each in (tf, keras, np, onnxruntime)}
    with open(os.path.join(folder, "..", "found.json"), "w", encoding="utf-8") as file:
        json.dump({"versions": versions, "nets": found}, file)


main(os.path.abspath(sys.argv[1]))
