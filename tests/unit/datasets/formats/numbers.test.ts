import { gzipSync, strToU8 } from "fflate";
import { describe, expect, it } from "vitest";
import { openData } from "../../../../src/datasets/formats";
import { DataFileError, inMemory } from "../../../../src/datasets/formats/input";
import { npyFile, npzFile } from "../../../../src/export/npy";
import {
  byClass,
  cifarBatch,
  csvText,
  type Files,
  idx,
  idxImages,
  idxLabels,
  inputs,
  planar,
  propose,
  read,
  tarOf,
  testImages,
  zipOf,
} from "./files";

const IMAGES = testImages(90, 8, 8, 1);
const TEST = testImages(30, 8, 8, 1);
const OTHER = testImages(90, 9, 12, 1);
const COLOUR = testImages(72, 8, 10, 3);

const floats = (pixels: Uint8Array, scale: number, shift = 0) =>
  Float32Array.from(pixels, (value) => value * scale + shift);

const gzip = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => gzipSync(bytes);
const npy = (shape: number[], values: Float32Array | Uint32Array | Uint8Array) =>
  new Uint8Array(npyFile({ shape, values }));
const COLOUR_32 = testImages(66, 32, 32, 3);

/** Each holds the same images, and the same classes. */
const GREY: readonly (readonly [string, Files])[] = [
  [
    "an IDX pair",
    { "train-images-idx3-ubyte": idxImages(IMAGES), "train-labels-idx1-ubyte": idxLabels(IMAGES) },
  ],
  [
    "gzipped, with dots",
    {
      "a-images.idx3-ubyte.gz": gzip(idxImages(IMAGES)),
      "a-labels.idx1-ubyte.gz": gzip(idxLabels(IMAGES)),
    },
  ],
  [
    "whose names are swapped",
    { "train-labels-idx1-ubyte": idxImages(IMAGES), "train-images-idx3-ubyte": idxLabels(IMAGES) },
  ],
  [
    "in a zip",
    {
      "set.zip": zipOf({
        "set/images": idxImages(IMAGES),
        "set/labels": idxLabels(IMAGES),
        "__MACOSX/._a": "x",
      }),
    },
  ],
  [
    "NPZ of bytes",
    {
      "set.npz": new Uint8Array(
        npzFile({
          x_train: { shape: [90, 8, 8], values: IMAGES.pixels },
          y_train: { shape: [90], values: Uint8Array.from(IMAGES.labels) },
        }),
      ),
    },
  ],
  [
    "NPZ of arr_0 and arr_1",
    {
      "set.npz": new Uint8Array(
        npzFile({
          arr_0: { shape: [90, 64], values: IMAGES.pixels },
          arr_1: { shape: [90, 1], values: Uint32Array.from(IMAGES.labels) },
        }),
      ),
    },
  ],
  [
    "NPY of floats from 0 to 1",
    {
      "images.npy": npy([90, 8, 8, 1], floats(IMAGES.pixels, 1 / 255)),
      "labels.npy": npy([90], Uint32Array.from(IMAGES.labels)),
    },
  ],
  [
    "NPY of floats from −1 to 1",
    {
      "images.npy": npy([90, 1, 8, 8], floats(IMAGES.pixels, 2 / 255, -1)),
      "labels.npy": npy([90], floats(Uint8Array.from(IMAGES.labels), 1)),
    },
  ],
  ["CSV, label first", { "set.csv": csvText(IMAGES) }],
  [
    "CSV, label last, with a header",
    { "set.csv": csvText(IMAGES, { isLast: true, header: true }) },
  ],
  [
    "CSV in gzip, with semicolons",
    { "set.csv.gz": gzip(strToU8(csvText(IMAGES, { separator: ";" }))) },
  ],
  [
    "CSV of fractions in a zip",
    { "a.zip": zipOf({ "a/set.csv": csvText(IMAGES, { scale: 1 / 255, isLast: true }) }) },
  ],
  [
    "CSV with Windows' line ends",
    { "set.csv": csvText(IMAGES, { header: true }).replaceAll("\n", "\r\n") },
  ],
];

