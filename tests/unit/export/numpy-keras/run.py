"""Runs a notebook's code up to its training; prints what it found as JSON on the last line.

`python3 run.py NOTEBOOK`: in the notebook's folder, with this one on PYTHONPATH.
"""

import json
import sys

import numpy as np
import tensorflow as tf

cells = json.load(open(sys.argv[1], encoding="utf-8"))["cells"]
code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
# The last two train: the loop, and its call.
names = {}
for source in code[:-2]:
    exec(compile(source, sys.argv[1], "exec"), names)

found = {
    "difference": float(names["difference"]),
    "test": names["evaluate"]("test"),
    "rates": [names["learning_rate_at"](step, 40) for step in range(1, 41)],
}

# Adam, on gradients that the test makes as well: in each array the sine of the place, a step
# further each time.
variables = names["variables"]
for step in (1, 2, 3):
    # The step divides sums by the number of images.
    tf.GradientTape.given.append(
        [2 * np.sin(np.arange(v.size) + step).reshape(v.shape) for v in variables]
    )
for index, v in enumerate(variables):
    variables[index] = tf.Variable(v)
names["RUN"]["flips"] = False
for step in (1.0, 2.0, 3.0):
    names["train_step"](names["images"][:2], 0.01, step)
layers = names["model"].layers_in_order
keys = [f"{layer.name}.{i}" for layer in layers for i in range(len(layer.values))]
found["weights"] = {key: np.ravel(v)[:3].tolist() for key, v in zip(keys, variables)}
print(json.dumps(found))
