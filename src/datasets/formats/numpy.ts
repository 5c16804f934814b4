/** NumPy's arrays, .npy and .npz (format 1.0 to 3.0, numpy.lib.format): images, and their labels. */

import type { Choices, Guess } from "../proposal";
import { ClassCounter, type Find, type Found, guess, NO_CLASS, type RawImages } from "./found";
import { ByteReader, baseName, DataFileError } from "./input";
import { Extent, guessRange, type Range, toRange } from "./range";
import { filesText, isOfTestPart, type KnownFile } from "./unpack";

type Decode = (view: DataView, at: number) => number;

interface NumpyFile {
  readonly file: KnownFile;
  readonly shape: readonly number[];
  /** Bytes of one number. */
  readonly bytes: number;
  readonly decode: Decode;
  /** Bytes before the numbers. */
  readonly header: number;
  /** Letters of one text, for arrays of texts. */
  readonly letters: number;
}

const BATCH_BYTES = 1 << 20;

const half: (isLittle: boolean) => Decode = (isLittle) => (view, at) => {
  const bits = view.getUint16(at, isLittle);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return (
    sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024))
  );
};

const byte: Decode = (view, at) => view.getUint8(at);

/** By NumPy's letter and bytes. */
const DECODERS: Readonly<Record<string, (isLittle: boolean) => Decode>> = {
  u1: () => byte,
  b1: () => byte,
  i1: () => (view, at) => view.getInt8(at),
  u2: (isLittle) => (view, at) => view.getUint16(at, isLittle),
  i2: (isLittle) => (view, at) => view.getInt16(at, isLittle),
  u4: (isLittle) => (view, at) => view.getUint32(at, isLittle),
  i4: (isLittle) => (view, at) => view.getInt32(at, isLittle),
  u8: (isLittle) => (view, at) => Number(view.getBigUint64(at, isLittle)),
  i8: (isLittle) => (view, at) => Number(view.getBigInt64(at, isLittle)),
  f2: half,
  f4: (isLittle) => (view, at) => view.getFloat32(at, isLittle),
  f8: (isLittle) => (view, at) => view.getFloat64(at, isLittle),
};

function numpyFile(file: KnownFile): NumpyFile {
  const { head, path } = file;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isShort = head[6] === 1;
  const begin = isShort ? 10 : 12;
  const length =
    head.length < begin ? 0 : isShort ? view.getUint16(8, true) : view.getUint32(8, true);
  const words = new TextDecoder().decode(head.subarray(begin, begin + length));
  const type = /'descr':\s*'([<>|=]?)([a-zA-Z])(\d+)'/.exec(words);
  const shape = /'shape':\s*\(([\d,\s]*)\)/
    .exec(words)?.[1]
    ?.split(",")
    .map((text) => text.trim())
    .filter(Boolean)
    .map(Number);
  if (!shape || (!type && !words.includes("'descr'"))) {
    throw new DataFileError(
      `${path} is cut off or damaged: its first lines do not say what NumPy wrote; save it again.`,
    );
  }
  const [, order = "", letter = "", digits = "0"] = type ?? [];
  const isLittle = order !== ">";
  const letters = letter === "U" ? Number(digits) : 0;
  const decoder = DECODERS[letter + digits];
  if (!decoder && letters === 0) {
    throw new DataFileError(
      `${path} has numbers or objects of a type that images cannot have (${/'descr':\s*([^,]+)/.exec(words)?.[1] ?? "unknown"}): save it with .astype("uint8") or "float32".`,
    );
  }
  if (/'fortran_order':\s*True/.test(words) && shape.length > 1) {
    throw new DataFileError(`${path} is in Fortran's order: save numpy.ascontiguousarray of it.`);
  }
  return {
    file,
    shape,
    bytes: letters > 0 ? 4 * letters : Number(digits),
    decode: decoder ? decoder(isLittle) : (v, at) => v.getUint32(at, isLittle),
    header: begin + length,
    letters,
  };
}

/** The numbers of an array, some of its rows at a time; bytes as they are: a gigabyte of them took 13 s one by one. */
async function* rowsOf({
  file,
  shape,
  bytes,
  decode,
  header,
}: NumpyFile): AsyncGenerator<Float64Array | Uint8Array> {
  const [count = 0, ...rest] = shape;
  const size = rest.reduce((product, each) => product * each, 1);
  const batch = Math.max(1, Math.floor(BATCH_BYTES / (size * bytes)));
  const reader = new ByteReader(file);
  try {
    await reader.exactly(header);
    for (let row = 0; row < count; row += batch) {
      const numbers = Math.min(batch, count - row) * size;
      const read = await reader.exactly(numbers * bytes);
      if (decode === byte) {
        yield read;
        continue;
      }
      const values = new Float64Array(numbers);
      const view = new DataView(read.buffer, read.byteOffset, read.byteLength);
      for (let i = 0; i < values.length; i++) values[i] = decode(view, i * bytes);
      yield values;
    }
    await reader.end();
  } finally {
    await reader.close();
  }
}

