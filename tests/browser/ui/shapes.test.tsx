/** Images of other shapes than Fashion-MNIST's on the page: every pixel is where and what it should be. */

import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import type { DataSpec } from "../../../src/datasets/dataset";
import { sizeOf } from "../../../src/math/image-set";
import type { Reconstructions } from "../../../src/protocol/inference";
import { umapChart } from "../../../src/state/space/map/chart";
import {
  ERROR_COLOURS,
  errorPixels,
  errorRaster,
  imageRaster,
} from "../../../src/ui/pictures/draw";
import { galleryFigure } from "../../../src/ui/pictures/galleryFigure";
import { galleryLayout } from "../../../src/ui/pictures/layout";
import { OneImage } from "../../../src/ui/pictures/OneImage";
import { Painter, type Sheet } from "../../../src/ui/pictures/painter";
import { cssVariables, theme } from "../../../src/ui/theme";
import { coloursOfClasses } from "../../../src/ui/views/space/map/colours";
import { mapFigure } from "../../../src/ui/views/space/map/mapFigure";
import { type Scene, ScenePainter } from "../../../src/ui/views/space/map/scene";
import { COLOUR_8_12, GREY_16, pattern, stripOf } from "../../unit/image-sets";
import { RUN } from "../../unit/storage/finished-run";
import { expectNoViolationsInBothSchemes } from "./axe";
import { createFakeInference } from "./fakeInference";
import { button, type Opened, open, STEPS_PER_EPOCH } from "./harness";

const SPECS = [COLOUR_8_12, GREY_16];
const INK = {
  text: "#000",
  mark: "#f00",
  font: "12px sans-serif",
  errors: ERROR_COLOURS.light,
};

let opened: Opened | null = null;
let root: Root | null = null;
beforeAll(() => page.viewport(1440, 900));
afterEach(() => {
  opened?.close();
  root?.unmount();
  [opened, root] = [null, null];
  location.hash = "";
});

const pixelsOf = (canvas: HTMLCanvasElement, x: number, y: number, w: number, h: number) =>
  canvas.getContext("2d")!.getImageData(x, y, w, h).data;

/** An image of a strip as RGBA, each pixel so many times across and down. */
function enlarged(spec: DataSpec, bytes: Uint8Array, scale: number): number[] {
  const { width, height, rgba } = imageRaster(bytes, spec);
  return enlargedRaster(rgba, width, height, scale);
}

function enlargedRaster(rgba: ArrayLike<number>, width: number, height: number, scale: number) {
  const large: number[] = [];
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      const at = 4 * (Math.floor(y / scale) * width + Math.floor(x / scale));
      for (let c = 0; c < 4; c++) large.push(rgba[at + c]!);
    }
  }
  return large;
}

const imageOf = (spec: DataSpec, pixels: Uint8Array, image: number) =>
  pixels.subarray(image * sizeOf(spec), (image + 1) * sizeOf(spec));

/** What an SVG's embedded picture shows. */
async function embedded(image: Element): Promise<{ width: number; rgba: number[] }> {
  const picture = new Image();
  picture.src = image.getAttribute("href")!;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext("2d")!.drawImage(picture, 0, 0);
  return {
    width: picture.width,
    rgba: [...pixelsOf(canvas, 0, 0, picture.width, picture.height)],
  };
}

