/** Data sets that somebody brought: what is known of one beside its images, and how it is changed. */

import { type ImageShape, sizeOf } from "../math/image-set";
import type { DataSpec, Dataset } from "./dataset";
import { digestOf } from "./digest";
import { OWN_DATA_LIMITS } from "./proposal";

const LONGEST_NAME = 60;

/** A data set that is kept in a browser. */
export interface OwnData {
  /**
   * Its source is "own"; with `isCamera`, people may be on its pictures: they go into files and reports only where
   * somebody says so.
   */
  readonly spec: DataSpec;
  /** Images of each class, those of the set's own test part among them. */
  readonly counts: readonly number[];
  /** Of all its images. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly keptAt: number;
  /** For people: "digits.csv", "https://…", "the camera". */
  readonly from: string;
}

export interface NewClass {
  readonly name: string;
  /** Ids of old classes. */
  readonly of: readonly number[];
}

export type DataChange =
  | { readonly kind: "title"; readonly title: string }
  /** New classes, each of one of the old ones or several: renames, merges, and leaves out those of none. */
  | { readonly kind: "classes"; readonly classes: readonly NewClass[] }
  /** Leaves out images, by their numbers in the set's order: class by class. */
  | { readonly kind: "without"; readonly images: readonly number[] };

/** A change that leaves no data set; the message says what would do. */
export class DataChangeError extends Error {
  override readonly name = "DataChangeError";
}

/** Images of each class. */
export function countsOf({ labels, spec }: Dataset): number[] {
  const counts = spec.classNames.map(() => 0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

/** As long as a name may be; "?" for none. */
const named = (name: string): string => name.trim().slice(0, LONGEST_NAME) || "?";

/** A data set's description, with its id: half of a digest of its images by class tells a billion apart. */
export async function specOfRead(
  title: string,
  shape: ImageShape,
  classes: readonly { readonly name: string; readonly count: number; readonly test: number }[],
  images: Uint8Array,
): Promise<DataSpec> {
  const { height, width, channels } = shape;
  const told = JSON.stringify([
    height,
    width,
    channels,
    classes.map(({ count, test }) => [count, test]),
  ]);
  return {
    id: (await digestOf(told, images)).slice(0, 32),
    title: named(title),
    height,
    width,
    channels,
    classNames: differentNames(classes.map(({ name }) => name)),
    source: "own",
    ...(classes.some(({ test }) => test > 0) && { testCounts: classes.map(({ test }) => test) }),
  };
}

function differentNames(names: readonly string[]): string[] {
  const known = new Set<string>();
  return names.map((name) => {
    const short = named(name);
    let different = short;
    for (let i = 2; known.has(different); i++)
      different = `${short.slice(0, LONGEST_NAME - 6)} (${i})`;
    known.add(different);
    return different;
  });
}

/**
 * The data set with other classes, or without some images; its id is another one where its images by class are.
 *
 * @param dataset its classes' images one class after another, those of the set's own test part last in each
 * @throws DataChangeError where too few images are left, or two classes have one name
 */
export async function changedData(
  dataset: Dataset,
  change: Exclude<DataChange, { kind: "title" }>,
): Promise<Dataset> {
  const { title, isCamera, testCounts } = dataset.spec;
  const counts = countsOf(dataset);
  const classes =
    change.kind === "classes"
      ? checkedClasses(change.classes, counts.length)
      : dataset.spec.classNames.map((name, id) => ({ name, of: [id] }));
  const left = new Set(change.kind === "without" ? change.images : []);
  const starts = counts.map((_, id) => counts.slice(0, id).reduce((sum, each) => sum + each, 0));
  const chosen = classes.map(({ name, of }) => {
    const numbers = (id: number, isTest: boolean) => {
      const [start, train] = [starts[id]!, counts[id]! - (testCounts?.[id] ?? 0)];
      const [from, to] = isTest ? [start + train, start + counts[id]!] : [start, start + train];
      return Array.from({ length: to - from }, (_, i) => from + i).filter((i) => !left.has(i));
    };
    const test = of.flatMap((id) => numbers(id, true));
    return {
      name,
      images: [...of.flatMap((id) => numbers(id, false)), ...test],
      test: test.length,
    };
  });
  const there = chosen.filter(({ images }) => images.length > 0);
  const all = there.flatMap(({ images }) => images);
  const { min } = OWN_DATA_LIMITS.images;
  if (all.length < min) {
    throw new DataChangeError(
      `${all.length} images would be left, and training takes ${min} at least: leave out fewer.`,
    );
  }
  const size = sizeOf(dataset.shape);
  const images = new Uint8Array(all.length * size);
  for (const [to, from] of all.entries()) {
    images.set(dataset.images.subarray(from * size, (from + 1) * size), to * size);
  }
  const described = there.map(({ name, images, test }) => ({ name, count: images.length, test }));
  const spec = await specOfRead(title, dataset.shape, described, images);
  return {
    spec: isCamera ? { ...spec, isCamera } : spec,
    shape: dataset.shape,
    classes: there.map((_, id) => id),
    count: all.length,
    images,
    labels: Uint8Array.from(there.flatMap(({ images }, id) => images.map(() => id))),
  };
}

/** @throws DataChangeError */
function checkedClasses(classes: readonly NewClass[], count: number): NewClass[] {
  const names = classes.map(({ name }) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new DataChangeError(`Two classes are called ${twice}: merge them, or rename one.`);
  }
  if (names.includes("")) throw new DataChangeError("A class has no name: give it one.");
  const old = classes.flatMap(({ of }) => of);
  if (new Set(old).size !== old.length || old.some((id) => !(id >= 0 && id < count))) {
    throw new DataChangeError("A class can become one other class only: choose anew.");
  }
  return classes.map(({ of }, i) => ({ name: names[i]!, of: [...of].sort((a, b) => a - b) }));
}
