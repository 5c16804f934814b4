/**
 * Trained models in Keras's files, `.keras` and `.h5`, read as data: their layers, weights, and what they were
 * compiled with. Nothing in them is run.
 */

import type { ImageShape } from "../../math/image-set";
import type { NetSpec } from "../../nets/spec";
import { checkNet, NetError, type Shape } from "../../nets/summary";
import { NetTextError, netText, parseNet } from "../../nets/text";
import { buildImported } from "../builder";
import { ImportError, type ImportProblem, wholeProblem } from "../problems";
import { readTopology, type Topology } from "../topology";
import { arrayShapes, kindsOf, storedKinds } from "./arrays";
import { type Compiled, readCompiled } from "./compiled";
import { type ModelContent, type ModelFile, modelContent } from "./container";
import { joinedModels } from "./halves";
import { Hdf5Error, type StoredArray } from "./hdf5";
import { momentKey, type StoredMoments, storedMoments } from "./moments";
import { possibleRanges, type Ranges } from "./possible-ranges";
import type { ReadModel } from "./read-model";
import { arraysByClass, arraysByName, type StoredArrays } from "./stored";

export { MOST_MODEL_BYTES, type ModelFile } from "./container";
export type { Ranges } from "./possible-ranges";

/** What is guessed where nobody says it. */
export interface ModelChoices extends Partial<Ranges> {
  /** What its images are; from its input where nothing is said. */
  readonly image?: ImageShape | undefined;
  /** The layer that makes the code, by the file's own name. */
  readonly code?: string | undefined;
}

/** By the net's layers, each in tfjs's order. */
type NetArrays = ReadonlyMap<string, readonly Float32Array[]>;

export interface NetMoments {
  /** Steps that it had taken. */
  readonly steps: number;
  /** Adam's mean of gradients, or the momentum; zeros where there is none. */
  readonly m: NetArrays;
  /** The mean of squared gradients; zeros where there is none. */
  readonly v: NetArrays;
}

/** A model of a file as a net of this program. */
export interface TrainedNet {
  /** The model's own name, or the file's where Keras has made the model's up. */
  readonly name: string;
  readonly net: NetSpec;
  /** `net` is what is read from it. */
  readonly text: string;
  /** By the net's layers, each in tfjs's order. */
  readonly weights: NetArrays;
  /** What the file's optimiser goes on from; null where it starts anew. */
  readonly moments: NetMoments | null;
  readonly compiled: Compiled;
  /** Where the code is in the file, and what it is. */
  readonly latent: { readonly layer: string; readonly shape: Shape };
  /** The file's layers that could make it. */
  readonly codes: readonly string[];
  readonly ranges: Ranges;
  /** What is otherwise here than in the file, a sentence each. */
  readonly notes: readonly string[];
}

/** A file that was read, and can be taken by other guesses. */
export interface OpenedModel {
  /** What its images may be in; the likeliest first. */
  readonly ranges: readonly [Ranges, ...Ranges[]];
  /** @throws ImportError with all that there is no form of here */
  build(choices?: ModelChoices): TrainedNet;
}

/**
 * Reads the file of a model, or an encoder's and a decoder's.
 *
 * @throws ImportError where that is no file of a model: one sentence says what it is, and what would do
 */
export async function openModel(files: readonly ModelFile[]): Promise<OpenedModel> {
  const [first, second, ...others] = await Promise.all(files.map(readModel));
  if (!first || others.length > 0) {
    throw new ImportError([
      wholeProblem(
        "One file is wanted, or two: the one of an encoder, and the one of its decoder.",
      ),
    ]);
  }
  const model = second ? joinedModels(first, second) : first;
  const ranges = model.topology ? possibleRanges(model.topology) : NO_RANGES;
  return { ranges, build: (choices = {}) => build(model, ranges[0], choices) };
}

const NO_RANGES = [{ takes: "0..1", makes: "0..1" }] as const satisfies readonly Ranges[];