describe.each(SPECS)("a gallery of $title", (spec) => {
  const count = 7;
  const pixels = pattern(spec, count);
  const originals = pattern(spec, count, 3);
  const sheet: Sheet = {
    order: Uint32Array.from([3, 0, 6, 1, 2, 5, 4]),
    shape: spec,
    pixels,
    originals: null,
    values: Float32Array.from({ length: count }, (_, i) => i / 10),
  };
  const layout = galleryLayout(230, count, spec, 56);
  const sight = { top: 0, width: 230, height: 200, marked: null };
  const { width, height } = layout.image;
  const corner = (place: number): [number, number] => [
    Math.round((place % layout.columns) * layout.pitchX + (layout.pitchX - width) / 2),
    Math.floor(place / layout.columns) * layout.pitchY,
  ];

  it("paints each image at a whole scale, in its place", () => {
    const canvas = document.createElement("canvas");
    new Painter(canvas).paint(layout, sheet, INK, sight);
    const scale = width / spec.width;
    expect(height / spec.height).toBe(scale);
    for (const [place, image] of sheet.order.entries()) {
      const [x, y] = corner(place);
      if (y + height > sight.height) continue;
      expect([...pixelsOf(canvas, x, y, width, height)]).toEqual(
        enlarged(spec, imageOf(spec, pixels, image), scale),
      );
    }
  });

  it("paints errors by the mean of a pixel's channels", () => {
    const canvas = document.createElement("canvas");
    new Painter(canvas).paint(layout, { ...sheet, originals }, INK, sight);
    const [x, y] = corner(1);
    // The second place has image 0.
    const difference = (i: number) => {
      let sum = 0;
      for (let c = 0; c < spec.channels; c++) {
        sum += pixels[i * spec.channels + c]! - originals[i * spec.channels + c]!;
      }
      return Math.round(sum / spec.channels);
    };
    const errors = Array.from({ length: spec.width * spec.height }, (_, i) => difference(i));
    const rgba = errorPixels(
      Uint8Array.from(errors, (error) => Math.max(0, -error)),
      Uint8Array.from(errors, (error) => Math.max(0, error)),
      INK.errors,
    );
    expect([...pixelsOf(canvas, x, y, width, height)]).toEqual(
      enlargedRaster(rgba, spec.width, spec.height, width / spec.width),
    );
  });

  it("has the same pictures in a figure", async () => {
    const part = galleryFigure(layout, sheet, INK, sight);
    const images = [...part.querySelectorAll("image")];
    expect(images.length).toBeGreaterThan(2);
    for (const [place, image] of images.entries()) {
      expect(Number(image.getAttribute("width"))).toBe(width);
      expect(Number(image.getAttribute("height"))).toBe(height);
      const shown = await embedded(image);
      expect(shown.width).toBe(spec.width);
      const bytes = imageOf(spec, pixels, sheet.order[place]!);
      expect(shown.rgba).toEqual([...imageRaster(bytes, spec).rgba]);
    }
  });
});

describe.each(SPECS)("a map of $title", (spec) => {
  const images = stripOf(spec, pattern(spec, 2));
  const scene: Scene = {
    chart: umapChart(Float32Array.of(-1, 0, 1, 0)),
    colours: coloursOfClasses("light", Uint8Array.of(0, 1)),
    selected: null,
    images,
    tiles: null,
    ground: 0xffffff,
  };
  const size = { width: 400, height: 200 };
  const camera = { x: 0, y: 0, scale: 100 };

  it("has thumbnails with the image's sides and pixels", () => {
    const canvas = document.createElement("canvas");
    const painter = new ScenePainter(canvas);
    painter.resize(size.width, size.height);
    painter.paint(scene, camera, size, null);
    expect(canvas.dataset.thumbnails).toBe("2");
    // 28 pixels for the longer side, and at most three times that.
    const scale = Math.floor(84 / Math.max(spec.width, spec.height));
    const [width, height] = [spec.width * scale, spec.height * scale];
    for (const [image, x] of [
      [0, 100],
      [1, 300],
    ] as const) {
      const shown = pixelsOf(canvas, x - width / 2, 100 - height / 2, width, height);
      expect([...shown]).toEqual(enlarged(spec, imageOf(spec, images.pixels, image), scale));
    }
  });

  it("has tiles with the image's sides and pixels, on the screen and in a figure", async () => {
    const pictures = stripOf(spec, pattern(spec, 4, 5));
    const [width, height] = [(4 * spec.width) / 100, (4 * spec.height) / 100];
    const grid = { columns: 2, rows: 2, left: -width, top: height, width, height };
    const tiled = { ...scene, tiles: { ...grid, pictures } };
    const canvas = document.createElement("canvas");
    const painter = new ScenePainter(canvas);
    painter.resize(size.width, size.height);
    painter.paint(tiled, camera, size, null);
    const [w, h] = [4 * spec.width, 4 * spec.height];
    for (let tile = 0; tile < 4; tile++) {
      const [x, y] = [200 - w + (tile % 2) * w, 100 - h + Math.floor(tile / 2) * h];
      expect([...pixelsOf(canvas, x, y, w, h)]).toEqual(
        enlarged(spec, imageOf(spec, pictures.pixels, tile), 4),
      );
    }
    const parts = [...mapFigure(tiled, camera, size).querySelectorAll("image")];
    expect(parts).toHaveLength(4);
    expect(Number(parts[3]!.getAttribute("width"))).toBeCloseTo(w, 6);
    expect(Number(parts[3]!.getAttribute("height"))).toBeCloseTo(h, 6);
    expect((await embedded(parts[3]!)).rgba).toEqual([
      ...imageRaster(imageOf(spec, pictures.pixels, 3), spec).rgba,
    ]);
  });
});

