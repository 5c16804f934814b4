/**
 * Real images that Debian's packages have: scikit-learn's digits, scikit-image's faces, and patches of the
 * photographs of both. Each is read as somebody's own, trained on to the end, and set beside PCA.
 */

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unpackPackage } from "../../src/cli/dataset/debian";
import { decodePicture } from "../../src/cli/dataset/decode";
import { runImages, runTask } from "../../src/cli/run";
import { configFor } from "../../src/config/recipes";
import type { Dataset } from "../../src/datasets/dataset";
import { openData } from "../../src/datasets/formats";
import { inMemory } from "../../src/datasets/formats/input";
import { npyFile } from "../../src/export/npy";
import { createRng } from "../../src/math/rng";
import { RunControl } from "../../src/training/control";

const PACKAGES = "usr/lib/python3/dist-packages";
const FILES = {
  "python3-sklearn": "sklearn/datasets",
  "python3-skimage": "skimage/data",
} as const;

/** Where each package's files are; null, with the reason, where they cannot be had. */
const folders = new Map<string, string>();
let unpacked = "";
let missing: string | null = null;
beforeAll(async () => {
  unpacked = await mkdtemp(join(tmpdir(), "latent-loom-real-"));
  for (const [name, path] of Object.entries(FILES)) {
    const installed = join("/", PACKAGES, path);
    folders.set(name, existsSync(installed) ? installed : join(unpacked, PACKAGES, path));
    if (existsSync(installed)) continue;
    await unpackPackage(name, unpacked).catch((error: unknown) => {
      missing = `${name}: ${error instanceof Error ? error.message : error}`;
    });
  }
});
afterAll(() => rm(unpacked, { recursive: true }));

const bytesOf = async (name: keyof typeof FILES, file: string) =>
  new Uint8Array(await readFile(join(folders.get(name)!, file)));

async function read(file: string, bytes: Uint8Array<ArrayBuffer>): Promise<Dataset> {
  const brought = { files: [inMemory(file, bytes)], beside: [], choices: {} };
  const opened = await openData(brought, { decode: decodePicture });
  return opened.read(file);
}

const SIDE = 32;
const PHOTOGRAPHS = [
  ["python3-skimage", "astronaut.png"],
  ["python3-skimage", "chelsea.png"],
  ["python3-skimage", "coffee.png"],
  ["python3-sklearn", "images/china.jpg"],
  ["python3-sklearn", "images/flower.jpg"],
] as const;
/** Of each photograph. */
const PATCHES = 200;

/** Places drawn at random, in a NumPy array of N×32×32×3. */
async function patches(): Promise<Uint8Array<ArrayBuffer>> {
  const rng = createRng(0, "patches");
  const row = 3 * SIDE;
  const values = new Uint8Array(PHOTOGRAPHS.length * PATCHES * SIDE * row);
  let at = 0;
  for (const [name, file] of PHOTOGRAPHS) {
    const { height, width, rgba } = await decodePicture(await bytesOf(name, file));
    for (let patch = 0; patch < PATCHES; patch++) {
      const [top, left] = [rng.int(height - SIDE + 1), rng.int(width - SIDE + 1)];
      for (let y = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++) {
          const from = 4 * ((top + y) * width + left + x);
          values.set(rgba.subarray(from, from + 3), at);
          at += 3;
        }
      }
    }
  }
  const shape = [PHOTOGRAPHS.length * PATCHES, SIDE, SIDE, 3];
  return new Uint8Array(npyFile({ shape, values }));
}

/** A third of the recipe's epochs: seconds each on two cores, and ahead of PCA by twice what is asked for. */
const SETS = [
  {
    name: "digits",
    shape: [8, 8, 1, 1797, 10],
    latentSize: 16,
    epochs: 5,
    ahead: 0.004,
    data: async () => read("digits.csv.gz", await bytesOf("python3-sklearn", "data/digits.csv.gz")),
  },
  {
    name: "faces",
    shape: [25, 25, 1, 200, 1],
    latentSize: 16,
    epochs: 5,
    ahead: 0.004,
    data: async () => read("lfw_subset.npy", await bytesOf("python3-skimage", "lfw_subset.npy")),
  },
  {
    name: "colour patches",
    shape: [SIDE, SIDE, 3, 1000, 1],
    latentSize: 32,
    epochs: 4,
    ahead: 0.006,
    data: async () => read("patches.npy", await patches()),
  },
] as const;

it.for(SETS)("$name: loom beats PCA", async (set, { skip }) => {
  // Whoever runs it by hand may be without a network; a check of every change must not be.
  if (missing !== null && !process.env.CI) return skip(missing);
  const dataset = await set.data();
  const { spec, count } = dataset;
  const { height, width, channels, classNames, id } = spec;
  expect([height, width, channels, count, classNames.length]).toEqual(set.shape);
  const { latentSize, epochs } = set;
  const config = configFor("loom", {
    data: id,
    classes: dataset.classes,
    latentSize,
    epochs,
    device: "wasm",
  });
  const images = await runImages(async () => ({ dataset, note: "" }))(config);
  const control = new RunControl(false);
  const { test, pca } = await runTask({ config, images, control, progress: () => {} });
  expect(test.ssimWriteup - pca.ssimWriteup).toBeGreaterThan(set.ahead);
});
