import { describe, expect, test } from "vitest";
import { readDataset } from "../../../../src/cli/data";
import { FASHION_MNIST, IMAGE_PIXELS } from "../../../../src/datasets/fashion-mnist";
import { PictureError, toGarment } from "../../../../src/datasets/picture/garment";
import { channelsOf, greyOf, type Pixels } from "../../../../src/datasets/picture/grey";
import { type Box, boxOf, crop, fitImage, resample } from "../../../../src/datasets/picture/shape";
import { syntheticDataset } from "../../../../src/datasets/synthetic";
import { type Light, ring, type Shape, Sheet, shirt, type Tone, trousers, whole } from "./sheet";

/** An image of the data set as a picture, each of its pixels `times` pixels across and down. */
function enlarged(image: Uint8Array, times = 1): Pixels {
  const side = 28 * times;
  const rgba = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let at = 0; at < side * side; at++) {
    const grey = image[28 * Math.floor(at / side / times) + Math.floor((at % side) / times)]!;
    for (let c = 0; c < 3; c++) rgba[4 * at + c] = grey;
  }
  return { width: side, height: side, rgba };
}

/** How far a box's sides are from where they should be, the furthest, as a share of its size. */
function boxError(found: Box, box: Box): number {
  const across = [found.x - box.x, found.x + found.width - box.x - box.width];
  const down = [found.y - box.y, found.y + found.height - box.y - box.height];
  return Math.max(
    ...across.map((off) => Math.abs(off) / box.width),
    ...down.map((off) => Math.abs(off) / box.height),
  );
}

const brightness = (image: Uint8Array, x: number, y: number) => image[28 * y + x]!;

describe("grey", () => {
  test("weighs colours by Rec. 601, and shows the ground through what is transparent", () => {
    const rgba = Uint8ClampedArray.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 9, 9, 9, 0);
    const grey = greyOf(channelsOf({ width: 4, height: 1, rgba }, 200));
    for (const [i, value] of [0.299 * 255, 0.587 * 255, 0.114 * 255, 200].entries()) {
      expect(grey[i]).toBeCloseTo(value, 3);
    }
  });
});