async function render(part: ReactNode): Promise<HTMLElement> {
  const element = document.createElement("div");
  document.body.replaceChildren(element);
  root = createRoot(element);
  root.render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="light">
      {part}
    </MantineProvider>,
  );
  await expect.element(page.getByTestId("figures")).toBeVisible();
  return element;
}

describe.each(SPECS)("one image of $title", (spec) => {
  const strip = (seed: number): Reconstructions => {
    const figures = Float32Array.of(0.5);
    return {
      ...stripOf(spec, pattern(spec, 1, seed)),
      figures: { mse: figures, psnr: figures, ssim: figures, ssimWriteup: figures },
      mean: { mse: 0.5, psnr: 0.5, ssim: 0.5, ssimWriteup: 0.5 },
    };
  };

  it("is compared, and its errors and SSIM mapped, in its own shape", async () => {
    const original = pattern(spec, 1);
    const [net, pca] = [strip(1), strip(2)];
    const element = await render(
      <OneImage
        original={original}
        net={net}
        pca={pca}
        image={0}
        protocol="ssimWriteup"
        width={1000}
      />,
    );
    const canvas = (label: string) =>
      element.querySelector<HTMLCanvasElement>(`canvas[aria-label="${label}"]`)!;
    const shown = (label: string) => {
      const { width, height } = canvas(label);
      return [width, height, ...pixelsOf(canvas(label), 0, 0, width, height)];
    };
    const expected = (rgba: Iterable<number>) => [spec.width, spec.height, ...rgba];
    expect(shown("original")).toEqual(expected(imageRaster(original, spec).rgba));
    expect(shown("This net: reconstruction")).toEqual(expected(imageRaster(net.pixels, spec).rgba));
    const error = errorRaster(original, pca.pixels, spec, ERROR_COLOURS.light);
    expect(shown("PCA: signed error")).toEqual(expected(error.rgba));
    const map = canvas("PCA: SSIM map");
    expect([map.width, map.height]).toEqual([spec.width - 6, spec.height - 6]);
    // Its window's middle stands over the pixel's: a margin of half a window all round.
    const frame = map.parentElement!.getBoundingClientRect();
    const inner = map.getBoundingClientRect();
    const scale = frame.width / spec.width;
    expect(inner.left - frame.left).toBeCloseTo(3 * scale, 5);
    expect(inner.top - frame.top).toBeCloseTo(3 * scale, 5);
    expect(frame.bottom - inner.bottom).toBeCloseTo(3 * scale, 5);
    const { width, height } = canvas("original").getBoundingClientRect();
    expect(width / height).toBeCloseTo(spec.width / spec.height, 10);
  });
});

const grid = () => page.getByTestId("reconstructions").element();
const canvases = () => [...grid().querySelectorAll("canvas")];
const drawn = (canvas: HTMLCanvasElement) => [
  canvas.width,
  canvas.height,
  ...pixelsOf(canvas, 0, 0, canvas.width, canvas.height),
];
const asDrawn = (spec: DataSpec, bytes: Uint8Array) => [
  spec.width,
  spec.height,
  ...imageRaster(bytes, spec).rgba,
];