/** Where the images of an array are within its rows. */
interface Layout {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Channels by themselves, one plane after another. */
  readonly isPlanar: boolean;
  readonly hasAlpha: boolean;
}

const LAYOUTS = [
  { value: "hwc", label: "a pixel's channels side by side (N×H×W×C)" },
  { value: "chw", label: "a channel after another (N×C×H×W)" },
] as const;

const isColour = (channels: number | undefined): boolean =>
  channels === 1 || channels === 3 || channels === 4;

/** Null for an array that cannot be of images. */
function layoutOf(
  shape: readonly number[],
  choices: Choices,
): { layout: Layout; guesses: Guess[] } | null {
  const [, a = 0, b = 0, c = 0] = shape;
  const chosen = (guessed: "hwc" | "chw") =>
    guess("layout", "Order of the numbers", LAYOUTS, guessed, choices);
  const made = (
    height: number,
    width: number,
    depth: number,
    guesses: Guess[],
    isPlanar: boolean,
  ) => ({
    layout: {
      height,
      width,
      channels: depth >= 3 ? (3 as const) : (1 as const),
      isPlanar,
      hasAlpha: depth === 4,
    },
    guesses,
  });
  if (shape.length === 3) return made(a, b, 1, [], false);
  if (shape.length === 4) {
    if (!isColour(a) && !isColour(c)) return null;
    const order = chosen(isColour(c) ? "hwc" : "chw");
    const isPlanar = order.value === "chw";
    const both = isColour(a) && isColour(c);
    return isPlanar
      ? made(b, c, a, both ? [order] : [], true)
      : made(a, b, c, both ? [order] : [], false);
  }
  if (shape.length !== 2) return null;
  const side = Math.sqrt(a);
  if (Number.isInteger(side) && side >= 2) return made(side, side, 1, [], false);
  const ofThree = Math.sqrt(a / 3);
  if (!Number.isInteger(ofThree) || ofThree < 2) return null;
  const order = chosen("chw");
  return made(ofThree, ofThree, 3, [order], order.value === "chw");
}

/** What arrays of labels are called. */
const LABELS = /(^|[^a-z])(y|labels?|targets?|class(es)?)([^a-z]|$)/i;

interface Part {
  readonly images: NumpyFile;
  readonly labels: NumpyFile | null;
  readonly isTest: boolean;
}

export const findNumpy: Find = async (files, beside, choices) => {
  const own = files.filter(({ kind }) => kind === "numpy").map(numpyFile);
  if (own.length === 0) return null;
  const near = beside.filter(({ kind, path }) => kind === "numpy" && LABELS.test(baseName(path)));
  const parts = partsOf(own, near.map(numpyFile), choices);
  const [first] = parts;
  const { layout, guesses } = layoutOf(first!.images.shape, choices)!;
  const { height, width, channels } = layout;

  const counter = new ClassCounter();
  const extent = new Extent();
  const read: (string[] | null)[] = [];
  for (const { images, labels, isTest } of parts) {
    const texts = labels && (await labelsOf(labels));
    read.push(texts);
    if (texts) for (const text of texts) counter.add(text, isTest);
    else counter.add(NO_CLASS, isTest, images.shape[0]);
    for await (const values of rowsOf(images)) extent.add(values, images.file.path);
  }
  const { range, guess: ofRange } = guessRange(
    extent,
    filesText(parts.map(({ images }) => images.file)),
    choices,
  );
  const ids = counter.ids();
  const found: Found = {
    format: "numpy",
    files: parts.flatMap(({ images, labels }) => [
      images.file.path,
      ...(labels ? [labels.file.path] : []),
    ]),
    shape: { height, width, channels },
    isMixed: false,
    hasAlpha: layout.hasAlpha,
    classes: counter.classes(),
    guesses: [...guesses, ofRange],
    notes: [],
    async *images() {
      for (const [i, { images, isTest }] of parts.entries()) {
        const texts = read[i];
        let at = 0;
        for await (const values of rowsOf(images)) {
          const raw = rawOf(values, layout, range);
          const count = values.length / (height * width * raw.channels);
          const labels = Uint8Array.from({ length: count }, (_, image) =>
            texts ? ids.get(texts[at + image]!)! : 0,
          );
          at += count;
          yield { ...raw, labels, isTest };
        }
      }
    },
  };
  return found;
};

