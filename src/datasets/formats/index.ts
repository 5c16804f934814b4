/**
 * Data sets that somebody brings: what their files hold is found and proposed first, and read then, by what
 * was chosen. A format is a file here; what makes its images a data set is the same for all.
 */

import { type ImageShape, sizeOf } from "../../math/image-set";
import type { Dataset } from "../dataset";
import { specOfRead } from "../own-data";
import {
  type ChoiceName,
  type Choices,
  type FoundClass,
  type Guess,
  mostBytes,
  OWN_DATA_LIMITS,
  type Proposal,
} from "../proposal";
import { FEWEST_OF_CLASS } from "../split";
import { findCifar } from "./cifar";
import { contentOf } from "./content";
import { findCsv } from "./csv";
import { fitter } from "./fit";
import { type Find, type Found, guess } from "./found";
import { findIdx } from "./idx";
import { DataFileError, type InputFile, type ReadHost, watched } from "./input";
import { findNumpy } from "./numpy";
import { findParquet } from "./parquet";
import { findPictures } from "./pictures";
import { fewestOf, sampledClasses, sampler } from "./sample";
import { filesText, lookedAt, unpacked } from "./unpack";

/** The first that finds something in the files has them. */
const FORMATS: readonly Find[] = [
  findNumpy,
  findIdx,
  findParquet,
  findCifar,
  findCsv,
  findPictures,
];

const SAMPLES = 16;

/** Files that are to be a data set. */
export interface Brought {
  readonly files: readonly InputFile[];
  /** What lies beside them, where that can be seen: labels are looked for there. */
  readonly beside: readonly InputFile[];
  readonly choices: Choices;
}

/** Files that hold a data set that can be taken. */
export interface OpenedData {
  /** What was found, and what would be made of it. */
  propose(): Promise<Proposal>;
  /** As the proposal has them. */
  readonly notes: readonly string[];
  /**
   * Reads the images into a data set, class by class with those of its own test part last in each, in up to about twice the memory that it takes. Its id is a hash of the
   * images by class, whatever the classes and the set itself are called.
   *
   * @param title what people call it
   */
  read(title: string): Promise<Dataset>;
}

/**
 * Finds out what files hold. Other choices are tried by opening them again: nothing is kept in between.
 *
 * @throws DataFileError, as what is opened does, where they hold no data set that can be taken; what the
 *   host's signal says
 */
export async function openData(brought: Brought, host: ReadHost): Promise<OpenedData> {
  const { found, plan } = await findData(brought, host);
  const notes = [...found.notes, ...plan.notes, ...notesOf(plan)];
  return {
    propose: async () => ({
      format: found.format,
      files: found.files,
      original: found.shape,
      isMixed: found.isMixed,
      shape: plan.shape,
      images: imagesOf(plan),
      classes: plan.classes,
      guesses: [...plan.guesses, ...found.guesses],
      notes,
      samples: await samplesOf(found, plan),
    }),
    notes,
    read: (title) => readFound(found, plan, title),
  };
}

async function readFound(found: Found, plan: Plan, title: string): Promise<Dataset> {
  const { shape, classes: taken } = plan;
  const size = sizeOf(shape);
  const count = imagesOf(plan);
  const isTaken = sampler(found.classes, taken);
  const fitInto = fitter(plan);
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  const starts: number[] = [];
  let start = 0;
  for (const [id, { count: ofClass }] of taken.entries()) {
    labels.fill(id, start, start + ofClass);
    starts.push(start);
    start += ofClass;
  }
  const next = [...starts];
  let read = 0;
  for await (const raw of found.chosen?.(isTaken) ?? found.images()) {
    for (const [i, label] of raw.labels.entries()) {
      if (!found.chosen && !isTaken(label, raw.isTest)) continue;
      const place = next[label]!++;
      if (place >= (starts[label + 1] ?? count)) throw changed(found);
      fitInto(raw, i, images, place * size);
      read += 1;
    }
  }
  if (read !== count) throw changed(found);
  const classes = taken.map((_, id) => id);
  const spec = await specOfRead(title, shape, taken, images);
  return { spec, shape, classes, count, images, labels };
}

function changed({ files }: Found): DataFileError {
  return new DataFileError(
    `${files[0]} and what belongs to it changed while they were read: read them again.`,
  );
}

/** What is settled about the images as they come out. */
interface Plan {
  readonly shape: ImageShape;
  readonly fit: "crop" | "pad";
  readonly ground: number;
  /** With as many images of each as are taken. */
  readonly classes: readonly FoundClass[];
  readonly guesses: readonly Guess[];
  readonly notes: readonly string[];
}

