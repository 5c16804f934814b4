import { describe, expect, test } from "vitest";
import { PictureError, toGarment } from "../../../../src/core/picture/garment";
import { type GreyPicture, groundOf, onBlack, toGrey } from "../../../../src/core/picture/grey";
import { crop, fitImage, garmentBox, resample } from "../../../../src/core/picture/shape";

/** A ground with a rectangle on it. */
function picture(
  width: number,
  height: number,
  ground: number,
  box: { x: number; y: number; width: number; height: number; value: number },
): GreyPicture {
  const values = new Float32Array(width * height).fill(ground);
  for (let y = box.y; y < box.y + box.height; y++) {
    values.fill(box.value, y * width + box.x, y * width + box.x + box.width);
  }
  return { width, height, values };
}

describe("grey", () => {
  test("weighs colours by Rec. 601 and shows white through what is transparent", () => {
    const rgba = Uint8ClampedArray.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 9, 9, 9, 0);
    const { values } = toGrey(rgba, 4, 1);
    const expected = [0.299 * 255, 0.587 * 255, 0.114 * 255, 255];
    for (const [i, value] of expected.entries()) expect(values[i]).toBeCloseTo(value, 3);
  });
});

describe("the ground", () => {
  test("is what most of the edge shows, whatever touches it", () => {
    const box = { x: 0, y: 4, width: 20, height: 6, value: 10 };
    expect(groundOf(picture(20, 20, 240, box))).toBe(240);
  });

  test("becomes black, whether it was light or dark, and the garment light", () => {
    const box = { x: 5, y: 5, width: 4, height: 4, value: 40 };
    const light = onBlack(picture(20, 20, 240, box), 240);
    expect(light.values[0]).toBe(0);
    expect(light.values[6 * 20 + 6]).toBeCloseTo((255 * 200) / 240, 3);
    const dark = onBlack(picture(20, 20, 30, { ...box, value: 255 }), 30);
    expect(dark.values[0]).toBe(0);
    expect(dark.values[6 * 20 + 6]).toBeCloseTo(255, 3);
  });
});

describe("the garment's box", () => {
  test("is the smallest around it, without single specks", () => {
    const values = picture(400, 400, 0, { x: 100, y: 50, width: 120, height: 200, value: 90 });
    values.values[399 * 400 + 399] = 255;
    expect(garmentBox(values)).toEqual({ x: 100, y: 50, width: 120, height: 200 });
  });

  test("is none where all is ground, or hardly differs from it", () => {
    expect(garmentBox(picture(9, 9, 0, { x: 2, y: 2, width: 3, height: 3, value: 12 }))).toBeNull();
  });

  test("cuts out exactly what is in it", () => {
    const whole = picture(10, 10, 1, { x: 2, y: 3, width: 4, height: 5, value: 7 });
    const cut = crop(whole, { x: 2, y: 3, width: 4, height: 5 });
    expect([cut.width, cut.height, new Set(cut.values)]).toEqual([4, 5, new Set([7])]);
  });
});

describe("scaling", () => {
  test("averages the area of each pixel, so that brightness stays", () => {
    const values = Float32Array.from({ length: 90 * 60 }, (_, i) => (i * 37) % 256);
    const whole = { width: 90, height: 60, values };
    const mean = (of: Float32Array) => of.reduce((sum, value) => sum + value, 0) / of.length;
    for (const [width, height] of [
      [28, 19],
      [45, 30],
      [90, 60],
      [7, 28],
    ] as const) {
      expect(mean(resample(whole, width, height).values)).toBeCloseTo(mean(values), 3);
    }
    expect(resample(whole, 90, 60).values).toEqual(values);
  });

  test("takes the mean of the pixels under it", () => {
    const whole = { width: 3, height: 2, values: Float32Array.of(0, 60, 120, 30, 90, 150) };
    const small = resample(whole, 2, 1);
    // The middle column is shared by halves.
    expect([...small.values]).toEqual([
      (0 + 30 + 0.5 * (60 + 90)) / 3,
      (120 + 150 + 0.5 * (60 + 90)) / 3,
    ]);
  });

  test("makes the longer side 28 pixels and centres the shorter, as in Fashion-MNIST", () => {
    const image = fitImage({ width: 10, height: 40, values: new Float32Array(400).fill(200) });
    const lit = (x: number, y: number) => image[y * 28 + x]! > 0;
    // 7 wide: columns 10 to 16.
    expect([lit(9, 14), lit(10, 14), lit(16, 14), lit(17, 14)]).toEqual([false, true, true, false]);
    expect([lit(13, 0), lit(13, 27)]).toEqual([true, true]);
  });
});

describe("a picture brought along", () => {
  const box = { x: 60, y: 20, width: 30, height: 60, value: 20 };

  test("comes out the same from a light ground and, turned over, from a dark one", () => {
    const light = picture(200, 100, 255, box);
    const dark = { ...light, values: light.values.map((value) => 255 - value) };
    const [fromLight, fromDark] = [toGarment(light), toGarment(dark)];
    expect([fromLight.inverted, fromDark.inverted]).toEqual([true, false]);
    expect(fromLight.box).toEqual({ x: 60, y: 20, width: 30, height: 60 });
    expect(fromLight.image).toEqual(fromDark.image);
    expect(fromLight.image).toHaveLength(784);
    expect(fromLight.image[14 * 28 + 14]).toBe(235);
  });

  test("that shows nothing is refused with what to bring", () => {
    const flat = { width: 50, height: 50, values: new Float32Array(2500).fill(130) };
    expect(() => toGarment(flat)).toThrow(PictureError);
    expect(() => toGarment(flat)).toThrow(/plain/);
    expect(() => toGarment({ width: 0, height: 0, values: new Float32Array(0) })).toThrow(
      /no pixels/,
    );
  });
});
