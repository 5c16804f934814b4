import { expect, test } from "vitest";
import { labelsAddress } from "../../../src/worker/own-data/address";

test.each([
  [
    "https://host.org/set/train-images-idx3-ubyte.gz",
    "https://host.org/set/train-labels-idx1-ubyte.gz",
  ],
  [
    "https://host.org/t10k-images.idx3-ubyte?raw=true",
    "https://host.org/t10k-labels.idx1-ubyte?raw=true",
  ],
  [
    "https://images.org/images/emnist-letters-train-images-idx3-ubyte",
    "https://images.org/images/emnist-letters-train-labels-idx1-ubyte",
  ],
  ["/own/Train_Images.IDX4", "/own/Train_Labels.IDX1"],
  ["https://host.org/images.zip", null],
  ["https://host.org/train-labels-idx1-ubyte", null],
  ["https://host.org/images-idx3/photos.npz", null],
])("labels of %s", (images, labels) => {
  expect(labelsAddress(images)).toBe(labels);
});
