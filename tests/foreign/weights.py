"""`python weights.py A.keras B.keras`: prints the largest difference between any two of their weights."""

import io
import sys
import zipfile

import h5py
import numpy as np


def weights(path):
    with zipfile.ZipFile(path) as file:
        content = io.BytesIO(file.read("model.weights.h5"))
    found = {}
    with h5py.File(content) as tree:
        tree.visititems(lambda name, each: found.update({name: np.asarray(each)} if hasattr(each, "dtype") else {}))
    return found


first, second = map(weights, sys.argv[1:])
assert first.keys() == second.keys() and len(first) > 0
print(max(float(np.abs(first[name] - second[name]).max()) for name in first))
