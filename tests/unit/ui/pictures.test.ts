import { describe, expect, it } from "vitest";
import { ERROR_COLOURS, errorPixels, greyPixels } from "../../../src/ui/pictures/draw";
import { gridLayout } from "../../../src/ui/views/train/reconstructions/ReconstructionGrid";
import { GREY_28 } from "../image-sets";

describe("pixels", () => {
  it("show grey as it is", () => {
    expect(Array.from(greyPixels(Uint8Array.of(0, 200)))).toEqual([
      0, 0, 0, 255, 200, 200, 200, 255,
    ]);
  });

  it("show no error as neutral, and the sign of an error by its colour", () => {
    const colours = ERROR_COLOURS.light;
    const pixels = errorPixels(Uint8Array.of(100, 100, 200), Uint8Array.of(100, 255, 0), colours);
    expect(Array.from(pixels.slice(0, 3))).toEqual([255, 255, 255]);
    expect(Array.from(pixels.slice(4, 7))).toEqual([...colours.over]);
    expect(Array.from(pixels.slice(8, 11))).toEqual([...colours.under]);
  });

  it("show a larger error further from neutral", () => {
    const green = (error: number) =>
      errorPixels(Uint8Array.of(0), Uint8Array.of(error), ERROR_COLOURS.light)[1]!;
    expect(green(4)).toBeLessThan(255);
    expect(green(40)).toBeLessThan(green(4));
  });
});

describe("the grid", () => {
  it("fills lines, or makes them equal where the last would be nearly empty", () => {
    expect(gridLayout(1076, 24, GREY_28)).toEqual({ scale: 2, columns: 15 });
    expect(gridLayout(788, 24, GREY_28)).toEqual({ scale: 2, columns: 8 });
    expect(gridLayout(1356, 24, GREY_28)).toEqual({ scale: 3, columns: 12 });
  });

  it("is one line that scrolls on a phone, and is safe without images", () => {
    expect(gridLayout(358, 24, GREY_28)).toEqual({ scale: 2, columns: 24 });
    expect(gridLayout(1076, 0, GREY_28).columns).toBeGreaterThan(0);
  });
});
