/**
 * Arrays in an HDF5 file, read by jsfive: 39 kB packed, where h5wasm, the library itself compiled, has over a
 * megabyte. It comes when a file does.
 */

/// <reference path="./jsfive.d.ts" />
import type { Dataset, Group } from "jsfive";

/** A file of HDF5 that cannot be read; the message ends a sentence that begins with its name. */
export class Hdf5Error extends Error {
  override readonly name = "Hdf5Error";
}

export interface StoredArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Groups and arrays: a net of 200 layers has 3,000, its optimiser as many again. */
const MOST_ENTRIES = 50_000;
const DEEPEST = 40;
/** Numbers in one: nets have at most 20 million weights. */
const MOST_NUMBERS = 20_000_000;

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export const isHdf5 = (bytes: Uint8Array): boolean =>
  SIGNATURE.every((byte, i) => bytes[i] === byte);

const DAMAGED = "is cut off or damaged: get it again, or save the model again";

/** An HDF5 file, read by the paths of its groups and arrays. */
export class Hdf5 {
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #arrays: ReadonlyMap<string, Dataset>;

  private constructor(groups: ReadonlyMap<string, Group>, arrays: ReadonlyMap<string, Dataset>) {
    this.#groups = groups;
    this.#arrays = arrays;
  }

  /** @throws Hdf5Error */
  static async open(bytes: Uint8Array): Promise<Hdf5> {
    if (bytes.length < lengthOf(bytes)) throw new Hdf5Error(DAMAGED);
    const { File, Group } = await import("jsfive");
    const groups = new Map<string, Group>();
    const arrays = new Map<string, Dataset>();
    const visit = (group: Group, path: string, depth: number): void => {
      groups.set(path, group);
      for (const key of group.keys) {
        if (depth > DEEPEST || groups.size + arrays.size > MOST_ENTRIES) {
          throw new Hdf5Error("has more in it than a model has");
        }
        const entry = group.get(key);
        // Windows' own way to write paths is in some names.
        const at = joined(path, key.replaceAll("\\", "/"));
        if (entry instanceof Group) visit(entry, at, depth + 1);
        else if (entry) arrays.set(at, entry);
      }
    };
    return attempt(() => {
      visit(new File(bytes.slice().buffer, ""), "", 0);
      return new Hdf5(groups, arrays);
    });
  }

  /** Undefined where there is none, or no such group. @throws Hdf5Error */
  attribute(path: string, name: string): unknown {
    const group = this.#groups.get(path);
    return (
      group && attempt(() => (Object.hasOwn(group.attrs, name) ? group.attrs[name] : undefined))
    );
  }

  /** Names of the groups right in one, in the file's order. */
  groupsIn(path: string): readonly string[] {
    const before = path === "" ? "" : `${path}/`;
    const names = new Set<string>();
    for (const each of [...this.#groups.keys(), ...this.#arrays.keys()]) {
      const [name = "", ...rest] = each.startsWith(before)
        ? each.slice(before.length).split("/")
        : [];
      if (name !== "" && (rest.length > 0 || this.#groups.has(each))) names.add(name);
    }
    return [...names];
  }

  /** Paths of the arrays in a group, however deep. */
  arraysIn(path: string): readonly string[] {
    return [...this.#arrays.keys()].filter((each) => path === "" || each.startsWith(`${path}/`));
  }

  has(path: string): boolean {
    return this.#arrays.has(path);
  }

  /** @throws Hdf5Error where it is not there, or is of something else than numbers */
  array(path: string): StoredArray {
    const dataset = this.#arrays.get(path);
    if (!dataset) throw new Hdf5Error(`has no ${path}`);
    return attempt(() => {
      const { shape, dtype } = dataset;
      const size = shape.reduce((product, side) => product * side, 1);
      if (!(size <= MOST_NUMBERS))
        throw new Hdf5Error(`has ${path} of more numbers than a net has`);
      if (typeof dtype !== "string" || !/^[<>=|!@]?[fiu]\d$/.test(dtype)) {
        throw new Hdf5Error(`has something else than numbers as ${path}`);
      }
      const values = Float32Array.from(dataset.value);
      if (values.length !== size) throw new Hdf5Error(DAMAGED);
      return { shape: [...shape], values };
    });
  }
}

/** A path below a group's. */
export const joined = (path: string, name: string): string =>
  path === "" ? name : `${path}/${name}`;

/** How many bytes a file says that it has: section III.A of the format's specification, 3.0. */
function lengthOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [version = 0] = bytes.subarray(8);
  const place = [40, 44][version] ?? 28;
  return view.byteLength < place + 8
    ? Number.POSITIVE_INFINITY
    : Number(view.getBigUint64(place, true));
}

/**
 * What jsfive throws, texts and errors of all kinds, is a file's that is no whole one. It also tells the console of
 * what it cannot read, with a damaged file's bytes.
 */
function attempt<T>(work: () => T): T {
  const { warn } = console;
  console.warn = () => {};
  try {
    return work();
  } catch (error) {
    throw error instanceof Hdf5Error ? error : new Hdf5Error(DAMAGED);
  } finally {
    console.warn = warn;
  }
}
