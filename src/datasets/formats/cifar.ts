/** CIFAR-10 and CIFAR-100 in their binary form (A. Krizhevsky's page): a label or two, and 3,072 bytes. */

import type { Guess } from "../proposal";
import { ClassCounter, type Find, type Found, guess } from "./found";
import { ByteReader, baseName, DataFileError, wholeOf } from "./input";
import { isOfTestPart, type KnownFile } from "./unpack";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const SIZE = 3 * PLANE;
const BATCH = 500;
const MOST_NAMES_BYTES = 100_000;

/** Records have no mark: a file is one where it is a whole number of them, with labels in range. */
function labelsIn({ kind, size, head }: KnownFile): 1 | 2 | null {
  if (kind !== "other" || size === null || size === 0) return null;
  if (size % (SIZE + 1) === 0 && head[0]! < 10 && head[SIZE + 1]! < 10) return 1;
  return size % (SIZE + 2) === 0 && head[0]! < 20 && head[1]! < 100 ? 2 : null;
}

export const findCifar: Find = async (files, _beside, choices) => {
  const batches = files.filter((file) => labelsIn(file) !== null);
  const [first] = batches;
  if (!first) return null;
  const labels = labelsIn(first)!;
  const record = labels + SIZE;
  const isTest = ({ path }: KnownFile) => isOfTestPart(baseName(path));
  const used = batches.filter((file) => labelsIn(file) === labels);
  const hasTraining = used.some((file) => !isTest(file));
  used.sort((a, b) => Number(isTest(a)) - Number(isTest(b)));
  const kinds = guess(
    "classes",
    "Classes",
    [
      { value: "fine", label: "the 100" },
      { value: "coarse", label: "the 20 that they belong to" },
    ],
    "fine",
    labels === 1 ? {} : choices,
  );
  const at = labels === 2 && kinds.value === "fine" ? 1 : 0;
  const names = await namesIn(files, labels === 1 ? "batches.meta" : `${kinds.value}_label_names`);

  async function* records(file: KnownFile): AsyncGenerator<Uint8Array> {
    const reader = new ByteReader(file);
    try {
      for (let left = file.size! / record; left > 0; left -= BATCH) {
        yield await reader.exactly(Math.min(left, BATCH) * record);
      }
    } finally {
      await reader.close();
    }
  }

  const counter = new ClassCounter();
  const classes = labels === 1 ? 10 : at === 1 ? 100 : 20;
  for (const file of used) {
    for await (const bytes of records(file)) {
      for (let i = at; i < bytes.length; i += record) {
        const label = bytes[i]!;
        if (label >= classes) {
          throw new DataFileError(
            `${file.path} has the label ${label}, and CIFAR's go to ${classes - 1}: it is damaged, or of another kind.`,
          );
        }
        counter.add(String(label), hasTraining && isTest(file));
      }
    }
  }
  const ids = counter.ids();
  const found: Found = {
    format: "cifar",
    files: used.map(({ path }) => path),
    shape: { height: SIDE, width: SIDE, channels: 3 },
    isMixed: false,
    hasAlpha: false,
    classes: counter.classes((label) => names[Number(label)] ?? label),
    guesses: labels === 1 ? [] : ([kinds] satisfies Guess[]),
    notes: [],
    async *images() {
      for (const file of used) {
        for await (const bytes of records(file)) {
          const count = bytes.length / record;
          const pixels = new Uint8Array(count * SIZE);
          const ofImage = new Uint8Array(count);
          for (let image = 0; image < count; image++) {
            const from = image * record + labels;
            ofImage[image] = ids.get(String(bytes[image * record + at]!))!;
            for (let i = 0; i < PLANE; i++) {
              for (let channel = 0; channel < 3; channel++) {
                pixels[image * SIZE + 3 * i + channel] = bytes[from + channel * PLANE + i]!;
              }
            }
          }
          yield {
            height: SIDE,
            width: SIDE,
            channels: 3,
            pixels,
            labels: ofImage,
            isTest: hasTraining && isTest(file),
          };
        }
      }
    },
  };
  return found;
};

/** A name a line, in the order of the labels, in a text beside the batches; none where there is none. */
async function namesIn(files: readonly KnownFile[], beginning: string): Promise<string[]> {
  const file = files.find(
    ({ path, kind }) => kind === "text" && baseName(path).startsWith(beginning),
  );
  if (!file) return [];
  const text = new TextDecoder().decode(await wholeOf(file, MOST_NAMES_BYTES));
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}
