/** Pictures in folders that are classes, as PNG, JPEG, WebP or GIF; and many images in one picture. */

import type { Choices } from "../proposal";
import { ClassCounter, type Find, type Found, guess, NO_CLASS, type RawImages } from "./found";
import {
  baseName,
  DataFileError,
  type DecodedPicture,
  type InputFile,
  type ReadHost,
  wholeOf,
} from "./input";
import { MOST_PICTURE_PIXELS, pictureSize } from "./picture-size";
import { isOfTestPart, type KnownFile } from "./unpack";

/** A photograph has 20 MB at most. */
const MOST_PICTURE_BYTES = 50e6;
/** Pictures that tell the sizes and the colours of all. */
const LOOKED_AT = 48;

export const findPictures: Find = async (files, _beside, choices, host) => {
  const pictures = files.filter(({ kind }) => kind === "picture");
  if (pictures.length === 0) return null;
  if (pictures.length === 1) return findSheet(pictures[0]!, choices, host);
  const from = guess(
    "classes",
    "Classes",
    [
      { value: "folders", label: "the folders' names" },
      { value: "names", label: "the beginnings of the files' names" },
      { value: "none", label: "none" },
    ],
    guessClasses(pictures),
    choices,
  );
  const classOf = CLASS_OF[from.value];
  const hasTraining = pictures.some(({ path }) => !isInTestFolder(path));
  const isTest = ({ path }: KnownFile) => hasTraining && isInTestFolder(path);
  const used = [...pictures].sort((a, b) => Number(isTest(a)) - Number(isTest(b)));
  const counter = new ClassCounter();
  for (const file of used) counter.add(classOf(file.path), isTest(file));
  const ids = counter.ids();

  async function* images(
    chosen: readonly KnownFile[],
    isTaken = (_label: number, _isTest: boolean) => true,
  ): AsyncGenerator<RawImages> {
    for (const file of chosen) {
      const labels = Uint8Array.of(ids.get(classOf(file.path))!);
      if (!isTaken(labels[0]!, isTest(file))) continue;
      yield { ...rawOf(await decoded(file, host)), labels, isTest: isTest(file) };
    }
  }
  const some = (count: number) => images(spread(used, count));
  const { notes, ...survey } = await surveyOf(some(LOOKED_AT));
  const others = files.filter(({ kind }) => kind !== "picture");
  const found: Found = {
    format: "pictures",
    files: used.map(({ path }) => path),
    ...survey,
    classes: counter.classes(),
    guesses: [from],
    notes: [
      ...notes,
      ...(others.length > 0
        ? [
            `${others.length.toLocaleString("en")} files are left out, which are no pictures (${baseName(others[0]!.path)}).`,
          ]
        : []),
    ],
    images: () => images(used),
    chosen: (isTaken) => images(used, isTaken),
    some,
  };
  return found;
};

/** The commonest size, and whether there are colours and transparent parts, in some of a set's pictures. */
export async function surveyOf(
  pictures: AsyncIterable<RawImages>,
): Promise<Pick<Found, "shape" | "isMixed" | "hasAlpha" | "notes">> {
  const sizes = new Map<string, number>();
  let [hasColour, hasAlpha] = [false, false];
  for await (const raw of pictures) {
    const size = `${raw.height}x${raw.width}`;
    sizes.set(size, (sizes.get(size) ?? 0) + 1);
    hasColour ||= isColoured(raw);
    hasAlpha ||= isTransparent(raw);
  }
  const [[commonest = ""] = []] = [...sizes].sort((a, b) => b[1] - a[1]);
  const [height = 0, width = 0] = commonest.split("x").map(Number);
  const isMixed = sizes.size > 1;
  return {
    shape: { height, width, channels: hasColour ? 3 : 1 },
    isMixed,
    hasAlpha,
    notes: isMixed
      ? [`The pictures have several sizes, ${height} × ${width} the most: all come to one.`]
      : [],
  };
}

const folderOf = (path: string): string => path.split("/").at(-2) ?? NO_CLASS;
/** "cat" of cat.12.jpg and of cat_12.jpg. */
const beginOf = (path: string): string =>
  /^[^\d._\s-]+|^\d+(?=[._\s-])/.exec(baseName(path))?.[0]?.toLowerCase() ?? NO_CLASS;

const CLASS_OF: Readonly<Record<"folders" | "names" | "none", (path: string) => string>> = {
  folders: folderOf,
  names: beginOf,
  none: () => NO_CLASS,
};

/** The folders, unless there is one alone; then the names' beginnings where these are few. */
function guessClasses(pictures: readonly KnownFile[]): "folders" | "names" | "none" {
  const folders = new Set(pictures.map(({ path }) => folderOf(path)));
  if (folders.size > 1) return "folders";
  const begins = new Set(pictures.map(({ path }) => beginOf(path)));
  return begins.size > 1 && begins.size <= Math.min(100, pictures.length / 8) ? "names" : "none";
}

/** "test" or "val" among the folders above a picture's own. */
const isInTestFolder = (path: string): boolean =>
  isOfTestPart(path.split("/").slice(0, -2).join("/"));

function spread<Item>(items: readonly Item[], count: number): Item[] {
  const some = Math.min(count, items.length);
  return Array.from(
    { length: some },
    (_, i) => items[Math.floor(((i + 0.5) * items.length) / some)]!,
  );
}

