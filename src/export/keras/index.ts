/** A net and its run for Keras: a notebook, the same as a program, and arrays for NumPy. */

import type { RunConfig } from "../../config/config";
import type { Dataset, Split } from "../../datasets/dataset";
import { pickImages } from "../../math/image-set";
import { type ExportFile, jsonFile, textFile } from "../files";
import type { NetGraph } from "../graph";
import { type NumpyArray, npzFile } from "../npy";
import { FILES, isInKeras, notebookCells } from "./cells";
import { notebook, program } from "./notebook";
import { savedModel } from "./saved";

/** Test images whose reconstructions are included, to check the rebuilt net by. */
const EXPECTED_IMAGES = 8;

export interface KerasInput {
  readonly graph: NetGraph;
  readonly config: RunConfig;
  readonly dataset: Dataset;
  readonly split: Split;
  /** The net's outputs for images of the dataset, one after another. */
  readonly reconstruct: (indices: Uint32Array) => Promise<Float32Array>;
}

/** @throws ExportError naming a layer that the Keras code has no form of */
export async function kerasFiles(input: KerasInput): Promise<ExportFile[]> {
  const { graph, config, dataset, split, reconstruct } = input;
  const saved = await savedModel(graph);
  const cells = notebookCells({
    graph,
    config,
    spec: dataset.spec,
    isSaved: saved !== null,
  });
  const indices = split.test.slice(0, EXPECTED_IMAGES);
  const shape = [indices.length, ...axesOf(dataset)];
  const arrays = {
    [FILES.weights]: weightArrays(graph),
    [FILES.split]: {
      train: list(split.train),
      validation: list(split.validation),
      test: list(split.test),
    },
    [FILES.expected]: {
      indices: list(indices),
      images: { shape, values: pickImages(dataset, indices) },
      reconstructions: { shape, values: await reconstruct(indices) },
    },
    ...(isInKeras(dataset.spec) ? {} : { [FILES.images]: { images: allImages(dataset) } }),
  };
  return [
    ...(saved ? [{ path: "model.keras", bytes: saved }] : []),
    jsonFile("latent-loom.ipynb", notebook(cells)),
    textFile("train.py", program(cells)),
    ...Object.entries(arrays).map(([path, named]) => ({ path, bytes: npzFile(named) })),
  ];
}

/** "latent.0" is the first array of the layer latent, its kernel. */
function weightArrays({ layers }: NetGraph): Record<string, NumpyArray> {
  return Object.fromEntries(
    layers.flatMap(({ name, weights }) =>
      weights.map((weight, index) => [`${name}.${index}`, weight] as const),
    ),
  );
}

const list = (values: Uint32Array): NumpyArray => ({ shape: [values.length], values });

/** Of one image as arrays have it: grey ones have none for their channel. */
const axesOf = ({ shape: { height, width, channels } }: Dataset): readonly number[] =>
  channels === 1 ? [height, width] : [height, width, channels];

function allImages(dataset: Dataset): NumpyArray {
  return { shape: [dataset.count, ...axesOf(dataset)], values: dataset.images };
}