describe.each(SPECS)("the page with $title", (spec) => {
  const originals = pattern(spec, 4);
  const rebuilt = pattern(spec, 4, 1);
  const openPage = () =>
    open(
      {
        spec,
        originals,
        labels: [0, 1, 2, 0],
        reconstruct: () => rebuilt,
        pca: pattern(spec, 4, 2),
      },
      {},
      createFakeInference(),
    );

  it("names its classes and draws every picture as it is", async () => {
    opened = await openPage();
    const chips = [...document.querySelectorAll("fieldset label")].map((chip) => chip.textContent);
    expect(chips).toEqual(expect.arrayContaining(["Stop", "Yield", "Ahead"]));
    expect(chips).not.toContain("Trouser");
    await expect
      .element(page.getByRole("button", { name: /^Yield 2, SSIM/ }))
      .toHaveAttribute("aria-pressed", "false");
    await button("Train").click();
    opened.worker.advance(STEPS_PER_EPOCH);
    await expect.element(page.getByTestId("frame")).toHaveTextContent("after epoch 1");
    // A column an image: original, reconstruction, error.
    expect(canvases()).toHaveLength(12);
    for (let image = 0; image < 4; image++) {
      const [original, net, error] = canvases().slice(3 * image, 3 * image + 3);
      const [a, b] = [imageOf(spec, originals, image), imageOf(spec, rebuilt, image)];
      expect(drawn(original!)).toEqual(asDrawn(spec, a));
      // Until the net has pictures, PCA's are in their places.
      await expect.poll(() => drawn(net!)).toEqual(asDrawn(spec, b));
      const { rgba } = errorRaster(a, b, spec, ERROR_COLOURS.light);
      expect(drawn(error!)).toEqual([spec.width, spec.height, ...rgba]);
      const box = original!.getBoundingClientRect();
      expect(box.width / box.height).toBeCloseTo(spec.width / spec.height, 10);
    }
    // The same in the figure of the net, whose layers are made for that shape.
    const image = document.querySelector<HTMLCanvasElement>('canvas[aria-label="The image"]');
    expect(drawn(image!)).toEqual(asDrawn(spec, imageOf(spec, originals, 0)));
    const [record] = await (await opened.app.runs.store).list();
    expect(record!.spec).toEqual(spec);
  });
});

it("a code with as many numbers as an image is no task, and a press takes one that is", async () => {
  const opening = { settings: { ...DEFAULT_CONFIG, latentSize: 256 } };
  const [originals, pca] = [pattern(GREY_16, 4), pattern(GREY_16, 4, 2)];
  opened = await open(
    { spec: GREY_16, originals, labels: [0, 1, 2, 0], reconstruct: () => pca, pca },
    opening,
    createFakeInference(),
  );
  const advice = page.getByTestId("size-advice");
  await expect
    .element(advice)
    .toHaveTextContent("An image has 256 numbers here: PCA keeps them all in a code of 256");
  await expectNoViolationsInBothSchemes(advice.element());
  await button("Take 64").click();
  expect(opened.app.store.getState().settings.latentSize).toBe(64);
  await expect.poll(() => advice.elements()).toEqual([]);
  expect(document.activeElement?.id).toBe("latent-size");
});

describe("a stored run of images that are not loaded here", () => {
  it.each(SPECS)("opens and shows what it made of $title", async (spec) => {
    opened = await open({}, {}, createFakeInference());
    const store = await opened.app.runs.store;
    const pixels = pattern(spec, 2, 8);
    const config = { ...RUN.record.config, data: spec.id };
    const record = { ...RUN.record, id: "stored", config, spec, source: spec.source };
    await store.put(record, RUN.arrays!);
    for (const frame of RUN.frames) await store.putFrame("stored", { ...frame, pixels });
    await opened.app.openRun("stored");
    await expect.poll(() => canvases().length).toBe(2);
    for (const [image, canvas] of canvases().entries()) {
      const expected = asDrawn(spec, imageOf(spec, pixels, image));
      await expect.poll(() => drawn(canvas)).toEqual(expected);
    }
    await expect
      .element(page.getByRole("button", { name: "Image 2, SSIM 0.800: show in the figure" }))
      .toBeVisible();
    const image = document.querySelector<HTMLCanvasElement>('canvas[aria-label="The image"]')!;
    const { dataset } = image;
    await expect
      .poll(() => [image.width, image.height, dataset.empty])
      .toEqual([spec.width, spec.height, "true"]);
    // Going on with it would train its net on other images.
    await opened.app.continueRun("stored", 1);
    expect(opened.app.runs.state.getState().trouble?.message).toBe(
      `This run was trained on ${spec.title} (${spec.height} × ${spec.width} pixels${spec.channels === 3 ? " in colour" : ""}, ${spec.classNames.length} classes), which is not in this browser.`,
    );
    expect(opened.worker.commands.some(({ type }) => type === "start")).toBe(false);
  });
});