/** @throws DataFileError for what cannot be decoded */
export async function decoded(
  file: InputFile,
  { decode, signal }: ReadHost,
): Promise<DecodedPicture> {
  signal?.throwIfAborted();
  const bytes = await wholeOf(file, MOST_PICTURE_BYTES);
  const size = pictureSize(bytes);
  if (size && size.height * size.width > MOST_PICTURE_PIXELS) {
    throw new DataFileError(
      `${file.path} has ${size.width} × ${size.height} pixels, and ${MOST_PICTURE_PIXELS / 1e6} million can be taken: make it smaller, or cut it into several.`,
    );
  }
  try {
    return await decode(bytes);
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    throw new DataFileError(
      `${file.path} is damaged, or a kind of picture that cannot be read here: take it out, or save it again as PNG.`,
    );
  }
}

/** As one image, whose alpha and colours are still there. */
export function rawOf({
  height,
  width,
  rgba,
}: DecodedPicture): Omit<RawImages, "labels" | "isTest"> {
  return { height, width, channels: 4, pixels: rgba };
}

function isColoured({ pixels }: Pick<RawImages, "pixels">): boolean {
  for (let at = 0; at < pixels.length; at += 4) {
    // JPEG's grey comes back with colours of one step.
    const [red, green, blue] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!];
    if (Math.abs(red - green) > 4 || Math.abs(green - blue) > 4) return true;
  }
  return false;
}

function isTransparent({ pixels }: Pick<RawImages, "pixels">): boolean {
  for (let at = 3; at < pixels.length; at += 4) if (pixels[at]! < 255) return true;
  return false;
}

/** One picture with all images side by side. */
async function findSheet(file: KnownFile, choices: Choices, host: ReadHost): Promise<Found> {
  const picture = await decoded(file, host);
  const tile = choices.tile ?? tileOf(picture);
  const [, height = 0, width = 0] = (/^(\d+)x(\d+)$/.exec(tile) ?? []).map(Number);
  const rows = Math.floor(picture.height / height);
  const columns = Math.floor(picture.width / width);
  if (!(rows >= 1 && columns >= 1)) {
    throw new DataFileError(
      `tile must be an image's pixels down and across, as in 28x28, and at most ${picture.height}x${picture.width}, not ${tile}.`,
    );
  }
  const images = [...tilesOf(picture, { height, width, rows, columns })];
  const tiles = images.filter((pixels) => pixels.some((value, at) => value !== pixels[at % 4]));
  const left = images.length - tiles.length;
  const raw = (pixels: Uint8Array): RawImages => ({
    height,
    width,
    channels: 4,
    pixels,
    labels: Uint8Array.of(0),
    isTest: false,
  });
  const whole = { pixels: picture.rgba };
  return {
    format: "sheet",
    files: [file.path],
    shape: { height, width, channels: isColoured(whole) ? 3 : 1 },
    isMixed: false,
    hasAlpha: isTransparent(whole),
    classes: [{ name: NO_CLASS, count: tiles.length, test: 0 }],
    guesses: [
      {
        name: "tile",
        label: "One image in the sheet",
        value: tile,
        options: [...new Set([tile, ...sidesOf(picture.height, picture.width)])].map((value) => ({
          value,
          label: value.replace("x", " × "),
        })),
        isFree: true,
      },
    ],
    notes: left > 0 ? [`${left.toLocaleString("en")} empty places of the sheet are left out.`] : [],
    async *images() {
      yield* tiles.map(raw);
    },
  };
}

interface Grid {
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
}

function* tilesOf({ width: across, rgba }: DecodedPicture, grid: Grid): Generator<Uint8Array> {
  const { height, width, rows, columns } = grid;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const pixels = new Uint8Array(height * width * 4);
      for (let y = 0; y < height; y++) {
        const from = ((row * height + y) * across + column * width) * 4;
        pixels.set(rgba.subarray(from, from + width * 4), y * width * 4);
      }
      yield pixels;
    }
  }
}

/** Squares that fill a sheet. */
function sidesOf(height: number, width: number): string[] {
  const sides = [8, 16, 24, 28, 32, 48, 64];
  return sides
    .filter((side) => height % side === 0 && width % side === 0)
    .map((side) => `${side}x${side}`);
}

const [SHORTEST, LONGEST] = [8, 256];

/**
 * One image's size: how pixels differ from their neighbours repeats from image to image, be their edges
 * sharp or all black.
 */
function tileOf({ height, width, rgba }: DecodedPicture): string {
  const across = new Float64Array(width);
  const down = new Float64Array(height);
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      const at = (y * width + x) * 4 + 1;
      across[x]! += Math.abs(rgba[at]! - rgba[at - 4]!);
      down[y]! += Math.abs(rgba[at]! - rgba[at - 4 * width]!);
    }
  }
  return `${periodOf(down)}x${periodOf(across)}`;
}

/** The shortest of the lengths that divide a profile's own and after which it is the most like itself. */
function periodOf(profile: Float64Array): number {
  const lengths = Array.from({ length: LONGEST - SHORTEST + 1 }, (_, i) => SHORTEST + i).filter(
    (length) => profile.length % length === 0 && profile.length >= 2 * length,
  );
  const likeness = lengths.map((length) => correlation(profile, length));
  const best = Math.max(...likeness);
  return lengths[likeness.findIndex((value) => value >= 0.9 * best)] ?? profile.length;
}

/** Of a profile, without its first place, with itself so many places on. */
function correlation(profile: Float64Array, lag: number): number {
  const first = profile.subarray(1, profile.length - lag);
  const second = profile.subarray(1 + lag);
  const mean = (values: Float64Array) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(first), mean(second)];
  let [both, one, two] = [0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    const [p, q] = [first[i]! - a, second[i]! - b];
    both += p * q;
    one += p * p;
    two += q * q;
  }
  return one * two > 0 ? both / Math.sqrt(one * two) : 0;
}
