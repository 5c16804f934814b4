/** What an optimiser has kept of its steps, found in a model's file: Adam's two moments, or one of SGD or RMSprop. */

import type { RunConfig } from "../../config/config";
import type { TopologyPart } from "../topology";
import { type Hdf5, joined, type StoredArray } from "./hdf5";
import { listedNames, type TrainedArray, trainedIn } from "./stored";

type Optimizer = RunConfig["optimizer"];

export interface StoredMoments {
  /** Steps that were taken. */
  readonly steps: number;
  /** By the layer's name in the topology and its array: the mean of gradients or the momentum, and of their squares. */
  readonly m: ReadonlyMap<string, StoredArray>;
  readonly v: ReadonlyMap<string, StoredArray>;
}

/** What an array of a layer is found by. */
export const momentKey = ({ layer, array }: TrainedArray): string => `${layer} ${array}`;

const OPTIMIZER = "optimizer_weights";

/**
 * Null where the file has none, or others than of those layers.
 *
 * Behind the number of steps, and other single numbers, both moments of each array stand side by side, or before
 * Keras 2.11 the first ones of all arrays and then the second ones.
 * @throws Hdf5Error
 */
export function storedMoments(
  file: Hdf5,
  parts: readonly TopologyPart[],
  optimizer: Optimizer,
): StoredMoments | null {
  const paths = file.has("optimizer/vars/0") ? numbered(file) : named(file);
  const arrays = paths.map((path) => ({ path, ...file.array(path) }));
  const [steps, ...others] = arrays;
  const kept = others.filter(({ shape }) => shape.length > 0);
  const trained = trainedIn(parts);
  if (!steps || steps.shape.length > 0 || kept.length === 0) return null;
  const apart = optimizer === "adam" ? pairs(kept) : kept.map((each) => [each]);
  const isWhole = apart.length === trained.length;
  if (!isWhole || !apart.flat().every(({ values }) => values.every(Number.isFinite))) return null;
  const of = (place: 0 | 1) =>
    new Map(
      trained.flatMap((each, i) => {
        const array = apart[i]?.[place];
        return array ? [[momentKey(each), array] as const] : [];
      }),
    );
  const [first, second] = [of(0), of(1)];
  const m = optimizer === "rmsprop" ? second : first;
  const v = optimizer === "rmsprop" ? first : second;
  return { steps: steps.values[0] ?? 0, m, v };
}

type Named = StoredArray & { readonly path: string };

function pairs(kept: readonly Named[]): readonly (readonly Named[])[] {
  const half = kept.length / 2;
  const isApart = /\/m(:\d+)?$/.test(kept[1]?.path ?? "");
  return Array.from({ length: half }, (_, i) =>
    isApart ? [kept[i]!, kept[half + i]!] : [kept[2 * i]!, kept[2 * i + 1]!],
  );
}

function numbered(file: Hdf5): readonly string[] {
  const count = file.arraysIn("optimizer/vars").length;
  return Array.from({ length: count }, (_, i) => `optimizer/vars/${i}`);
}

const named = (file: Hdf5): readonly string[] =>
  listedNames(file, OPTIMIZER).map((name) => joined(OPTIMIZER, name));
