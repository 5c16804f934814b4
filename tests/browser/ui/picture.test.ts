/** Files of pictures through the browser's own decoders. */

import { encode } from "fast-png";
import { describe, expect, it } from "vitest";
import { loadDataset } from "../../../src/datasets/download/load";
import { FASHION_MNIST, IMAGE_PIXELS } from "../../../src/datasets/fashion-mnist";
import type { Pixels } from "../../../src/datasets/picture/grey";
import type { Box } from "../../../src/datasets/picture/shape";
import { garmentOf } from "../../../src/ui/views/images/draw/picture";
import { Sheet, shirt, whole } from "../../unit/datasets/picture/sheet";

type Png = Parameters<typeof encode>[0];
const png = (picture: Png) => new Blob([Uint8Array.from(encode(picture))], { type: "image/png" });

/** In a coder of the browser's. */
async function coded({ width, height, rgba }: Pixels, type: string, quality: number) {
  const canvas = new OffscreenCanvas(width, height);
  const data = new ImageData(Uint8ClampedArray.from(rgba), width, height);
  canvas.getContext("2d")!.putImageData(data, 0, 0);
  const blob = await canvas.convertToBlob({ type, quality });
  expect(blob.type).toBe(type);
  return blob;
}

/** How far a box's sides are from where they should be, the furthest, as a share of its size. */
const boxError = (found: Box, box: Box): number =>
  Math.max(
    Math.abs(found.x - box.x) / box.width,
    Math.abs(found.x + found.width - box.x - box.width) / box.width,
    Math.abs(found.y - box.y) / box.height,
    Math.abs(found.y + found.height - box.y - box.height) / box.height,
  );

describe("an image of the data set, saved as a PNG", () => {
  it("comes back as it was, one in ten of all test images", async () => {
    const { dataset } = await loadDataset({
      classes: FASHION_MNIST.classNames.map((_, id) => id),
      baseUrl: new URL("/data/fashion-mnist/", location.href).href,
      fetch: (...request) => fetch(...request),
    });
    const isReal = dataset.spec.source === "fashion-mnist";
    let count = 0;
    const changed: number[] = [];
    for (let i = 0; i < dataset.count; i++) {
      // Of each class's 7,000 images the test images come last.
      if (isReal && (i % 7000 < 6000 || i % 10 !== 0)) continue;
      count += 1;
      const data = dataset.images.slice(i * IMAGE_PIXELS, (i + 1) * IMAGE_PIXELS);
      const { image } = await garmentOf(png({ width: 28, height: 28, channels: 1, data }));
      if (image.some((value, at) => value !== data[at])) changed.push(i);
    }
    if (isReal) expect(count).toBe(1000);
    expect(changed).toEqual([]);
  });

  it.each(["grey", "grey of 16 bits", "colour", "colour and alpha", "a palette"])(
    "comes back as it was from a file in %s",
    async (kind) => {
      const own = Uint8Array.from({ length: IMAGE_PIXELS }, (_, at) =>
        at % 28 < 4 || at % 28 > 22 ? 0 : (at * 7) % 256,
      );
      const spread = (channels: number) =>
        Uint8Array.from({ length: channels * IMAGE_PIXELS }, (_, at) =>
          at % channels === 3 ? 255 : own[Math.floor(at / channels)]!,
        );
      const size = { width: 28, height: 28 };
      const files: Record<string, Png> = {
        grey: { ...size, channels: 1, data: own },
        "grey of 16 bits": {
          ...size,
          channels: 1,
          depth: 16,
          data: Uint16Array.from(own, (value) => 257 * value),
        },
        colour: { ...size, channels: 3, data: spread(3) },
        "colour and alpha": { ...size, channels: 4, data: spread(4) },
        "a palette": {
          ...size,
          channels: 1,
          data: own,
          palette: Array.from({ length: 256 }, (_, grey) => [grey, grey, grey]),
        },
      };
      const steps = await garmentOf(png(files[kind]!));
      expect(steps.ground).toBe("own");
      expect(steps.image).toEqual(own);
    },
  );
});

