/** Every format that somebody may bring, by file and by link, read by the built page: the same images from each. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, strToU8 } from "fflate";
import type { Browser, Page } from "playwright-core";
import type { Plugin } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npyFile, npzFile } from "../../src/export/npy";
import {
  cifarBatch,
  csvText,
  type Files,
  folders,
  idxImages,
  idxLabels,
  imageOf,
  parquet,
  sheet,
  type TestImages,
  tarOf,
  testImages,
  zipOf,
} from "../unit/datasets/formats/files";
import { button, closePages, launchBrowser, openPage, type Served, serveApp } from "./app";

const GREY = testImages(90, 8, 8, 1);
const COLOUR = testImages(66, 32, 32, 3);
const NAMES = ["bird", "car", "plane"];
const META = `${NAMES.join("\n")}\n`;

interface Format {
  readonly name: string;
  /** What it is read from; a link has the only one of them. */
  readonly files: Files;
  readonly facts: string;
  readonly of: TestImages;
  readonly classNames: readonly string[];
}

const grey = (name: string, files: Files, from: string): Format => ({
  name,
  files,
  facts: `90 images of 8 × 8, grey, from ${from}.`,
  of: GREY,
  classNames: ["0", "1", "2"],
});
const colour = (name: string, files: Files, from: string): Format => ({
  name,
  files,
  facts: `66 images of 32 × 32, in colour, from ${from}.`,
  of: COLOUR,
  classNames: NAMES,
});

const IDX = { "t-images-idx3-ubyte": idxImages(GREY), "t-labels-idx1-ubyte": idxLabels(GREY) };
const PAIR = "IDX files, as MNIST has them";
const LABELS = Uint8Array.from(GREY.labels);
const arrays = {
  x_train: { shape: [90, 8, 8], values: GREY.pixels },
  y_train: { shape: [90], values: LABELS },
};
const npy = (shape: number[], values: Uint8Array) => new Uint8Array(npyFile({ shape, values }));

const GREYS: readonly Format[] = [
  grey("an IDX pair", IDX, PAIR),
  grey("an IDX pair in a zip", { "pair.zip": zipOf(IDX) }, PAIR),
  grey("NPZ", { "set.npz": new Uint8Array(npzFile(arrays)) }, "NumPy arrays"),
  grey(
    "NPY",
    { "images.npy": npy([90, 8, 8, 1], GREY.pixels), "labels.npy": npy([90], LABELS) },
    "NumPy arrays",
  ),
  grey("CSV", { "set.csv": csvText(GREY) }, "a table (CSV), a row an image"),
  grey(
    "CSV in gzip",
    { "set.csv.gz": gzipSync(strToU8(csvText(GREY, { isLast: true, header: true }))) },
    "a table (CSV), a row an image",
  ),
];

const PICTURES = folders(COLOUR, NAMES);
const BATCH = { "data_batch_1.bin": cifarBatch(COLOUR), "batches.meta.txt": META };
const CIFAR = "CIFAR’s binary files";

const colours = async (): Promise<readonly Format[]> => [
  colour("CIFAR’s batches", BATCH, CIFAR),
  colour("CIFAR’s tar.gz", { "cifar.tar.gz": gzipSync(await tarOf(BATCH)) }, CIFAR),
  colour("Parquet", { "train.parquet": parquet(COLOUR, NAMES) }, "a Parquet table"),
  colour("a folder of pictures", PICTURES, "pictures"),
  colour("a zip of pictures", { "set.zip": zipOf(PICTURES) }, "pictures"),
];

const SHEET = colour("a sheet", { "sheet.png": sheet(COLOUR, 11) }, "a sheet of pictures");

let folder = "";
let formats: readonly Format[] = [];
let served: Served;
let browser: Browser;

/** What the links point to. */
const files: Plugin = {
  name: "own-files",
  configurePreviewServer(server) {
    server.middlewares.use("/own", (request, response, next) => {
      const name = (request.url ?? "").slice(1);
      const found = formats.find((format) => name in format.files);
      if (!found) return next();
      response.end(found.files[name]);
    });
  },
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "latent-loom-formats-"));
  formats = [...GREYS, ...(await colours()), SHEET];
  [served, browser] = await Promise.all([serveApp({ plugins: [files] }), launchBrowser()]);
});
afterAll(async () => {
  await closePages(browser);
  await served?.close();
  rmSync(folder, { recursive: true });
});

/** A page whose training thread never comes: it would take most of the time, and reads none of these files. */
async function open(address: string): Promise<Page> {
  const { page } = await openPage(browser, "about:blank");
  await page.route(/tfjs\.worker/, (route) => route.abort());
  await page.goto(address);
  return page;
}

interface Shown {
  readonly facts: string;
  /** Red, green and blue of each pixel. */
  readonly pictures: readonly (readonly number[])[];
  /** The classes' names beside them; none where there is one class. */
  readonly names: readonly string[];
}

async function shownBy(page: Page): Promise<Shown> {
  const preview = page.locator('[data-testid="preview"][data-step="proposed"]');
  await preview.waitFor();
  return preview.evaluate((element) => ({
    facts: element.querySelector<HTMLElement>('[data-testid="facts"]')?.innerText ?? "",
    pictures: [...element.querySelectorAll("canvas")].map((canvas) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return [...data].filter((_, at) => at % 4 < 3);
    }),
    names: [...element.querySelectorAll("figcaption")].map(({ textContent }) => textContent ?? ""),
  }));
}

/** What was found is what was written: sixteen of the images, each beside its class's name. */
function expectFound({ name, of, classNames, facts }: Format, shown: Shown): void {
  expect([name, shown.facts]).toEqual([name, facts]);
  const written = new Map(of.labels.map((label, i) => [rgbOf(of, i).join(), classNames[label]]));
  const found = shown.pictures.map((pixels) => written.get(pixels.join()));
  expect(found).toEqual(shown.names.length > 0 ? shown.names : found.filter(Boolean));
  expect(new Set(shown.pictures.map((pixels) => pixels.join())).size).toBe(16);
}

const rgbOf = (images: TestImages, i: number): number[] =>
  [...imageOf(images, i)].flatMap((value) =>
    images.channels === 1 ? [value, value, value] : value,
  );

describe("every format, read by the page", () => {
  it("comes from files and folders", async () => {
    const page = await open(`${served.address}#data`);
    for (const format of formats) {
      const paths = Object.entries(format.files).map(([name, content]) => {
        const path = join(folder, format.name, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
        return path;
      });
      await page.getByRole("button", { name: /^Your own images/ }).click();
      const isFolder = Object.keys(format.files)[0]!.includes("/");
      const input = page.getByLabel(isFolder ? "Choose a folder" : "Choose files");
      await input.setInputFiles(isFolder ? join(folder, format.name, "set") : paths);
      expectFound(format, await shownBy(page));
      await button(page, "Cancel").click();
    }
  });

  it("comes from a link to IDX images, whose labels lie beside them", async () => {
    const page = await open("about:blank");
    await page.goto(`${served.address}?data=/own/t-images-idx3-ubyte`);
    expectFound(GREYS[0]!, await shownBy(page));
  });

  it("comes from a link, where it is one file", async () => {
    const page = await open("about:blank");
    for (const format of formats) {
      const [name, ...others] = Object.keys(format.files);
      if (others.length > 0) continue;
      await page.goto(`${served.address}?data=/own/${name}`);
      expectFound(format, await shownBy(page));
    }
  });
});