describe("scaling", () => {
  test("averages the area of each pixel, so that brightness stays", () => {
    const values = Float32Array.from({ length: 90 * 60 }, (_, i) => (i * 37) % 256);
    const picture = { width: 90, height: 60, values };
    const mean = (of: Float32Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
    for (const [width, height] of [
      [28, 19],
      [45, 30],
      [90, 60],
      [7, 28],
    ] as const) {
      expect(mean(resample(picture, width, height).values)).toBeCloseTo(mean(values), 3);
    }
    expect(resample(picture, 90, 60).values).toEqual(values);
  });

  test("takes the mean of the pixels under it", () => {
    const picture = { width: 3, height: 2, values: Float32Array.of(0, 60, 120, 30, 90, 150) };
    const small = resample(picture, 2, 1);
    // The middle column is shared by halves.
    expect([...small.values]).toEqual([
      (0 + 30 + 0.5 * (60 + 90)) / 3,
      (120 + 150 + 0.5 * (60 + 90)) / 3,
    ]);
  });

  test.each([
    ["across", 10, 40, 7, 28],
    ["across", 8, 28, 8, 28],
    ["down", 40, 10, 28, 7],
    ["down", 28, 9, 28, 9],
  ])("centres %s, the larger part of an odd margin before: %i × %i", (_, width, height, w, h) => {
    const values = new Float32Array(width * height).fill(200);
    const image = fitImage({ width, height, values });
    const mask = image.map((value) => Number(value > 0));
    const [x, y] = [Math.ceil((28 - w) / 2), Math.ceil((28 - h) / 2)];
    expect(boxOf(mask, 28)).toEqual({ x, y, width: w, height: h });
  });

  test("cuts out exactly what is in the box", () => {
    const values = Float32Array.from({ length: 100 }, (_, i) => i);
    const cut = crop({ width: 10, height: 10, values }, { x: 2, y: 3, width: 2, height: 2 });
    expect([cut.width, cut.height, ...cut.values]).toEqual([2, 2, 32, 33, 42, 43]);
  });
});

const { dataset } = await readDataset(FASHION_MNIST.classNames.map((_, id) => id));

describe(`an image of ${dataset.spec.source}`, () => {
  const image = (i: number) => dataset.images.subarray(i * IMAGE_PIXELS, (i + 1) * IMAGE_PIXELS);
  /** The numbers of those that come back as anything else. */
  const changed = (numbers: readonly number[], change: (image: Uint8Array) => Pixels) =>
    numbers.filter((i) => {
      const { image: back } = toGarment(change(image(i)));
      return back.some((value, at) => value !== image(i)[at]);
    });
  const all = Array.from({ length: dataset.count }, (_, i) => i);
  /** Of each class as many; all 10,000 test images came back as they were. */
  const some = all.filter((i) => i % 47 === 0);

  test("comes back as it was", () => {
    expect(changed(some, (own) => enlarged(own))).toEqual([]);
  });

  test("comes back as it was, printed black on white", () => {
    const negative = (original: Uint8Array) => enlarged(original.map((value) => 255 - value));
    expect(changed(some, negative)).toEqual([]);
  });

  test.each([2, 10, 18])("comes back as it was, enlarged %i times", (times) => {
    const few = all.filter((i) => i % 1000 === 0);
    expect(changed(few, (original) => enlarged(original, times))).toEqual([]);
  });

  test("that is not laid out as all of them are is a picture like others", () => {
    const small = new Sheet(28, 28, 0).put({ x: 2, y: 3, width: 10, height: 14 }, whole, 200);
    const steps = toGarment(small.pixels());
    expect(steps.ground).toBe("dark");
    expect(steps.box).toEqual({ x: 2, y: 3, width: 10, height: 14 });
    expect(boxOf(steps.image, 28)).toEqual({ x: 4, y: 0, width: 20, height: 28 });
  });

  test("in colour is a picture like others", () => {
    const { width, height, rgba } = enlarged(image(0));
    rgba[4 * 400] = 255 - rgba[4 * 400]!;
    expect(toGarment({ width, height, rgba }).ground).not.toBe("own");
  });
});

const SIZE = [192, 256] as const;
const BOX: Box = { x: 60, y: 75, width: 72, height: 106 };

describe("the ground", () => {
  const GREYS = [0, 20, 110, 140, 240, 255];
  const pairs = GREYS.flatMap((ground) =>
    GREYS.map((garment) => [ground, garment] as const),
  ).filter(([ground, garment]) => Math.abs(ground - garment) >= 15);

  test.each(pairs)("of grey %i has a garment of %i on it, with any print", (ground, garment) => {
    const print = { x: 90, y: 115, width: 14, height: 14 };
    for (const grey of [null, garment > 128 ? 0 : 255, ground]) {
      const sheet = new Sheet(...SIZE, ground).put(BOX, shirt, garment);
      if (grey !== null) sheet.put(print, ring, grey);
      const { box, inverted, image } = toGarment(sheet.pixels());
      expect(box).toEqual(BOX);
      expect(inverted).toBe(garment < ground);
      // Under an arm, and at the hem.
      expect(brightness(image, 5, 24)).toBe(0);
      const room = garment < ground ? ground : 255 - ground;
      const strength = (255 * Math.abs(garment - ground)) / room;
      expect(Math.abs(brightness(image, 14, 24) - strength)).toBeLessThanOrEqual(1);
    }
  });

  test("lies between the light and the dark parts of a garment: both are shown, apart", () => {
    const sleeve = { x: BOX.x, y: BOX.y, width: 12, height: 30 };
    const sheet = new Sheet(...SIZE, 128).put(BOX, shirt, 20).put(sleeve, whole, 240);
    const { box, image } = toGarment(sheet.pixels());
    expect(box).toEqual(BOX);
    const [body, arm] = [brightness(image, 14, 20), brightness(image, 6, 3)];
    expect(body).toBeGreaterThan(200);
    expect(arm).toBeGreaterThan(50);
    expect(body - arm).toBeGreaterThan(100);
  });

  test("is as bright as the garment, or a part of it, in another colour", () => {
    const sheet = new Sheet(...SIZE, [0, 130, 0]).put(BOX, shirt, [255, 0, 0]);
    const { box, image } = toGarment(sheet.pixels());
    expect(box).toEqual(BOX);
    expect(brightness(image, 14, 20)).toBeGreaterThan(50);
    const front = { x: 84, y: 110, width: 24, height: 40 };
    const parts = new Sheet(...SIZE, 140).put(BOX, shirt, 20).put(front, whole, [240, 110, 40]);
    expect(brightness(toGarment(parts.pixels()).image, 14, 14)).toBeGreaterThan(25);
  });

  test("comes out the same from a light sheet and, turned over, from a dark one", () => {
    const light = new Sheet(...SIZE, 255).put(BOX, shirt, 20).pixels();
    const dark = { ...light, rgba: light.rgba.map((v, at) => (at % 4 === 3 ? v : 255 - v)) };
    const [fromLight, fromDark] = [toGarment(light), toGarment(dark)];
    expect([fromLight.ground, fromDark.ground]).toEqual(["light", "dark"]);
    expect(fromLight.image).toEqual(fromDark.image);
  });

  test("shows through a bag's handle, and is black there", () => {
    const bag: Shape = (x, y) =>
      y > 0.4 || (Math.abs(x - 0.5) < 0.3 && !(Math.abs(x - 0.5) < 0.2 && y > 0.1));
    const { image } = toGarment(new Sheet(...SIZE, 230).put(BOX, bag, 60).pixels());
    expect(brightness(image, 14, 7)).toBe(0);
    expect(brightness(image, 14, 1)).toBeGreaterThan(150);
  });
});

describe("a transparent ground", () => {
  const cut = (tone: Tone) => new Sheet(...SIZE, tone).put(BOX, shirt, tone).cutOut(BOX, shirt);

  test.each([
    ["white", 255, false],
    ["black", 0, true],
    ["grey", 128, true],
    ["yellow", [255, 240, 0] as const, true],
    ["nearly white", 240, false],
  ])("has a %s garment on it", (_, tone, inverted) => {
    const steps = toGarment(cut(tone).pixels());
    expect(steps).toMatchObject({ ground: "transparent", box: BOX, inverted });
    expect(brightness(steps.image, 14, 20)).toBeGreaterThan(25);
    expect(brightness(steps.image, 5, 24)).toBe(0);
  });

  test("has a garment on it that fills the picture", () => {
    const { width, height } = BOX;
    const all = { x: 0, y: 0, width, height };
    for (const grey of [255, 0]) {
      const sheet = new Sheet(width, height, grey).cutOut(all, shirt);
      const steps = toGarment(sheet.pixels());
      expect(steps).toMatchObject({ ground: "transparent", box: all });
      expect(brightness(steps.image, 14, 20)).toBe(255);
    }
  });

  test("has a white garment with a black print on it, and a black one with white sleeves", () => {
    const print = { x: 80, y: 110, width: 30, height: 30 };
    const printed = new Sheet(...SIZE, 255).put(print, whole, 0).cutOut(BOX, shirt);
    const white = toGarment(printed.pixels());
    expect(white.box).toEqual(BOX);
    expect(brightness(white.image, 14, 24)).toBe(255);
    expect(brightness(white.image, 13, 12)).toBe(0);

    const sleeves = new Sheet(...SIZE, 0).put({ ...BOX, width: 14 }, whole, 255).cutOut(BOX, shirt);
    const black = toGarment(sleeves.pixels());
    expect(black.box).toEqual(BOX);
    expect(brightness(black.image, 14, 20)).toBe(255);
    expect(brightness(black.image, 6, 3)).toBeGreaterThan(50);
  });

  test("is none where corners alone are: they are no garment either", () => {
    for (const [ground, garment] of [
      [60, 220],
      [230, 40],
    ] as const) {
      const sheet = new Sheet(...SIZE, ground).put(BOX, shirt, garment);
      for (let n = 0; n < 36; n++) {
        const [x, y] = [n % 6, Math.floor(n / 6)];
        if (x + y < 6) sheet.clear(x, y).clear(SIZE[0] - 1 - x, SIZE[1] - 1 - y);
      }
      expect(toGarment(sheet.pixels())).toMatchObject({ box: BOX, inverted: garment < ground });
    }
  });
});

describe("uneven light", () => {
  /** Of a picture's corners 1, of the middle of its sides 0.5. */
  const corner = (x: number, y: number) => ((2 * x - 1) ** 2 + (2 * y - 1) ** 2) / 2;
  const LIGHTS: Record<string, Light> = {
    "from the left": (x) => 1 - 0.3 * x,
    "from the left, falling to two fifths": (x) => 1 - 0.6 * x,
    "from above": (_, y) => 1 - 0.3 * y,
    "from a corner": (x, y) => 1 - 0.2 * x - 0.2 * y,
    "from two sides": (x) => 0.6 + 0.4 * (2 * x - 1) ** 2,
    "of a lens, half in the corners": (x, y) => 1 / (1 + 0.41 * corner(x, y)) ** 2,
    "of a lens, a quarter in the corners": (x, y) => 1 / (1 + corner(x, y)) ** 2,
    "of a lamp over a corner": (x, y) => 0.5 + 0.5 / (1 + 3 * x * x + 3 * y * y),
    "of a lamp beside": (x, y) => 0.4 + 0.6 / (1 + 4 * x * x + 4 * (y - 0.5) ** 2),
    "of a lamp's circle": (x, y) => 0.6 + 0.4 * Math.exp(-((x - 0.3) ** 2 + (y - 0.3) ** 2) / 0.18),
  };
  const PLACES: Record<string, Box> = {
    "in the middle": BOX,
    "filling the picture": { x: 10, y: 13, width: 172, height: 230 },
    "touching the lower edge": { x: 50, y: 106, width: 92, height: 150 },
    "touching the left edge": { x: 0, y: 60, width: 110, height: 140 },
  };
  const all = Object.keys(LIGHTS).flatMap((light) =>
    Object.keys(PLACES).map((place) => [light, place] as const),
  );

  test.each(all)("%s, garment %s: its box stays", (light, place) => {
    const want = PLACES[place]!;
    for (const [ground, garment, noise] of [
      [250, 30, 0],
      [240, 160, 4],
      [60, 220, 0],
    ] as const) {
      const sheet = new Sheet(...SIZE, ground).put(want, shirt, garment);
      const { box, inverted } = toGarment(sheet.light(LIGHTS[light]!).noise(noise).pixels());
      expect(boxError(box, want), `${garment} on ${ground}`).toBeLessThan(0.05);
      expect(inverted).toBe(garment < ground);
    }
  });

  test("of a sheet from 255 to 190 leaves a dark shirt of 144 × 212 as large as it is", () => {
    const want = { x: 120, y: 150, width: 144, height: 212 };
    const sheet = new Sheet(384, 512, 255).light((x) => 1 - (65 / 255) * x);
    expect(toGarment(sheet.put(want, shirt, 40).pixels()).box).toEqual(want);
  });

  test("does not show in a garment that reaches two edges", () => {
    const want = { x: 55, y: 0, width: 82, height: 256 };
    const sheet = new Sheet(...SIZE, 240).put(want, trousers, 60).light((x) => 1 - 0.3 * x);
    expect(boxError(toGarment(sheet.pixels()).box, want)).toBeLessThan(0.05);
  });

  test("is taken out of the garment, too", () => {
    const sheet = new Sheet(...SIZE, 250).put(BOX, shirt, 100);
    const even = toGarment(sheet.pixels()).image;
    const uneven = toGarment(sheet.light((x, y) => 1 - 0.25 * x - 0.15 * y).pixels()).image;
    for (const [at, value] of even.entries()) {
      expect(Math.abs(value - uneven[at]!)).toBeLessThanOrEqual(2);
    }
  });
});

describe("noise and dust", () => {
  test.each([3, 6, 10, 15, 20])("of deviation %i leaves the box", (deviation) => {
    for (const garment of [90, 160]) {
      const sheet = new Sheet(384, 512, 240).put(
        { x: 120, y: 150, width: 144, height: 212 },
        shirt,
        garment,
      );
      const { box } = toGarment(sheet.noise(deviation).pixels());
      expect(boxError(box, { x: 120, y: 150, width: 144, height: 212 })).toBeLessThan(0.05);
    }
  });

  test("does not belong to the garment", () => {
    const sheet = new Sheet(400, 400, 250).put(
      { x: 150, y: 120, width: 90, height: 140 },
      shirt,
      40,
    );
    for (const [x, y] of [
      [3, 3],
      [390, 391],
      [20, 380],
      [300, 40],
    ] as const) {
      sheet.put({ x, y, width: 3, height: 3 }, whole, 30);
    }
    const { box, image } = toGarment(sheet.pixels());
    expect(box).toEqual({ x: 150, y: 120, width: 90, height: 140 });
    expect(brightness(image, 4, 24)).toBe(0);
  });

  test("too faint to be of a garment as clear do not belong to it; parts of it as faint do", () => {
    const want = { x: 150, y: 120, width: 90, height: 140 };
    const sheet = new Sheet(400, 400, 250).put({ x: 20, y: 20, width: 60, height: 40 }, whole, 232);
    expect(toGarment(sheet.pixels()).box).toEqual({ x: 20, y: 20, width: 60, height: 40 });
    expect(toGarment(sheet.put(want, shirt, 40).pixels()).box).toEqual(want);
    const hem = new Sheet(400, 400, 250).put({ ...want, height: 100 }, whole, 40);
    hem.put({ ...want, y: 220, height: 40 }, whole, 232);
    expect(boxError(toGarment(hem.pixels()).box, want)).toBeLessThan(0.05);
  });
});

describe("thin lines", () => {
  /** A diamond's outline, a pixel wide. */
  const diamond = (radius: number, ground: number, line: number) => {
    const sheet = new Sheet(512, 512, ground);
    for (let i = 0; i < radius; i++) {
      sheet.dot(256 + i, 256 - radius + i, line).dot(256 + radius - i, 256 + i, line);
      sheet.dot(256 - i, 256 + radius - i, line).dot(256 - radius + i, 256 - i, line);
    }
    return sheet;
  };

  test.each([
    [255, 0],
    [0, 255],
    [140, 240],
    [230, 190],
  ])("on %i, of %i, are a drawing", (ground, line) => {
    for (const radius of [60, 200, 255]) {
      const { box, image } = toGarment(diamond(radius, ground, line).pixels());
      const side = 2 * radius + 1;
      expect(box).toEqual({ x: 256 - radius, y: 256 - radius, width: side, height: side });
      expect(image.some((value) => value > 0)).toBe(true);
    }
  });

  test("are straps of a dress, in noise and uneven light too", () => {
    const dress = { x: 180, y: 200, width: 150, height: 250 };
    const sheet = new Sheet(512, 512, 245).put(dress, whole, 40);
    for (const x of [200, 310]) sheet.put({ x, y: 120, width: 1, height: 80 }, whole, 40);
    const want = { x: 180, y: 120, width: 150, height: 330 };
    expect(toGarment(sheet.pixels()).box).toEqual(want);
    const { box, image } = toGarment(
      sheet
        .light((x) => 1 - 0.25 * x)
        .noise(4)
        .pixels(),
    );
    expect(boxError(box, want)).toBeLessThan(0.01);
    const strap = [...image.subarray(2 * 28, 3 * 28)].filter((value) => value > 8);
    expect(strap).toHaveLength(2);
  });
});

describe("a picture of", () => {
  test.each([
    [3, 3],
    [5, 4],
    [8, 8],
    [12, 30],
    [28, 28],
    [40, 20],
    [512, 8],
    [9, 300],
  ])("%i × %i pixels has its garment found", (width, height) => {
    const box = { x: width >> 2, y: height >> 2, width: width >> 1, height: height >> 1 };
    for (const [ground, garment] of [
      [255, 0],
      [0, 255],
      [140, 240],
      [230, 180],
    ] as const) {
      const sheet = new Sheet(width, height, ground).put(box, whole, garment);
      expect(toGarment(sheet.pixels()).box).toEqual(box);
    }
  });

  test("nothing is refused with what to bring", () => {
    for (const grey of [0, 130, 255]) {
      const flat = new Sheet(50, 40, grey);
      expect(() => toGarment(flat.pixels())).toThrow(PictureError);
      expect(() => toGarment(flat.light((x) => 1 - 0.4 * x).pixels())).toThrow(/plain/);
    }
    const empty = { width: 0, height: 0, rgba: new Uint8ClampedArray(0) };
    expect(() => toGarment(empty)).toThrow(/no pixels/);
    const clear = new Sheet(20, 20, 255).cutOut({ x: 0, y: 0, width: 1, height: 1 }, () => false);
    expect(() => toGarment(clear.pixels())).toThrow(PictureError);
    // 5% of the range or less is ground, as for Fashion-MNIST itself.
    const faint = new Sheet(50, 50, 200).put({ x: 10, y: 10, width: 30, height: 30 }, whole, 212);
    expect(() => toGarment(faint.pixels())).toThrow(PictureError);
  });

  test("a garment drawn by code has it cut out by its own edges", () => {
    const { images } = syntheticDataset(
      FASHION_MNIST.classNames.map((_, id) => id),
      3,
      4,
    );
    for (let i = 0; i < 3 * FASHION_MNIST.classNames.length; i++) {
      const original = images.subarray(i * IMAGE_PIXELS, (i + 1) * IMAGE_PIXELS);
      const sheet = new Sheet(200, 200, 255);
      for (const [at, value] of original.entries()) {
        const [x, y] = [30 + 5 * (at % 28), 20 + 5 * Math.floor(at / 28)];
        sheet.put({ x, y, width: 5, height: 5 }, whole, 255 - value);
      }
      const { box } = toGarment(sheet.pixels());
      const edge = boxOf(
        original.map((value) => Number(value > 12)),
        28,
      )!;
      const want = {
        x: 30 + 5 * edge.x,
        y: 20 + 5 * edge.y,
        width: 5 * edge.width,
        height: 5 * edge.height,
      };
      expect(boxError(box, want)).toBeLessThan(0.05);
    }
  });
});