async function findData(
  { files, beside, choices }: Brought,
  host: ReadHost,
): Promise<{ found: Found; plan: Plan }> {
  const known = await unpacked(watched(files, host, "reading the files"));
  const near = await lookedAt(watched(beside, host, "looking beside the files"));
  if (known.length === 0)
    throw new DataFileError("There are no files: bring a data set's, or a folder of pictures.");
  for (const find of FORMATS) {
    const found = await find(known, near, choices, host);
    if (!found) continue;
    checkChoices(found, choices);
    checkAmount(found);
    return { found, plan: planOf(found, choices, mostBytes(host.memory)) };
  }
  const [first] = known as [(typeof known)[number]];
  throw new DataFileError(
    known.length === 1
      ? `${first.path} is ${contentOf(first.head)}: a data set is IDX, NumPy's arrays, a table as CSV, Parquet, CIFAR's binary files or pictures.`
      : `${filesText(known)} hold no images: a data set is IDX, NumPy's arrays, a table as CSV, Parquet, CIFAR's binary files or pictures.`,
  );
}

/** @throws DataFileError for a choice that these files leave none about: nobody shall believe that it counts */
function checkChoices({ format, files, guesses }: Found, choices: Choices): void {
  const { labels } = choices;
  const takesLabels = format === "idx" || format === "numpy" || labels === undefined;
  if (!takesLabels && !(labels === "none" && format === "parquet")) {
    throw new DataFileError(
      `${files[0]} and its kind have no file of labels of their own: say what the classes are taken from (classes).`,
    );
  }
  for (const name of ["range", "upright", "classes", "tile"] as const) {
    if (choices[name] === undefined || guesses.some((each) => each.name === name)) continue;
    throw new DataFileError(
      `${name} is nothing that can be chosen about ${files[0]}: there is ${guesses.map((each) => each.name).join(", ") || "nothing but size, fit and channels"}.`,
    );
  }
}

const imagesOf = ({ classes }: Pick<Found, "classes">): number =>
  classes.reduce((sum, { count }) => sum + count, 0);

function checkAmount(found: Found): void {
  const images = imagesOf(found);
  const { images: amount, classes, side } = OWN_DATA_LIMITS;
  const of = found.files[0]!;
  if (images < amount.min) {
    throw new DataFileError(
      `${of} has ${images} images: training takes ${amount.min} at least, bring more of them.`,
    );
  }
  if (found.classes.length > classes.max) {
    throw new DataFileError(
      `${of} has ${found.classes.length} classes: up to ${classes.max} can be taken; bring some of them, or choose "none" for labels where there are none.`,
    );
  }
  const { height, width } = found.shape;
  if (!found.isMixed && Math.max(height, width) < side.min) {
    throw new DataFileError(
      `${of} has images of ${height} × ${width} pixels: they need ${side.min} × ${side.min} at least.`,
    );
  }
}

/**
 * How many images are taken: all that fit, unless a number is chosen. A sample keeps the proportions of the
 * classes and of the set's own test part.
 *
 * @throws DataFileError for a number that cannot be had
 */
function amountOf(
  found: Found,
  shape: ImageShape,
  choices: Choices,
  bytes: number,
): Pick<Plan, "classes" | "notes"> & { readonly images: Guess } {
  const all = imagesOf(found);
  const { images: amount } = OWN_DATA_LIMITS;
  const fitting = Math.min(amount.max, Math.floor(bytes / sizeOf(shape)));
  const fits = `${said(fitting)} fit at ${shape.height} × ${shape.width} × ${shape.channels}`;
  const isTooMany = all > fitting;
  const [fewest, most] = [Math.max(amount.min, fewestOf(found.classes)), Math.min(all, fitting)];
  const usual = isTooMany ? String(fitting) : "all";
  const value = choices.images ?? usual;
  const taken = value === "all" ? all : /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (value !== usual && !(taken >= fewest && taken <= most)) {
    throw new DataFileError(
      `images may be ${said(fewest)} to ${said(most)} of ${found.files[0]}${isTooMany ? "" : ", or all"}, not ${value}${isTooMany ? `: ${fits} of ${said(all)}` : ""}.`,
    );
  }
  const sizes = SAMPLE_SIZES.filter((size) => size >= fewest && size < most).map(String);
  const room =
    fitting < amount.max
      ? `: a smaller size${shape.channels === 3 ? " or one channel" : ""} makes room for more`
      : "";
  const note = `${said(taken)} of ${said(all)} images are taken, a random sample of each class`;
  return {
    images: {
      name: "images",
      label: "Images taken",
      value,
      options: [...new Set([value, usual, ...sizes])].map((option) => ({
        value: option,
        label: option === "all" ? "all" : said(Number(option)),
      })),
      isFree: true,
    },
    classes: taken === all ? found.classes : sampledClasses(found.classes, taken),
    notes: taken === all ? [] : [`${note}${isTooMany ? `; ${fits}${room}` : ""}.`],
  };
}

