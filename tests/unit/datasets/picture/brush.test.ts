import { describe, expect, test } from "vitest";
import { paint } from "../../../../src/datasets/picture/brush";
import { GREY_28 } from "../../image-sets";

const at = (image: Uint8Array, x: number, y: number) => image[y * 28 + x]!;
const brush = { radius: 2, grey: 200, mirrored: false };

describe("the brush", () => {
  test("paints a disc with a soft edge, and nothing further away", () => {
    const image = new Uint8Array(784);
    paint(image, GREY_28, { x: 10.5, y: 10.5 }, { x: 10.5, y: 10.5 }, brush);
    expect(at(image, 10, 10)).toBe(200);
    expect(at(image, 12, 10)).toBe(100);
    expect(at(image, 13, 10)).toBe(0);
    expect(at(image, 10, 12)).toBe(at(image, 12, 10));
  });

  test("leaves no gap between two points", () => {
    const image = new Uint8Array(784);
    paint(image, GREY_28, { x: 4.5, y: 20.5 }, { x: 22.5, y: 20.5 }, { ...brush, radius: 1 });
    for (let x = 4; x <= 22; x++) expect(at(image, x, 20)).toBe(200);
    expect(at(image, 24, 20)).toBe(0);
  });

  test("mirrored, paints both halves alike", () => {
    const image = new Uint8Array(784);
    paint(image, GREY_28, { x: 5, y: 3 }, { x: 9, y: 18 }, { ...brush, mirrored: true });
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 14; x++) expect(at(image, x, y)).toBe(at(image, 27 - x, y));
    }
    expect(at(image, 27 - 5, 4)).toBeGreaterThan(0);
  });

  test("with black erases, and stays within the image at its edge", () => {
    const image = new Uint8Array(784).fill(90);
    paint(image, GREY_28, { x: -3, y: -3 }, { x: 2, y: 2 }, { ...brush, grey: 0 });
    expect(at(image, 0, 0)).toBe(0);
    expect(at(image, 27, 27)).toBe(90);
  });
});
