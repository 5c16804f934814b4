import { describe, expect, it } from "vitest";
import {
  classColour,
  coloursOfClasses,
  coloursOfValues,
  endsOf,
} from "../../../../src/ui/views/space/map/colours";
import { colourOfHex, packed, Raster } from "../../../../src/ui/views/space/map/raster";
import { strip28 } from "../../image-sets";

const at = (raster: Raster, x: number, y: number) =>
  Array.from(raster.bytes.subarray(4 * (y * raster.width + x), 4 * (y * raster.width + x) + 4));

describe("a style sheet's colour", () => {
  it("is the same in six digits and in the three that a build makes of them", () => {
    expect(colourOfHex(" #fbfaf7")).toBe(packed(251, 250, 247));
    expect(colourOfHex("#f0c")).toBe(packed(255, 0, 204));
    expect(colourOfHex("#fff")).toBe(colourOfHex("#ffffff"));
  });
});

describe("a raster", () => {
  it("draws discs in their colour, over what is there, and cut off at the edges", () => {
    const raster = new Raster(12, 10);
    raster.clear(packed(250, 251, 252));
    raster.dot(5.2, 4.8, 2, packed(200, 10, 30), 1);
    expect(at(raster, 5, 5)).toEqual([200, 10, 30, 255]);
    expect(at(raster, 9, 9)).toEqual([250, 251, 252, 255]);
    raster.dot(5, 5, 2, packed(0, 210, 130), 0.5);
    expect(at(raster, 5, 5)).toEqual([100, 110, 80, 255]);
    const corner = new Raster(12, 10);
    corner.clear(0);
    corner.dot(0, 0, 2, packed(255, 255, 255), 1);
    corner.dot(-40, 400, 2, packed(255, 255, 255), 1);
    const lit = Array.from({ length: 120 }, (_, i) => corner.bytes[4 * i]!);
    expect(lit.filter((red) => red > 0).length).toBeLessThan(10);
    expect(at(corner, 11, 1)).toEqual([0, 0, 0, 255]);
  });

  it("draws pictures sharp at any size, cut off at the edges", () => {
    const pixels = Uint8Array.from({ length: 2 * 784 }, (_, i) => (i < 784 ? 9 : (i % 28) * 9));
    const raster = new Raster(70, 60);
    raster.clear(0);
    raster.picture(strip28(pixels), 1, { left: 4, top: 2, width: 56, height: 56 }, 1);
    expect(at(raster, 4, 2)[0]).toBe(0);
    expect(at(raster, 4 + 2 * 10, 30).slice(0, 3)).toEqual([90, 90, 90]);
    expect(at(raster, 4 + 2 * 10 + 1, 30)[0]).toBe(90);
    expect(at(raster, 59, 57)[0]).toBe(243);
    expect(at(raster, 60, 57)[0]).toBe(0);
    raster.picture(strip28(pixels), 0, { left: 50, top: 40, width: 56, height: 56 }, 1);
    expect(at(raster, 69, 59)[0]).toBe(9);
    raster.rectangle(-5, -5, 7, 7, packed(200, 100, 0), 0.5);
    expect(at(raster, 1, 1)).toEqual([100, 50, 0, 255]);
    expect(at(raster, 2, 2)[0]).toBe(0);
  });
});

describe("the map's colours", () => {
  it("are one for each class, light on dark and dark on light", () => {
    const labels = Uint8Array.of(3, 0, 3);
    const [first, second, third] = coloursOfClasses("light", labels);
    expect(first).toBe(packed(...classColour("light", 3)));
    expect(first).toBe(third);
    expect(first).not.toBe(second);
    const all = Uint8Array.from({ length: 10 }, (_, i) => i);
    for (const scheme of ["light", "dark"] as const) {
      expect(new Set(coloursOfClasses(scheme, all)).size).toBe(10);
    }
  });

  it("hold 3:1 against the map's ground", () => {
    const linear = (byte: number) =>
      byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4;
    const luminance = (word: number) =>
      0.2126 * linear(word & 255) +
      0.7152 * linear((word >> 8) & 255) +
      0.0722 * linear((word >> 16) & 255);
    const ground = { light: packed(255, 255, 255), dark: packed(26, 28, 31) };
    const steps = Float32Array.from({ length: 30 }, (_, i) => i / 29);
    for (const scheme of ["light", "dark"] as const) {
      const classes = coloursOfClasses(
        scheme,
        Uint8Array.from({ length: 10 }, (_, i) => i),
      );
      const ramp = coloursOfValues(scheme, steps, [0, 1]);
      for (const word of [...classes, ...ramp]) {
        const pair = [luminance(word), luminance(ground[scheme])].sort((a, b) => b - a);
        expect((pair[0]! + 0.05) / (pair[1]! + 0.05)).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it("run along a ramp between the ends, and stay at them beyond", () => {
    const values = Float32Array.from({ length: 1001 }, (_, i) => i);
    const ends = endsOf(values);
    expect(ends).toEqual([10, 990]);
    const colours = coloursOfValues("dark", values, ends);
    expect(colours[0]).toBe(colours[10]);
    expect(colours[1000]).toBe(colours[990]);
    expect(new Set(colours).size).toBeGreaterThan(200);
    // Values that are all the same have the middle's colour.
    const same = coloursOfValues("dark", Float32Array.of(2, 2), [2, 2]);
    expect(same[0]).toBe(coloursOfValues("dark", Float32Array.of(0.5), [0, 1])[0]);
  });
});