/** Comparing 200,000 numbers by `toEqual` takes a second. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

describe("grey images", () => {
  it.each(GREY)("come from %s", async (_, files) => {
    const dataset = await read(files);
    expect(dataset.spec).toMatchObject({ height: 8, width: 8, channels: 1, source: "own" });
    expect(dataset.spec.classNames).toEqual(["0", "1", "2"]);
    expect(isSame(dataset.images, byClass(IMAGES))).toBe(true);
    expect([...dataset.labels]).toEqual([...IMAGES.labels].sort());
  });

  it("are the same data set, whatever the format", async () => {
    const ids = await Promise.all(GREY.map(async ([, files]) => (await read(files)).spec.id));
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    const other = {
      ...IMAGES,
      pixels: IMAGES.pixels.map((value, at) => (at === 70 ? value ^ 1 : value)),
    };
    expect((await read({ "a.csv": csvText(other) })).spec.id).not.toBe(ids[0]);
  });

  it("find their labels beside them", async () => {
    const beside = {
      "b-labels.idx1-ubyte": idxLabels(OTHER),
      "a-labels.idx1-ubyte.gz": gzip(idxLabels(IMAGES)),
      "note.txt": "hello",
    };
    const proposal = await propose({ "a-images.idx3-ubyte": idxImages(IMAGES) }, { beside });
    expect(proposal.files).toEqual(["a-images.idx3-ubyte", "a-labels.idx1-ubyte"]);
    const alone = await propose({ "a-images.idx3-ubyte": idxImages(IMAGES) });
    expect(alone.classes).toEqual([{ name: "image", count: 90, test: 0 }]);
  });

  it("keep the set's own test part behind each class", async () => {
    const files = {
      "t10k-images-idx3-ubyte": idxImages(TEST),
      "t10k-labels-idx1-ubyte": idxLabels(TEST),
      "train-images-idx3-ubyte": idxImages(IMAGES),
      "train-labels-idx1-ubyte": idxLabels(IMAGES),
    };
    const dataset = await read(files);
    expect(dataset.spec.testCounts).toEqual([10, 10, 10]);
    const [size, ofClass] = [64, 40];
    const lastOfFirst = dataset.images.subarray((ofClass - 1) * size, ofClass * size);
    expect([...lastOfFirst]).toEqual([...TEST.pixels.subarray(27 * size, 28 * size)]);
    const table = { "set_test.csv": csvText(TEST), "set_train.csv": csvText(IMAGES) };
    expect((await read(table)).spec.id).toBe(dataset.spec.id);
    const arrays = npzFile({
      x_test: { shape: [30, 8, 8], values: TEST.pixels },
      y_test: { shape: [30], values: Uint8Array.from(TEST.labels) },
      x_train: { shape: [90, 8, 8], values: IMAGES.pixels },
      y_train: { shape: [90], values: Uint8Array.from(IMAGES.labels) },
    });
    expect((await read({ "a.npz": new Uint8Array(arrays) })).spec.id).toBe(dataset.spec.id);
  });

  it("of EMNIST's letters are stood upright and called by letters", async () => {
    const labels = IMAGES.labels.map((label) => label + 1);
    const files = {
      "emnist-letters-train-images-idx3-ubyte": idxImages(OTHER),
      "emnist-letters-train-labels-idx1-ubyte": idx([90], labels),
    };
    const dataset = await read(files);
    expect(dataset.spec).toMatchObject({ height: 12, width: 9, classNames: ["A", "B", "C"] });
    expect(dataset.images[12 * 0 + 1 * 9]).toBe(OTHER.pixels[1]);
    const asIs = await read(files, { choices: { upright: "as-is" } });
    expect(asIs.spec).toMatchObject({ height: 9, width: 12 });
  });

  it("of scikit-learn's digits, from 0 to 16, fill the range of bytes", async () => {
    const pixels = IMAGES.pixels.map((value) => Math.round(value / 16));
    const proposal = await propose({
      "digits.csv": csvText({ ...IMAGES, pixels }, { isLast: true }),
    });
    expect(proposal.guesses).toContainEqual(
      expect.objectContaining({ name: "range", value: "0..16" }),
    );
    const dataset = await read({
      "digits.csv": csvText({ ...IMAGES, pixels }, { isLast: true }),
    });
    expect(Math.max(...dataset.images)).toBe(255);
  });
});

describe("colour images", () => {
  const bytes = { shape: [72, 8, 10, 3], values: COLOUR.pixels };
  const labels = { shape: [72], values: Uint8Array.from(COLOUR.labels) };

  it("come from arrays with channels last and first", async () => {
    const last = await read({ "a.npz": new Uint8Array(npzFile({ images: bytes, labels })) });
    const first = await read({
      "a.npz": new Uint8Array(
        npzFile({ images: { shape: [72, 3, 8, 10], values: planar(COLOUR) }, labels }),
      ),
    });
    expect(isSame(last.images, byClass(COLOUR))).toBe(true);
    expect(first.spec).toEqual(last.spec);
  });

  it("come from CIFAR's batches, alone and in a tar.gz with names", async () => {
    const batch = cifarBatch(COLOUR_32);
    const dataset = await read({ "data_batch_1.bin": batch });
    expect(isSame(dataset.images, byClass(COLOUR_32))).toBe(true);
    const archive = await tarOf({
      "cifar/data_batch_1.bin": batch,
      "cifar/test_batch.bin": batch,
      "cifar/batches.meta.txt": "plane\ncar\nbird\n",
    });
    const packed = await read({ "cifar.tar.gz": gzip(archive) });
    expect(packed.spec.classNames).toEqual(["plane", "car", "bird"]);
    expect(packed.spec.testCounts).toEqual([22, 22, 22]);
  });

  it("come from CIFAR-100's batches, by their fine labels or their coarse ones", async () => {
    const batch = cifarBatch(COLOUR_32);
    // A coarse label before each fine one.
    const both = new Uint8Array(66 * 3074);
    for (let i = 0; i < 66; i++) {
      both[i * 3074] = Number(COLOUR_32.labels[i]! > 1);
      both.set(batch.subarray(i * 3073, (i + 1) * 3073), i * 3074 + 1);
    }
    const files = {
      "train.bin": both,
      "fine_label_names.txt": "apple\nbear\nbed\n",
      "coarse_label_names.txt": "alive\nfurniture\n",
    };
    const fine = await read(files);
    expect(fine.spec.classNames).toEqual(["apple", "bear", "bed"]);
    expect(isSame(fine.images, byClass(COLOUR_32))).toBe(true);
    const coarse = await propose(files, { choices: { classes: "coarse" } });
    expect(coarse.classes.map(({ name, count }) => [name, count])).toEqual([
      ["alive", 44],
      ["furniture", 22],
    ]);
  });

  it("become grey by Rec. 601, and grey ones colour", async () => {
    const npz = { "a.npz": new Uint8Array(npzFile({ images: bytes, labels })) };
    const grey = await read(npz, { choices: { channels: "1" } });
    const [red, green, blue] = COLOUR.pixels;
    expect(grey.images[0]).toBe(Math.round(0.299 * red! + 0.587 * green! + 0.114 * blue!));
    const colour = await read({ "a.csv": csvText(IMAGES) }, { choices: { channels: "3" } });
    expect([...colour.images.subarray(0, 3)]).toEqual(Array(3).fill(IMAGES.pixels[0]));
  });
});

describe("a proposal", () => {
  it("has what would come of the files, and the images to show", async () => {
    const proposal = await propose(
      { "a.csv": csvText(OTHER.height === 9 ? IMAGES : OTHER) },
      { choices: { size: "16x12" } },
    );
    expect(proposal).toMatchObject({
      format: "csv",
      original: { height: 8, width: 8, channels: 1 },
      shape: { height: 16, width: 12, channels: 1 },
      images: 90,
    });
    expect(proposal.samples.pixels).toHaveLength(16 * 16 * 12);
    expect([...new Set(proposal.samples.labels)]).toEqual([0, 1, 2]);
    expect(structuredClone(proposal)).toEqual(proposal);
    expect(proposal.guesses.map(({ name }) => name)).toContain("fit");
  });

  it("ends where it is taken back", async () => {
    const files = inputs({ "a.csv": csvText(IMAGES) });
    const control = new AbortController();
    const host = { decode: () => Promise.reject(), signal: control.signal };
    const opened = await openData({ files, beside: [], choices: {} }, host);
    control.abort();
    await expect(opened.read("a")).rejects.toThrow(/abort/i);
    await expect(openData({ files, beside: [], choices: {} }, host)).rejects.toThrow(/abort/i);
  });
});

describe("is refused in a sentence with the file and what would do:", () => {
  const few = testImages(60, 8, 8, 1);
  const withValue = (at: number, value: number) => {
    const values = floats(IMAGES.pixels, 1 / 255);
    values[at] = value;
    return { "a.npy": npy([90, 8, 8], values) };
  };
  const bomb = () => {
    const zip = zipOf({ "a.csv": "1,".repeat(3e6) });
    // What the list says of the unpacked size is a lie.
    const view = new DataView(zip.buffer);
    for (let at = zip.length - 46; at > 0; at--)
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 2000, true);
    return zip;
  };
  const lines = csvText(IMAGES).split("\n");

  it.each<[string, Files, RegExp, object?]>([
    ["nothing", {}, /There are no files: bring/],
    [
      "labels alone",
      { "y-labels": idxLabels(IMAGES) },
      /y-labels holds labels, and no images: bring/,
    ],
    [
      "counts that differ",
      { "x-images": idxImages(IMAGES), "x-labels": idxLabels(TEST) },
      /x-images has 90 images, and x-labels 30 labels: .*bring its own/,
    ],
    [
      "arrays whose counts differ",
      { "x.npy": npy([90, 8, 8], IMAGES.pixels), "y.npy": npy([30], Uint8Array.from(TEST.labels)) },
      /x\.npy has 90 images, and y\.npy 30 labels: bring/,
    ],
    [
      "images for labels",
      { "x-images": idxImages(IMAGES) },
      /other-images is no IDX file of labels: bring/,
      { choices: { labels: "other-images" }, beside: { "other-images": idxImages(OTHER) } },
    ],
    [
      "a cut gzip",
      { "a.csv.gz": gzip(strToU8(csvText(IMAGES))).slice(0, 900) },
      /a\.csv\.gz is cut off or damaged: .*get it again/,
    ],
    [
      "a cut IDX file",
      { "a-images": idxImages(IMAGES).slice(0, 3000) },
      /a-images is cut off after 3,000 bytes: get/,
    ],
    [
      "an IDX file with more",
      { "a-images": new Uint8Array([...idxImages(IMAGES), 1, 2]) },
      /a-images goes on after the 5,776 bytes/,
    ],
    [
      "a cut zip",
      { "a.zip": zipOf({ "a.csv": csvText(IMAGES) }).slice(0, 400) },
      /a\.zip is cut off or damaged: .*get it again/,
    ],
    [
      "a damaged zip",
      {
        "a.zip": zipOf({ "a.csv": csvText(IMAGES) }).map((byte, at) =>
          at === 900 ? byte ^ 255 : byte,
        ),
      },
      /a\.csv in a\.zip is damaged: /,
    ],
    [
      "a zip bomb",
      { "a.zip": bomb() },
      /a\.csv in a\.zip is damaged: it does not unpack to what the zip says/,
    ],
    [
      "few images",
      { "a.csv": csvText(few) },
      /a\.csv has 60 images: training takes 64 at least, bring more/,
    ],
    [
      "one class of two images",
      { "a.npy": npy([2, 8, 8], IMAGES.pixels.slice(0, 128)) },
      /a\.npy has 2 images: training takes 64 at least/,
    ],
    [
      "floats out of range",
      withValue(5, 812.25),
      /a\.npy has numbers from 0(\.\d+)? to 812\.\d, and images have .*\(range, such as -5\.\.5\)/,
    ],
    [
      "a range that is left",
      withValue(5, 0),
      /a\.npy has numbers from 0 to 1, and black and white are to be 0 and 0\.5: choose/,
      { choices: { range: "0..0.5" } },
    ],
    [
      "NaN",
      withValue(700, Number.NaN),
      /a\.npy has NaN \(not a number\) among its pixels, as number 701: put/,
    ],
    [
      "a web page",
      { "a.csv": "<!DOCTYPE html><html><body>404</body></html>" },
      /a\.csv is a web page \(HTML\).*: a data set is IDX/,
    ],
    [
      "text that is no table",
      { "a.csv": "name,age\nAda,36\n" },
      /a\.csv is text .*: a data set is IDX/,
    ],
    [
      "columns that are no square",
      { "a.csv": lines.map((line) => `${line},1,2`).join("\n") },
      /a\.csv has 67 columns: a table of images has a square number/,
    ],
    [
      "a row that is cut",
      { "a.csv": [...lines.slice(0, 80), "0,1,2"].join("\n") },
      /a\.csv, row 81, has 3 columns, and the others 65/,
    ],
    [
      "text for a pixel",
      { "a.csv": [...lines.slice(0, 80), lines[80]!.replace(/,\d+,/, ",oops,")].join("\n") },
      /a\.csv, row 81, has "oops" for a pixel: put/,
    ],
    [
      "images that are too small",
      { "a.npy": npy([90, 4, 4], IMAGES.pixels.slice(0, 1440)) },
      /a\.npy has images of 4 × 4 pixels: they need 8 × 8/,
    ],
    [
      "an array that is no images",
      { "a.npy": npy([10, 9, 8, 8], IMAGES.pixels) },
      /a\.npy has the shape \(10, 9, 8, 8\), which no images have/,
    ],
    [
      "a size beyond limits",
      { "a.csv": csvText(IMAGES) },
      /size must be pixels down and across from 8 to 64, as in 28x28, not 99x9/,
      { choices: { size: "99x9" } },
    ],
    [
      "a guess that is none",
      { "a.csv": csvText(IMAGES) },
      /fit may be crop, pad for these files, not squash/,
      { choices: { fit: "squash" } },
    ],
    [
      "labels for a table",
      { "a.csv": csvText(IMAGES), "y.txt": "hello" },
      /a\.csv and its kind have no file of labels .*\(classes\)/,
      { choices: { labels: "y.txt" } },
    ],
    [
      "a choice that there is not",
      { "a.csv": csvText(IMAGES) },
      /tile is nothing that can be chosen about a\.csv: there is classes, range/,
      { choices: { tile: "8x8" } },
    ],
  ])("%s", async (_, files, message, asked = {}) => {
    const failure = await read(files, asked).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DataFileError);
    expect(String(failure)).toMatch(message);
  });
});

describe("a sample", () => {
  it("is the same data set from every format, in the classes' proportions", async () => {
    const samples = await Promise.all(
      GREY.map(([, files]) => read(files, { choices: { images: "80" } })),
    );
    expect(new Set(samples.map(({ spec }) => spec.id)).size).toBe(1);
    const [{ labels, images, count }] = samples as [(typeof samples)[number]];
    const ofClass = [0, 1, 2].map((id) => labels.filter((label) => label === id).length);
    expect([count, ...ofClass.sort()]).toEqual([80, 26, 27, 27]);
    const all = new Set(
      IMAGES.labels.map((_, i) => String(IMAGES.pixels.subarray(64 * i, 64 * i + 64))),
    );
    const taken = labels.map((_, i) =>
      Number(all.delete(String(images.subarray(64 * i, 64 * i + 64)))),
    );
    expect(taken.every(Boolean)).toBe(true);
  });

  it("keeps the test part's proportion, and its place", async () => {
    const files = { "set_test.csv": csvText(TEST), "set_train.csv": csvText(IMAGES) };
    const proposal = await propose(files, { choices: { images: "80" } });
    expect(proposal.images).toBe(80);
    expect(proposal.notes).toEqual(["80 of 120 images are taken, a random sample of each class."]);
    const { spec } = await read(files, { choices: { images: "80" } });
    expect(spec.testCounts).toEqual(proposal.classes.map(({ test }) => test));
    expect(spec.testCounts?.reduce((sum, count) => sum + count)).toBe(20);
  });

  it.each(["63", "91", "ten", "-70"])("of %s of 90 images is refused", async (images) => {
    await expect(propose({ "a.csv": csvText(IMAGES) }, { choices: { images } })).rejects.toThrow(
      `images may be 64 to 90 of a.csv, or all, not ${images}.`,
    );
  });

  /** IDX files whose images come when they are read: pixels are their class. */
  function many(count: number, sizes: readonly number[]) {
    const pixels = sizes.reduce((product, side) => product * side, 1);
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
    return [
      inMemory("a-labels", idx([count], labels)),
      {
        path: "a-images",
        size: null,
        async *stream() {
          yield idx([count, ...sizes], []);
          for (let i = 0; i < count; i += 300) {
            const rows = new Uint8Array(Math.min(300, count - i) * pixels);
            for (let row = 0; row * pixels < rows.length; row++)
              rows.fill((i + row) % 3, row * pixels, (row + 1) * pixels);
            yield rows;
          }
        },
      },
    ];
  }
  const host = { decode: () => Promise.reject() };

  it("is taken of more images than fit", async () => {
    const brought = { files: many(120_000, [8, 8]), beside: [], choices: {} };
    const opened = await openData(brought, host);
    expect(opened.notes).toEqual([
      "100,000 of 120,000 images are taken, a random sample of each class; 100,000 fit at 8 × 8 × 1.",
    ]);
    const { guesses } = await opened.propose();
    expect(guesses).toContainEqual(expect.objectContaining({ name: "images", value: "100000" }));
    const { count, labels, images, spec } = await opened.read("many");
    expect(count).toBe(100_000);
    expect(labels.every((label, i) => images[64 * i] === label)).toBe(true);
    const ofClass = [0, 1, 2].map((id) => labels.lastIndexOf(id) - labels.indexOf(id) + 1);
    expect(ofClass.sort()).toEqual([33_333, 33_333, 33_334]);
    expect((await opened.read("again")).spec.id).toBe(spec.id);
  });

  it("is taken of more than 256 MB, and says what would make room", async () => {
    const brought = { files: many(30_000, [64, 64, 3]), beside: [], choices: {} };
    const { notes } = await openData(brought, host);
    expect(notes).toEqual([
      "20,833 of 30,000 images are taken, a random sample of each class; 20,833 fit at 64 × 64 × 3: a smaller size or one channel makes room for more.",
    ]);
    const all = openData({ ...brought, choices: { images: "all" } }, host);
    await expect(all).rejects.toThrow(
      /64 to 20,833 of a-images, not all: 20,833 fit at 64 × 64 × 3 of 30,000/,
    );
    const smaller = await openData({ ...brought, choices: { size: "32x32" } }, host);
    expect(smaller.notes).toEqual([]);
    const large = await openData(brought, { ...host, memory: 8 * 2 ** 30 });
    expect(large.notes).toEqual([]);
  });

  it("is taken of more than 1 GB where the device has 8 GB of memory", async () => {
    const brought = { files: many(90_000, [64, 64, 3]), beside: [], choices: {} };
    const { notes } = await openData(brought, { ...host, memory: 7.8e9 });
    expect(notes[0]).toMatch(/^81,380 of 90,000 images are taken.* 81,380 fit at 64 × 64 × 3/);
  });
});
