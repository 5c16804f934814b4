"""Data sets as Python reads and writes them.

`python data.py FOLDER` reads what lies in FOLDER/ours, and writes the same images into FOLDER/theirs in
every format. It prints, for each of the files in ours, the SHA-256 of its images and labels in order.
"""

import csv
import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

folder = sys.argv[1]
ours = os.path.join(folder, "ours")
theirs = os.path.join(folder, "theirs")
os.makedirs(theirs, exist_ok=True)


def digest(images, labels):
    images = np.ascontiguousarray(images, np.uint8)
    return hashlib.sha256(images.tobytes() + bytes(int(label) for label in labels)).hexdigest()


def idx(data):
    sizes = np.frombuffer(data, ">u4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes)


def read(name):
    return open(os.path.join(ours, name), "rb").read()


def picture(data):
    return np.asarray(Image.open(io.BytesIO(data)))


def read_idx():
    return idx(read("images.idx")), idx(gzip.decompress(read("labels.idx.gz")))


def read_npz():
    arrays = np.load(os.path.join(ours, "set.npz"))
    return arrays["x_train"], arrays["y_train"]


def read_csv():
    rows = list(csv.reader(io.TextIOWrapper(gzip.open(os.path.join(ours, "set.csv.gz")))))[1:]
    return [row[1:] for row in rows], [row[0] for row in rows]


def read_parquet():
    rows = pq.read_table(os.path.join(ours, "set.parquet")).to_pylist()
    return [picture(row["image"]) for row in rows], [row["label"] for row in rows]


def read_zip():
    archive = zipfile.ZipFile(os.path.join(ours, "set.zip"))
    assert archive.testzip() is None
    names = sorted(archive.namelist(), key=lambda name: int(os.path.basename(name)[:-4]))
    return [picture(archive.read(name)) for name in names], [name.split("/")[-2] for name in names]


readers = {
    "idx": read_idx,
    "npz": read_npz,
    "csv": read_csv,
    "parquet": read_parquet,
    "zip": read_zip,
}
print(json.dumps({name: digest(*reader()) for name, reader in readers.items()}))

grey, labels = read_idx()
labels = labels.astype(np.int64)
# Tables have square images alone.
flat = grey[:, :10, :10].reshape(len(grey), -1)
colour = np.stack([grey, 255 - grey, grey // 2], axis=-1)


def path(*names):
    full = os.path.join(theirs, *names)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def encoded(image, kind, **options):
    data = io.BytesIO()
    Image.fromarray(image).save(data, kind, **options)
    return data.getvalue()


np.savez_compressed(path("bytes.npz"), images=grey, labels=labels)
np.savez(path("halves.npz"), x_train=(grey / 255).astype(np.float16), y_train=labels.astype(np.int8))
np.savez(path("big-endian.npz"), arr_0=grey.astype(">i4"), arr_1=labels.astype(">u2"))
np.savez(path("minus-one.npz"), x=(grey / 127.5 - 1).astype(np.float32), y=labels.astype("U1"))
np.savez(path("doubles.npz"), data=flat / 255, target=labels)
np.savez(path("colour-planes.npz"), x=np.moveaxis(colour, -1, 1), y=labels)
with gzip.open(path("table.csv.gz"), "wt") as file:
    np.savetxt(file, np.column_stack([flat / 255, labels]), "%.6g", ",")
for kind, codec in [("snappy", "snappy"), ("zstd", "zstd"), ("gzip", "gzip"), ("brotli", "brotli")]:
    struct = [{"bytes": encoded(image, "PNG"), "path": f"{i}.png"} for i, image in enumerate(colour)]
    table = pa.table({"image": struct, "label": labels})
    words = {"info": {"features": {"label": {"_type": "ClassLabel", "names": ["0", "1", "2"]}}}}
    table = table.replace_schema_metadata({"huggingface": json.dumps(words)})
    pq.write_table(table, path(f"{kind}.parquet"), compression=codec, row_group_size=40)
with zipfile.ZipFile(path("pictures.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
    for i, (image, label) in enumerate(zip(colour, labels)):
        archive.writestr(f"set/{label}/{i:03}.png", encoded(image, "PNG"))
with zipfile.ZipFile(path("many.zip"), "w") as archive:
    # More files than a zip's old list can count.
    for i, (image, label) in enumerate(zip(colour, labels)):
        archive.writestr(f"set/{label}/{i:03}.webp", encoded(image, "WEBP", lossless=True))
    for i in range(66_000):
        archive.writestr(f"set/.hidden/{i}", b"")
with tarfile.open(path("cifar.tar.gz"), "w:gz") as archive:
    wide = np.zeros((len(colour), 3, 32, 32), np.uint8)
    wide[:, :, : colour.shape[1], : colour.shape[2]] = np.moveaxis(colour, -1, 1)
    records = np.column_stack([labels.astype(np.uint8), wide.reshape(len(wide), -1)]).tobytes()
    entry = tarfile.TarInfo("cifar-10-batches-bin/data_batch_1.bin")
    entry.size = len(records)
    archive.addfile(entry, io.BytesIO(records))
columns = 11
rows = -(-len(grey) // columns)
sheet = np.zeros((rows * grey.shape[1], columns * grey.shape[2]), np.uint8)
for i, image in enumerate(grey):
    y, x = i // columns * grey.shape[1], i % columns * grey.shape[2]
    sheet[y : y + grey.shape[1], x : x + grey.shape[2]] = image
Image.fromarray(sheet).save(path("sheet.png"))
for mode in ["1", "L", "LA", "P", "I;16"]:
    plain = Image.fromarray(np.where(grey[0] > 127, 255, 0).astype(np.uint8))
    deep = Image.fromarray(np.asarray(plain).astype(np.uint16) * 257)
    image = deep if mode == "I;16" else plain.convert(mode)
    image.save(path("modes", f"{mode.replace(';', '')}.png"))
plain.save(path("modes", "gif.gif"))
