/** IDX, the format of MNIST and its kin (described on Y. LeCun's MNIST page): images and their labels. */

import { FASHION_MNIST } from "../fashion-mnist";
import { contentOf } from "./content";
import { ClassCounter, type Find, type Found, guess, NO_CLASS, type RawImages } from "./found";
import { ByteReader, baseName, DataFileError } from "./input";
import { filesText, isOfTestPart, type KnownFile } from "./unpack";

interface Header {
  /** Bytes alone: IDX has other numbers, and no data set of images uses them. */
  readonly isBytes: boolean;
  /** The first one is how many there are. */
  readonly sizes: readonly number[];
  readonly bytes: number;
}

/** Images are read so many at a time. */
const BATCH_BYTES = 1 << 20;

function headerOf({ head, path }: KnownFile): Header {
  const rank = head[3]!;
  const bytes = 4 + 4 * rank;
  if (head.length < bytes)
    throw new DataFileError(
      `${path} is cut off within its first ${bytes} bytes: get the whole file again.`,
    );
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const sizes = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  return { isBytes: head[2] === 8, sizes, bytes };
}

/** What images and labels of one part have in common: "train" of train-images.idx3-ubyte. */
function partOf(path: string): string {
  const name = baseName(path).toLowerCase();
  return name.replace(/images?|labels?|idx\d|ubyte|byte|[^a-z0-9]/g, "");
}

/** The same without what tells training from test: the set that a part is of. */
const setOf = (path: string): string => partOf(path).replace(/train(ing)?|test(ing)?|t10k/g, "");

export const findIdx: Find = async (files, beside, choices) => {
  const idx = files.filter(({ kind }) => kind === "idx");
  if (idx.length === 0) return null;
  const images = idx.filter((file) => headerOf(file).sizes.length >= 3);
  const labels = [...idx, ...beside.filter(({ kind }) => kind === "idx")].filter(
    (file) => headerOf(file).sizes.length === 1,
  );
  if (images.length === 0) {
    throw new DataFileError(
      `${filesText(idx)} holds labels, and no images: bring the file of the images as well.`,
    );
  }
  const sets = [...new Set(images.map(({ path }) => setOf(path)))];
  if (sets.length > 1) {
    throw new DataFileError(
      `There are ${sets.length} data sets in these files (${images.map(({ path }) => baseName(path)).join(", ")}): bring the files of one.`,
    );
  }
  const parts = images.map((file) => ({
    file,
    header: headerOf(file),
    labels: labelsFor(file, images, labels, idx, choices.labels),
  }));
  parts.sort((a, b) => Number(isOfTestPart(a.file.path)) - Number(isOfTestPart(b.file.path)));
  const {
    sizes: [, height = 0, width = 0, channels = 1],
  } = parts[0]!.header;
  for (const { file, header, labels: named } of parts) {
    const [count = 0, tall = 0, wide = 0, colours = 1] = header.sizes;
    if (!header.isBytes)
      throw new DataFileError(
        `${file.path} is ${contentOf(file.head)}: images in IDX are bytes; write it as bytes, or as .npy.`,
      );
    if (count * tall * wide === 0 || (colours !== 1 && colours !== 3))
      throw new DataFileError(
        `${file.path} has the sizes ${header.sizes.join(" × ")}, which images cannot have.`,
      );
    if (tall !== height || wide !== width || colours !== channels) {
      throw new DataFileError(
        `${filesText(images)} have images of several sizes: bring the files of one data set.`,
      );
    }
    const labelled = named && headerOf(named).sizes[0]!;
    if (named && labelled !== count) {
      throw new DataFileError(
        `${file.path} has ${count.toLocaleString("en")} images, and ${named.path} ${labelled!.toLocaleString("en")} labels: they are not of the same part of a data set; bring its own labels.`,
      );
    }
  }
  const unlabelled = parts.filter((part) => part.labels === null);
  const used =
    unlabelled.length === parts.length ? parts : parts.filter((part) => part.labels !== null);
  const notes =
    used === parts
      ? []
      : unlabelled.map(
          ({ file }) => `${baseName(file.path)} is left out: there are no labels of it.`,
        );
  const hasTest = used.some(({ file }) => !isOfTestPart(file.path));
  const isTest = (file: KnownFile) => hasTest && isOfTestPart(file.path);

  const counter = new ClassCounter();
  const read: (Uint8Array | null)[] = [];
  for (const { file, header, labels: named } of used) {
    const bytes = named && (await labelsOf(named));
    read.push(bytes);
    if (!bytes) counter.add(NO_CLASS, isTest(file), header.sizes[0]);
    else for (const label of bytes) counter.add(String(label), isTest(file));
  }
  const ids = counter.ids();
  const upright = guess(
    "upright",
    "Images lie",
    [
      { value: "as-is", label: "upright" },
      { value: "transposed", label: "on their sides, as EMNIST's: rows and columns change places" },
    ],
    images.some(({ path }) => /emnist/i.test(path)) ? "transposed" : "as-is",
    choices,
  );
  const found: Found = {
    format: "idx",
    files: used.flatMap(({ file, labels: named }) =>
      named ? [file.path, named.path] : [file.path],
    ),
    shape:
      upright.value === "transposed"
        ? { height: width, width: height, channels }
        : { height, width, channels },
    isMixed: false,
    hasAlpha: false,
    classes: counter.classes(nameOfLabel(images[0]!.path, [...ids.keys()])),
    guesses: [upright],
    notes,
    async *images() {
      for (const [i, { file, header }] of used.entries()) {
        const ofImage = read[i];
        const labelIds = ofImage?.map((label) => ids.get(String(label))!);
        const reader = new ByteReader(file);
        try {
          await reader.exactly(header.bytes);
          const size = height * width * channels;
          const [count = 0] = header.sizes;
          const batch = Math.max(1, Math.floor(BATCH_BYTES / size));
          for (let first = 0; first < count; first += batch) {
            const images = Math.min(batch, count - first);
            const pixels = await reader.exactly(images * size);
            const raw: RawImages = {
              height,
              width,
              channels: channels === 3 ? 3 : 1,
              pixels,
              labels: labelIds?.subarray(first, first + images) ?? new Uint8Array(images),
              isTest: isTest(file),
            };
            yield upright.value === "transposed" ? transposed(raw) : raw;
          }
          await reader.end();
        } finally {
          await reader.close();
        }
      }
    },
  };
  return found;
};