async function readModel(file: ModelFile): Promise<ReadModel> {
  const content = await modelContent(file);
  const { path, config, version, compiled } = content;
  const problems: ImportProblem[] = [];
  const read = readTopology(config, problems);
  const topology =
    read && version.startsWith("2.") ? { ...read, dialect: "keras-2" as const } : read;
  const stored = topology ? storedIn(content, topology, problems) : new Map();
  const settings = readCompiled(compiled);
  const moments = topology && momentsIn(content, topology, settings);
  return { path, topology, stored, compiled: settings, moments, problems };
}

/** An optimiser whose state cannot be read starts anew: that keeps no model out. */
function momentsIn(
  { weights }: ModelContent,
  { parts }: Topology,
  { settings: { optimizer } }: Compiled,
): StoredMoments | null {
  try {
    return optimizer ? storedMoments(weights, parts, optimizer) : null;
  } catch (error) {
    if (error instanceof Hdf5Error) return null;
    throw error;
  }
}

function storedIn(
  { path, weights, isZip }: ModelContent,
  { parts }: Topology,
  problems: ImportProblem[],
): StoredArrays {
  try {
    return isZip ? arraysByClass(weights, parts, problems) : arraysByName(weights, parts, problems);
  } catch (error) {
    if (!(error instanceof Hdf5Error)) throw error;
    problems.push(wholeProblem(`${path} ${error.message}.`));
    return new Map();
  }
}

function build(
  { path, topology, stored, compiled, moments, problems: before }: ReadModel,
  likeliest: Ranges,
  { image: said, code, takes = likeliest.takes, makes = likeliest.makes }: ModelChoices,
): TrainedNet {
  const problems = [...before];
  const image = said ?? (topology && imageOf(topology, problems));
  if (!topology || !image) throw new ImportError(problems);
  const options = { image, isTrained: true, code, takes, makes };
  const built = buildImported(topology, options, problems);
  if (!built) throw new ImportError(problems);
  const text = netText(built.net);
  const net = netOfText(text, image);
  const weights = weightsOf(net, built.sources, { topology, stored }, problems);
  if (problems.length > 0) throw new ImportError(problems);
  return {
    name: nameOf(topology, path),
    net,
    text,
    weights,
    moments: moments && momentsOf(net, built.sources, topology, moments),
    compiled,
    latent: built.code,
    codes: [...new Set(built.codes.map(({ layer }) => layer))],
    ranges: { takes, makes },
    notes: built.notes,
  };
}

/** @throws ImportError where it cannot be, or is too large */
function netOfText(text: string, image: ImageShape): NetSpec {
  try {
    const net = parseNet(text, image);
    checkNet(net);
    return net;
  } catch (error) {
    if (!(error instanceof NetError || error instanceof NetTextError)) throw error;
    throw new ImportError([wholeProblem(error.message)]);
  }
}

/** Images that data sets here may have. */
const SIDES = { min: 8, max: 64 };

/** What the model's input says of its images. */
function imageOf({ inputShape }: Topology, problems: ImportProblem[]): ImageShape | null {
  const tell = (why: string) => {
    problems.push(wholeProblem(why));
    return null;
  };
  const sides = inputShape?.filter((side) => side !== null) ?? [];
  if (!inputShape || sides.length < inputShape.length) {
    const said = inputShape ? `, only ${inputShape.map((side) => side ?? "any").join("×")}` : "";
    return tell(
      `The model does not say which images it takes${said}: begin it by keras.Input((28, 28, 1)), or name them by --shape HxWxC.`,
    );
  }
  const found = shapeOf(sides);
  if (!found) {
    return tell(
      `The model takes ${sides.join("×")}, which are no images in grey or in colour: name them by --shape HxWxC where it takes their pixels in a row.`,
    );
  }
  const { height, width } = found;
  if (Math.min(height, width) < SIDES.min || Math.max(height, width) > SIDES.max) {
    return tell(
      `The model takes images of ${height} × ${width} pixels, and images here have ${SIDES.min} to ${SIDES.max}: train it on smaller ones.`,
    );
  }
  return found;
}