function partsOf(own: readonly NumpyFile[], near: readonly NumpyFile[], choices: Choices): Part[] {
  const isLabels = ({ shape, letters }: NumpyFile) =>
    letters > 0 || shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  const images = own.filter((array) => !isLabels(array) && layoutOf(array.shape, choices));
  const labels = [...own, ...near].filter(isLabels);
  if (images.length === 0) {
    const [{ file, shape }] = own as [NumpyFile];
    throw new DataFileError(
      `${file.path} has the shape (${shape.join(", ")}), which no images have: N×H×W, N×H×W×C, N×C×H×W, or N×P with a square number of pixels P.`,
    );
  }
  const sized = ({ shape }: NumpyFile) => shape.slice(1).join("×");
  const chosen = images.filter((array) => sized(array) === sized(images[0]!));
  const hasTraining = chosen.some(({ file }) => !isOfTestPart(file.path));
  const parts = chosen.map((array): Part => {
    const isTest = hasTraining && isOfTestPart(array.file.path);
    return { images: array, labels: labelsFor(array, chosen, labels, choices.labels), isTest };
  });
  const isLabelled = parts.some((part) => part.labels);
  const used = parts.filter((part) => !isLabelled || part.labels);
  return used.sort((a, b) => Number(a.isTest) - Number(b.isTest));
}

function labelsFor(
  images: NumpyFile,
  all: readonly NumpyFile[],
  labels: readonly NumpyFile[],
  chosen: string | undefined,
): NumpyFile | null {
  if (chosen === "none") return null;
  const [count = 0] = images.shape;
  if (chosen !== undefined) {
    const named = labels.find(
      ({ file }) => file.path === chosen || baseName(file.path) === baseName(chosen),
    );
    if (!named)
      throw new DataFileError(
        `${chosen} is no array of labels: it must have one number for each image.`,
      );
    return checkedCount(images, named);
  }
  const ofPart = labels.filter(
    ({ file }) => isOfTestPart(file.path) === isOfTestPart(images.file.path),
  );
  const fitting = ofPart.filter(({ shape }) => shape[0] === count);
  const named = fitting.find(({ file }) => LABELS.test(baseName(file.path)));
  const found = named ?? fitting[0];
  if (found) return found;
  // An array of another length beside the only images is meant to be their labels.
  return all.length === 1 && ofPart.length === 1 ? checkedCount(images, ofPart[0]!) : null;
}

function checkedCount(images: NumpyFile, labels: NumpyFile): NumpyFile {
  const [count = 0] = images.shape;
  const [labelled = 0] = labels.shape;
  if (count === labelled) return labels;
  throw new DataFileError(
    `${images.file.path} has ${count.toLocaleString("en")} images, and ${labels.file.path} ${labelled.toLocaleString("en")} labels: bring labels of the same images, or choose "none" for labels.`,
  );
}

async function labelsOf(array: NumpyFile): Promise<string[]> {
  const { letters, file } = array;
  const texts: string[] = [];
  if (letters > 0) {
    const asLetters = { ...array, shape: [array.shape[0] ?? 0, letters], bytes: 4 };
    for await (const codes of rowsOf(asLetters)) {
      for (let at = 0; at < codes.length; at += letters) {
        texts.push(
          String.fromCodePoint(...codes.subarray(at, at + letters).filter((code) => code > 0)),
        );
      }
    }
    return texts;
  }
  for await (const values of rowsOf(array)) {
    for (const value of values) {
      if (!Number.isInteger(value)) {
        throw new DataFileError(
          `${file.path} has ${value} among its labels: they must be whole numbers or texts.`,
        );
      }
      texts.push(String(value));
    }
  }
  return texts;
}

function rawOf(
  values: Float64Array | Uint8Array,
  layout: Layout,
  range: Range,
): Omit<RawImages, "labels" | "isTest"> {
  const { height, width, channels, isPlanar, hasAlpha } = layout;
  const depth = hasAlpha ? 4 : channels;
  const pixels = new Uint8Array(values.length);
  toRange(values, range, pixels);
  const shape = { height, width, channels: depth } as const;
  if (!isPlanar || depth === 1) return { ...shape, pixels };
  const plane = height * width;
  const size = plane * depth;
  const ordered = new Uint8Array(pixels.length);
  for (let first = 0; first < pixels.length; first += size) {
    for (let channel = 0; channel < depth; channel++) {
      for (let i = 0; i < plane; i++)
        ordered[first + i * depth + channel] = pixels[first + channel * plane + i]!;
    }
  }
  return { ...shape, pixels: ordered };
}