describe("a photograph", () => {
  const SIZE = [384, 512] as const;
  const BOX: Box = { x: 120, y: 150, width: 144, height: 212 };
  const scenes = {
    "dark on white": new Sheet(...SIZE, 255).put(BOX, shirt, 30),
    "light on black": new Sheet(...SIZE, 5).put(BOX, shirt, 230),
    "light on grey": new Sheet(...SIZE, 140).put(BOX, shirt, 240),
    "faint on white": new Sheet(...SIZE, 250).put(BOX, shirt, 215),
    "in colour, in uneven light": new Sheet(...SIZE, [240, 230, 215])
      .put(BOX, shirt, [60, 90, 170])
      .light((x, y) => 1 - 0.25 * x - 0.15 * y)
      .noise(4),
    "with a print": new Sheet(...SIZE, 200)
      .put(BOX, shirt, 250)
      .put({ x: 180, y: 230, width: 24, height: 24 }, whole, 30),
  };

  const files = [
    ["image/jpeg", 0.95],
    ["image/jpeg", 0.75],
    ["image/jpeg", 0.4],
    ["image/webp", 0.6],
  ] as const;
  const all = Object.entries(scenes).flatMap(([name, sheet]) =>
    files.map(([type, quality]) => [name, type, quality, sheet] as const),
  );

  it.each(all)(
    "%s, in a file of %s at %f, has its garment found",
    async (_, type, quality, sheet) => {
      const { box } = await garmentOf(await coded(sheet.pixels(), type, quality));
      expect(boxError(box, BOX)).toBeLessThan(0.05);
    },
  );

  it.each([
    ["huge", 4000, 3000],
    ["small", 60, 80],
    ["long", 3000, 200],
  ])("that is %s has its garment found", async (_, width, height) => {
    const box = {
      x: Math.round(width / 4),
      y: Math.round(height / 4),
      width: Math.round(width / 2),
      height: Math.round(height / 2),
    };
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "rgb(235 235 235)";
    context.fillRect(0, 0, width, height);
    context.fillStyle = "rgb(40 60 90)";
    context.fillRect(box.x, box.y, box.width, box.height);
    const steps = await garmentOf(await canvas.convertToBlob({ type: "image/jpeg" }));
    const scale = steps.grey.width / width;
    const found = {
      x: steps.box.x / scale,
      y: steps.box.y / scale,
      width: steps.box.width / scale,
      height: steps.box.height / scale,
    };
    expect(boxError(found, box)).toBeLessThan(0.05);
  });

  it("that is huge keeps a strap of a few pixels", async () => {
    const canvas = new OffscreenCanvas(3000, 4000);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "white";
    context.fillRect(0, 0, 3000, 4000);
    context.fillStyle = "rgb(20 20 20)";
    context.fillRect(1000, 1500, 1000, 2000);
    for (const x of [1100, 1880]) context.fillRect(x, 800, 8, 700);
    const { box, grey } = await garmentOf(await canvas.convertToBlob({ type: "image/jpeg" }));
    expect(grey.height).toBe(512);
    expect(Math.abs((box.height * 4000) / 512 - 2700)).toBeLessThan(60);
  });
});

describe("a garment on a transparent ground", () => {
  const BOX: Box = { x: 30, y: 40, width: 60, height: 80 };
  const cut = (grey: number) => {
    return new Sheet(120, 160, grey).cutOut(BOX, shirt).pixels();
  };

  it.each([255, 128, 0])("of grey %i is found in a file with alpha", async (grey) => {
    const { width, height, rgba } = cut(grey);
    const file = png({ width, height, channels: 4, data: Uint8Array.from(rgba) });
    expect(await garmentOf(file)).toMatchObject({ ground: "transparent", box: BOX });
  });

  it.each([255, 128, 0])("of grey %i is found in a file with a palette", async (grey) => {
    const { width, height, rgba } = cut(grey);
    // What is transparent has any colour: here the garment's own.
    const palette: [number, number, number, number][] = [
      [grey, grey, grey, 0],
      [grey, grey, grey, 255],
    ];
    const data = Uint8Array.from({ length: width * height }, (_, at) =>
      Number(rgba[4 * at + 3]! > 127),
    );
    const steps = await garmentOf(png({ width, height, channels: 1, palette, data }));
    expect(steps.ground).toBe("transparent");
    expect(boxError(steps.box, BOX)).toBeLessThan(0.03);
    expect(steps.image[28 * 20 + 14]).toBeGreaterThan(120);
  });
});

describe("a file that is no picture", () => {
  it("is refused with what to bring", async () => {
    const damaged = new Blob(["\x89PNG\r\n"], { type: "image/png" });
    await expect(garmentOf(damaged)).rejects.toThrow(/damaged.* bring another, as PNG/);
    const text = new Blob(["a,b"], { type: "text/csv" });
    await expect(garmentOf(text)).rejects.toThrow(/cannot read a file of text\/csv .* bring a PNG/);
    await expect(garmentOf(new Blob(["a,b"]))).rejects.toThrow(/cannot read this file/);
    const large = new Blob([new Uint8Array(41e6)], { type: "image/png" });
    await expect(garmentOf(large)).rejects.toThrow(/41 MB: bring one of at most 40 MB/);
  });
});