function labelsFor(
  file: KnownFile,
  images: readonly KnownFile[],
  labels: readonly KnownFile[],
  brought: readonly KnownFile[],
  chosen: string | undefined,
): KnownFile | null {
  if (chosen === "none") return null;
  if (chosen !== undefined && images.length === 1) {
    const named = labels.find(
      ({ path }) => path === chosen || baseName(path) === baseName(chosen).replace(/\.gz$/i, ""),
    );
    if (named) return named;
    throw new DataFileError(
      `${chosen} is no IDX file of labels: bring the one that belongs to ${baseName(file.path)}.`,
    );
  }
  const own = labels.find(({ path }) => partOf(path) === partOf(file.path));
  if (own || images.length > 1) return own ?? null;
  // What was brought with them is theirs, whatever it is called.
  const [only, ...others] = labels.filter((each) => brought.includes(each));
  return only && others.length === 0 ? only : null;
}

async function labelsOf(file: KnownFile): Promise<Uint8Array> {
  const {
    isBytes,
    sizes: [count = 0],
    bytes,
  } = headerOf(file);
  if (!isBytes)
    throw new DataFileError(`${file.path} is ${contentOf(file.head)}: labels in IDX are bytes.`);
  const reader = new ByteReader(file);
  try {
    await reader.exactly(bytes);
    const labels = await reader.exactly(count);
    await reader.end();
    return labels.slice();
  } finally {
    await reader.close();
  }
}

/** What is known of the kin of MNIST by their files' names: EMNIST's letters are numbered from 1. */
function nameOfLabel(path: string, labels: readonly string[]): (label: string) => string {
  if (/letters/i.test(path) && labels.every((label) => Number(label) >= 1 && Number(label) <= 26)) {
    return (label) => String.fromCharCode(64 + Number(label));
  }
  const { classNames } = FASHION_MNIST;
  if (/fashion/i.test(path) && labels.every((label) => Number(label) < classNames.length)) {
    return (label) => classNames[Number(label)]!;
  }
  return (label) => label;
}

function transposed(raw: RawImages): RawImages {
  const { height, width, channels } = raw;
  const pixels = new Uint8Array(raw.pixels.length);
  const size = height * width * channels;
  for (let first = 0; first < pixels.length; first += size) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let channel = 0; channel < channels; channel++) {
          pixels[first + (x * height + y) * channels + channel] =
            raw.pixels[first + (y * width + x) * channels + channel]!;
        }
      }
    }
  }
  return { ...raw, height: width, width: height, pixels };
}