function shapeOf([
  height = 0,
  width,
  channels = 1,
  ...others
]: readonly number[]): ImageShape | null {
  if (others.length > 0) return null;
  if (width !== undefined) {
    return channels === 1 || channels === 3 ? { height, width, channels } : null;
  }
  // Pixels in a row: of a square image, in grey or in colour.
  for (const planes of [1, 3]) {
    const side = Math.sqrt(height / planes);
    if (Number.isInteger(side)) return { height: side, width: side, channels: planes };
  }
  return null;
}

/** Keras makes up "functional_3" and "sequential". */
function nameOf({ name }: Topology, path: string): string {
  if (!/^(functional|model|sequential|net)(_\d+)?$/.test(name)) return name;
  const file = path.slice(path.lastIndexOf("/") + 1).replace(/\.(keras|h5|hdf5|zip)$/i, "");
  return file === "" ? name : file;
}

/** The arrays of each of the net's layers, where they are as large as they have to be. */
function weightsOf(
  net: NetSpec,
  sources: readonly (string | null)[],
  { topology, stored }: { readonly topology: Topology; readonly stored: StoredArrays },
  problems: ImportProblem[],
): NetArrays {
  const shapes = arrayShapes(net);
  const weights = new Map<string, readonly Float32Array[]>();
  for (const [place, { name }] of net.layers.entries()) {
    const source = sources[place];
    const wanted = shapes.get(name);
    const layer = topology.layers.find((each) => each.name === source);
    if (!wanted || !layer) continue;
    const { className } = layer;
    const tell = (why: string) => problems.push({ layer: layer.name, className, why });
    const there = [...(stored.get(layer.name) ?? [])];
    const kinds = new Set(storedKinds({ ...layer, parts: null }));
    if (there.length !== kinds.size) continue;
    const arrays = kindsOf(className).map((kind, i): Float32Array => {
      const shape = wanted[i] ?? [];
      const array = kinds.has(kind) ? there.shift() : undefined;
      if (!array) return new Float32Array(sizeOfShape(shape)).fill(kind.fill ?? 0);
      if (!isOfShape(array, shape)) {
        const found = array.shape.join("×") || "one number";
        tell(
          `its ${kind.name} is ${found} in the file, and ${shape.join("×")} by its settings: the weights are another model's`,
        );
      } else if (!array.values.every(Number.isFinite)) {
        tell(
          `its ${kind.name} has numbers that are none (NaN or infinite): it was saved after its training had failed`,
        );
      }
      return array.values;
    });
    weights.set(name, arrays);
  }
  return weights;
}

/** As large as the net's arrays; zeros for those that the optimiser did not know. */
function momentsOf(
  net: NetSpec,
  sources: readonly (string | null)[],
  { layers }: Topology,
  { steps, m, v }: StoredMoments,
): NetMoments {
  const shapes = arrayShapes(net);
  const of = (stored: StoredMoments["m"]): NetArrays =>
    new Map(
      net.layers.flatMap(({ name }, place) => {
        const layer = layers.find((each) => each.name === sources[place]);
        const wanted = shapes.get(name);
        if (!layer || !wanted) return [];
        const arrays = kindsOf(layer.className).map((kind, i) => {
          const size = sizeOfShape(wanted[i] ?? []);
          const array = stored.get(momentKey({ layer: layer.name, array: kind.name }));
          return array?.values.length === size ? array.values : new Float32Array(size);
        });
        return [[name, arrays] as const];
      }),
    );
  return { steps, m: of(m), v: of(v) };
}

const sizeOfShape = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

/** Sides of 1 say nothing: a dense layer over pixels is a convolution of one pixel here. */
function isOfShape({ shape, values }: StoredArray, wanted: Shape): boolean {
  const plain = (sides: Shape) => sides.filter((side) => side !== 1).join();
  return values.length === sizeOfShape(wanted) && plain(shape) === plain(wanted);
}