const said = (images: number): string => images.toLocaleString("en");

/** Samples that are quick to train on. */
const SAMPLE_SIZES = [1000, 10_000];

function planOf(found: Found, choices: Choices, bytes: number): Plan {
  const { shape: original, isMixed, hasAlpha } = found;
  const size = sizeGuess(original, choices);
  const { height, width } = readSize(size.value, "size");
  const channels = guess(
    "channels",
    "Channels",
    [
      { value: "1", label: "grey" },
      { value: "3", label: "colour" },
    ],
    original.channels === 1 ? "1" : "3",
    choices,
  );
  const fit = guess(
    "fit",
    "Other ratios of sides",
    [
      { value: "crop", label: "are cut" },
      { value: "pad", label: "are framed" },
    ],
    "crop",
    choices,
  );
  const ground = guess(
    "background",
    "Transparent parts and frames",
    [
      { value: "black", label: "black" },
      { value: "white", label: "white" },
    ],
    "black",
    choices,
  );
  const shape: ImageShape = { height, width, channels: channels.value === "1" ? 1 : 3 };
  const { images, classes, notes } = amountOf(found, shape, choices, bytes);
  const isOfOtherRatio = isMixed || original.height * width !== original.width * height;
  return {
    shape,
    classes,
    notes,
    fit: fit.value,
    ground: ground.value === "black" ? 0 : 255,
    guesses: [
      size,
      channels,
      images,
      ...(isOfOtherRatio ? [fit] : []),
      ...(hasAlpha || (isOfOtherRatio && fit.value === "pad") ? [ground] : []),
    ],
  };
}

/** The longer side of images that are scaled because they are too large. */
const SCALED_SIDE = 32;

function sizeGuess({ height, width }: ImageShape, choices: Choices): Guess {
  const { min, max } = OWN_DATA_LIMITS.side;
  const isFitting = Math.min(height, width) >= min && Math.max(height, width) <= max;
  const scale = SCALED_SIDE / Math.max(height, width);
  const scaled = (side: number) => Math.max(min, Math.round(side * scale));
  const guessed = isFitting ? `${height}x${width}` : `${scaled(height)}x${scaled(width)}`;
  const values = [...new Set([guessed, "28x28", "32x32", "64x64"])];
  return {
    name: "size",
    label: "Pixels down and across",
    value: choices.size ?? guessed,
    options: values.map((value) => ({ value, label: value.replace("x", " × ") })),
    isFree: true,
  };
}

/** @throws DataFileError for what is no size, or one that is not allowed */
function readSize(text: string, name: ChoiceName): { height: number; width: number } {
  const { min, max } = OWN_DATA_LIMITS.side;
  const [, height = 0, width = 0] = (/^(\d{1,4})[x×](\d{1,4})$/.exec(text) ?? []).map(Number);
  if (Math.min(height, width) >= min && Math.max(height, width) <= max) return { height, width };
  throw new DataFileError(
    `${name} must be pixels down and across from ${min} to ${max}, as in 28x28, not ${text}.`,
  );
}

function notesOf({ classes }: Plan): string[] {
  const small = classes.filter(({ count }) => count < FEWEST_OF_CLASS);
  if (small.length === 0) return [];
  const names = small.slice(0, 3).map(({ name, count }) => `${name} (${count})`);
  const more = small.length > 3 ? ` and ${small.length - 3} more` : "";
  return [
    `There are few images of ${names.join(", ")}${more}: fewer than ${FEWEST_OF_CLASS} of a class are all trained on, and none tested.`,
  ];
}

async function samplesOf(found: Found, plan: Plan): Promise<Proposal["samples"]> {
  const size = sizeOf(plan.shape);
  const wanted = Math.min(SAMPLES, imagesOf(found));
  const most = Math.ceil(wanted / found.classes.length);
  const left = found.classes.map(({ count }) => Math.min(count, most));
  const pixels = new Uint8Array(wanted * size);
  const labels = new Uint8Array(wanted);
  const fitInto = fitter(plan);
  let taken = 0;
  for await (const raw of found.some?.(wanted) ?? found.images()) {
    for (let i = 0; i < raw.labels.length && taken < wanted; i++) {
      const label = raw.labels[i]!;
      if (left[label]! === 0) continue;
      left[label]! -= 1;
      fitInto(raw, i, pixels, taken * size);
      labels[taken++] = label;
    }
    if (taken === wanted || left.every((count) => count === 0)) break;
  }
  return { pixels: pixels.slice(0, taken * size), labels: labels.slice(0, taken) };
}
