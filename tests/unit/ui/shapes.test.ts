import { describe, expect, it } from "vitest";
import { tileCentres, tileGrid } from "../../../src/state/space/map/tiles";
import {
  ERROR_COLOURS,
  errorPixels,
  errorRaster,
  fittingScale,
  imageRaster,
  mapRaster,
  pixelsInWords,
  rowBrightness,
} from "../../../src/ui/pictures/draw";
import { galleryLayout, placeAt } from "../../../src/ui/pictures/layout";
import { packed, Raster } from "../../../src/ui/views/space/map/raster";
import { layoutFigure, mapGrid } from "../../../src/ui/views/train/model/geometry";
import { drawingOf } from "../../../src/ui/views/train/model/stages";
import { encoderHalf, threadPaths } from "../../../src/ui/views/train/model/threads";
import { gridLayout } from "../../../src/ui/views/train/reconstructions/ReconstructionGrid";
import { COLOUR_8_12, GREY_16, GREY_28, pattern, stripOf } from "../image-sets";

const colours = ERROR_COLOURS.light;
/** A pixel's RGBA of a picture so wide. */
const at = (rgba: Uint8ClampedArray, width: number, x: number, y: number) =>
  Array.from(rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 4));

describe("an image's pixels", () => {
  it("have their three channels, row by row, 12 across and 8 down", () => {
    const bytes = pattern(COLOUR_8_12, 1);
    const { width, height, rgba } = imageRaster(bytes, COLOUR_8_12);
    expect([width, height, rgba.length]).toEqual([12, 8, 4 * 96]);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 12; x++) {
        const first = 3 * (12 * y + x);
        expect(at(rgba, 12, x, y)).toEqual([...bytes.subarray(first, first + 3), 255]);
      }
    }
  });

  it("are grey where there is one channel", () => {
    const bytes = pattern(GREY_16, 1);
    const { width, height, rgba } = imageRaster(bytes, GREY_16);
    expect([width, height]).toEqual([16, 16]);
    for (const [i, grey] of bytes.entries()) {
      expect(Array.from(rgba.subarray(4 * i, 4 * i + 4))).toEqual([grey, grey, grey, 255]);
    }
  });

  it("err by the mean of their channels, in one colour", () => {
    const shape = { height: 1, width: 3, channels: 3 };
    const original = Uint8Array.of(100, 100, 100, 50, 60, 70, 10, 10, 10);
    // Of the first +60, +30 and +30; of the second −90, 0 and 0; the third cancels.
    const other = Uint8Array.of(160, 130, 130, 0, 20, 70, 20, 0, 10);
    const { rgba } = errorRaster(original, other, shape, colours);
    const alone = errorPixels(Uint8Array.of(0, 30, 0), Uint8Array.of(40, 0, 0), colours);
    expect(Array.from(rgba)).toEqual(Array.from(alone));
    expect(at(rgba, 3, 2, 0)).toEqual([...colours.zero, 255]);
  });

  it("err number by number in grey, as they always did", () => {
    const [a, b] = [pattern(GREY_16, 1), pattern(GREY_16, 1, 9)];
    const { rgba } = errorRaster(a, b, GREY_16, colours);
    expect(Array.from(rgba)).toEqual(Array.from(errorPixels(a, b, colours)));
  });

  it("light a thread by the mean of its row, channels included", () => {
    const bytes = new Uint8Array(8 * 12 * 3);
    bytes.fill(255, 0, 36);
    bytes.fill(51, 36, 54);
    expect(rowBrightness(bytes, COLOUR_8_12).slice(0, 3)).toEqual([1, 0.1, 0]);
    expect(rowBrightness(bytes, COLOUR_8_12)).toHaveLength(8);
  });

  it("make a map that need not be square", () => {
    const values = Float32Array.of(0, 0.5, 1, -1, 2, 0.25);
    const { width, height, rgba } = mapRaster({ width: 3, height: 2, values });
    expect([width, height]).toEqual([3, 2]);
    expect(Array.from(rgba).filter((_, i) => i % 4 === 0)).toEqual([0, 128, 255, 0, 255, 64]);
  });

  it("are counted as what they are", () => {
    expect(pixelsInWords(GREY_28)).toBe("784 pixels");
    expect(pixelsInWords({ height: 32, width: 32, channels: 3 })).toBe("3,072 numbers");
  });
});

