/** Arrays of a model's layers, found in its file by the file's own naming. */

import type { ImportProblem } from "../problems";
import type { TopologyPart } from "../topology";
import { hasArrays, storedKinds } from "./arrays";
import { type Hdf5, joined, type StoredArray } from "./hdf5";

/** By the layer's name in the topology: its arrays in Keras's order. */
export type StoredArrays = ReadonlyMap<string, readonly StoredArray[]>;

const NOT_THERE =
  "its weights are not in the file: save the model again, once it is built and trained";

/**
 * Arrays of `model.weights.h5`: groups are called by class and order (`conv2d`, `conv2d_1`), whatever the
 * layers are called, and models have theirs in a group of their own.
 */
export function arraysByClass(
  file: Hdf5,
  parts: readonly TopologyPart[],
  problems: ImportProblem[],
): StoredArrays {
  const found = new Map<string, readonly StoredArray[]>();
  const visit = (inModel: readonly TopologyPart[], path: string): void => {
    const names = file.groupsIn(path);
    // Keras 2.12 to 2.15, which write this format too, keep a model's layers elsewhere.
    const folder = LAYER_FOLDERS.find((each) => names.includes(each)) ?? LAYER_FOLDERS[0];
    const at = joined(path, folder);
    const groups = file.groupsIn(at);
    const used = new Map<string, number>();
    for (const part of inModel) {
      if (!hasArrays(part)) continue;
      const { name, className, parts: inner } = part;
      const word = snakeCase(className);
      const place = used.get(word) ?? 0;
      used.set(word, place + 1);
      const group = ofClass(groups, word).filter(
        (each) => file.arraysIn(joined(at, each)).length > 0,
      )[place];
      if (group === undefined) problems.push({ layer: name, className, why: NOT_THERE });
      else if (inner) visit(inner, joined(at, group));
      else found.set(name, ofLayer(file, joined(at, group), part, problems));
    }
  };
  visit(parts, "");
  return found;
}

const LAYER_FOLDERS = ["layers", "_layer_checkpoint_dependencies"] as const;

/** In the order of their numbers: "dense", "dense_1", "dense_2". */
function ofClass(groups: readonly string[], word: string): readonly string[] {
  const number = (group: string) => Number(group.slice(word.length + 1) || 0);
  return groups
    .filter((group) => group.startsWith(word) && /^(_\d+)?$/.test(group.slice(word.length)))
    .sort((a, b) => number(a) - number(b));
}

/** "conv2d_transpose" of Conv2DTranspose, as Keras has it. */
function snakeCase(className: string): string {
  return className
    .replace(/^.*>/, "")
    .replaceAll(/\W+/g, "")
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

function ofLayer(
  file: Hdf5,
  group: string,
  part: TopologyPart,
  problems: ImportProblem[],
): readonly StoredArray[] {
  const wanted = storedKinds(part).length;
  const arrays = Array.from({ length: wanted }, (_, i) => joined(group, `vars/${i}`));
  if (arrays.every((path) => file.has(path)) && !file.has(joined(group, `vars/${wanted}`))) {
    return arrays.map((path) => file.array(path));
  }
  const { name, className } = part;
  const count = file.arraysIn(joined(group, "vars")).length;
  problems.push({ layer: name, className, why: countWords(wanted, count) });
  return [];
}

const countWords = (wanted: number, found: number): string =>
  `it has ${wanted} arrays by the file's config, and ${found} among the file's weights: they are not of one model, or were changed (LoRA, quantising); save the plain model again`;

/**
 * Arrays of `.h5` files: a group for each of the model's layers, by its name, which lists its arrays; of a model
 * within the model all of its layers' together, first those that are trained.
 */
export function arraysByName(
  file: Hdf5,
  parts: readonly TopologyPart[],
  problems: ImportProblem[],
): StoredArrays {
  const found = new Map<string, StoredArray[]>();
  for (const part of parts) {
    if (!hasArrays(part)) continue;
    const { name, className } = part;
    const group = joined(MODEL_WEIGHTS, name);
    const names = listedNames(file, group);
    const wanted = [...arraysIn(part, false), ...arraysIn(part, true)];
    if (names.length === 0) problems.push({ layer: name, className, why: NOT_THERE });
    else if (names.length !== wanted.length) {
      problems.push({ layer: name, className, why: countWords(wanted.length, names.length) });
    } else if (!names.every((each, i) => isCalled(each, wanted[i]!.array))) {
      const why = `its arrays are ${names.join(", ")}, in another order than Keras's: save the model again, as .keras`;
      problems.push({ layer: name, className, why });
    } else {
      // By layer, each in the layer's own order: moving averages come behind what is trained.
      for (const [i, { layer }] of wanted.entries()) {
        const arrays = found.get(layer) ?? [];
        arrays.push(file.array(joined(group, names[i]!)));
        found.set(layer, arrays);
      }
    }
  }
  return found;
}

export const MODEL_WEIGHTS = "model_weights";

/** One array of a layer, by the names that both have. */
export interface TrainedArray {
  readonly layer: string;
  readonly array: string;
}

/** All arrays that a model's optimiser changes, in its order. */
export const trainedIn = (parts: readonly TopologyPart[]): readonly TrainedArray[] =>
  parts.flatMap((part) => arraysIn(part, false));

/** Those that are not trained, because they never are or their layer is frozen, or those that are. */
function arraysIn(
  part: TopologyPart,
  isStill: boolean,
  isWithinStill = false,
): readonly TrainedArray[] {
  const isFrozen = isWithinStill || part.config.trainable === false;
  if (part.parts) return part.parts.flatMap((each) => arraysIn(each, isStill, isFrozen));
  return storedKinds(part)
    .filter(({ isMoving = false }) => (isMoving || isFrozen) === isStill)
    .map(({ name }) => ({ layer: part.name, array: name }));
}

/** "conv2d/kernel:0" is a kernel; depthwise kernels have been called both ways. */
const isCalled = (name: string, array: string): boolean =>
  (name.replace(/:\d+$/, "").split("/").at(-1) ?? "").endsWith(array);

/** A list of texts, which long ones have in several attributes: weight_names0, weight_names1, … */
export function listedNames(
  file: Hdf5,
  group: string,
  attribute = "weight_names",
): readonly string[] {
  const texts = (value: unknown) =>
    (Array.isArray(value) ? value : []).map((each) => String(each).replace(/\0+$/, ""));
  const whole = file.attribute(group, attribute);
  if (whole !== undefined) return texts(whole);
  const all: string[] = [];
  for (let i = 0; ; i++) {
    const some = file.attribute(group, `${attribute}${i}`);
    if (some === undefined) return all;
    all.push(...texts(some));
  }
}