describe("the room for an image", () => {
  it("is filled by whole pixels, whichever side is longer", () => {
    expect(fittingScale(GREY_28, 56)).toBe(2);
    expect(fittingScale(GREY_28, 83)).toBe(2);
    expect(fittingScale(COLOUR_8_12, 56)).toBe(4);
    expect(fittingScale({ width: 8, height: 12 }, 56)).toBe(4);
    expect(fittingScale(GREY_16, 56)).toBe(3);
  });

  it("shrinks larger images by a whole number", () => {
    expect(fittingScale({ width: 96, height: 64 }, 56)).toBe(0.5);
    expect(fittingScale({ width: 64, height: 300 }, 56)).toBe(1 / 6);
  });

  it("has the image's own sides in the gallery", () => {
    const layout = galleryLayout(640, 30, COLOUR_8_12, 56);
    expect(layout).toMatchObject({
      image: { width: 48, height: 32 },
      columns: 11,
      rows: 3,
      pitchY: 58,
      height: 174,
    });
    expect(placeAt(layout, 30, 60, 60)).toBe(12);
  });

  it("has them in the grid of reconstructions", () => {
    expect(gridLayout(1076, 24, COLOUR_8_12)).toEqual({ scale: 5, columns: 14 });
    expect(gridLayout(1356, 24, COLOUR_8_12)).toEqual({ scale: 7, columns: 12 });
    expect(gridLayout(358, 24, GREY_16)).toEqual({ scale: 4, columns: 24 });
    // As many of 64 pixels as of two times 28 all but fit, at their own size.
    const large = { height: 64, width: 64, channels: 3 } as const;
    expect(gridLayout(1076, 24, large)).toEqual({ scale: 1, columns: 13 });
  });

  it("has them on the map, line by line from the top left", () => {
    const grid = tileGrid({ left: 0, right: 12, bottom: 0, top: 7 }, 4, 8 / 12);
    expect(grid).toMatchObject({ columns: 4, rows: 4, width: 3, height: 2, left: 0, top: 7.5 });
    expect(tileCentres(grid)[5]).toEqual({ x: 4.5, y: 4.5 });
  });
});

describe("a picture on the map", () => {
  it("is in colour, and twice as large in each direction", () => {
    const pixels = pattern(COLOUR_8_12, 2);
    const raster = new Raster(30, 20);
    raster.clear(packed(1, 2, 3));
    const place = { left: 3, top: 2, width: 24, height: 16 };
    raster.picture(stripOf(COLOUR_8_12, pixels), 1, place, 1);
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 30; x++) {
        const [column, row] = [Math.floor((x - 3) / 2), Math.floor((y - 2) / 2)];
        const isInside = column >= 0 && column < 12 && row >= 0 && row < 8;
        const first = 288 + 3 * (12 * row + column);
        const expected = isInside ? [...pixels.subarray(first, first + 3)] : [1, 2, 3];
        expect(at(raster.bytes, 30, x, y)).toEqual([...expected, 255]);
      }
    }
  });
});

describe("the net's figure", () => {
  const layer = (name: string, className: string, input: string, outputShape: number[]) => ({
    name,
    className,
    detail: "",
    inputs: [input],
    outputShape,
    parameters: 1,
    multiplyAdds: 1,
  });
  const net = drawingOf({
    layers: [
      layer("conv", "Conv2D", "image", [4, 6, 8]),
      layer("flat", "Flatten", "conv", [192]),
      layer("latent", "Dense", "flat", [2]),
      layer("dense", "Dense", "latent", [192]),
      layer("maps", "Reshape", "dense", [4, 6, 8]),
      layer("out", "Conv2DTranspose", "maps", [8, 12, 3]),
    ],
    parameters: 6,
    multiplyAdds: 6,
  });

  it("keeps the sides of pictures and of maps", () => {
    const layout = layoutFigure(1056, 2, net, COLOUR_8_12);
    for (const box of [layout.garment, layout.reconstruction, layout.error]) {
      expect([box.width, box.height]).toEqual([12 * layout.scale, 8 * layout.scale]);
    }
    expect(layout.scale).toBe(9);
    const [stage] = layout.encoder;
    expect(stage!.stage).toMatchObject({ height: 4, width: 6, maps: 8 });
    const cells = mapGrid(stage!);
    expect(cells.width / cells.height).toBeCloseTo(6 / 4, 10);
    expect(stage!.width).toBeCloseTo(cells.width, 10);
  });

  it("has a thread for each row of pixels", () => {
    const layout = layoutFigure(1056, 2, net, COLOUR_8_12);
    const half = encoderHalf(layout);
    const threads = threadPaths([half.start, half.end], half.rows);
    expect(threads.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const { y, height } = layout.garment;
    expect(threads[7]!.d).toMatch(new RegExp(`^M\\S+ ${(y + (7.5 / 8) * height).toFixed(1)}C`));
  });

  it("is as tall for images of any shape", () => {
    for (const width of [390, 700, 1056, 1700]) {
      const heights = [GREY_28, COLOUR_8_12, GREY_16].map(
        (shape) => layoutFigure(width, 2, null, shape).height,
      );
      expect(new Set(heights).size).toBe(1);
    }
  });
});
