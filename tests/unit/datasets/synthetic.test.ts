import { describe, expect, test } from "vitest";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { syntheticDataset } from "../../../src/datasets/synthetic";

const PER_CLASS = 40;
const all = syntheticDataset([...FASHION_MNIST.classNames.keys()], PER_CLASS, 1);
const image = (label: number, i: number) => {
  const from = (label * PER_CLASS + i) * 784;
  return all.images.subarray(from, from + 784);
};
const lit = (pixels: Uint8Array) => pixels.filter((value) => value > 0).length;

test("images come class by class, labelled as synthetic", () => {
  expect(all).toMatchObject({
    spec: { source: "synthetic" },
    count: 400,
    classes: [...FASHION_MNIST.classNames.keys()],
  });
  expect(all.images).toHaveLength(400 * 784);
  expect([...all.labels]).toEqual(
    [...FASHION_MNIST.classNames.keys()].flatMap((id) => Array(PER_CLASS).fill(id)),
  );
});

test("an image depends on its class, number and seed alone", () => {
  const few = syntheticDataset([1], 3, 1);
  expect(few.images).toEqual(all.images.slice(PER_CLASS * 784, (PER_CLASS + 3) * 784));
  expect(syntheticDataset([1], 3, 2).images).not.toEqual(few.images);
});

describe.each(FASHION_MNIST.classNames.map((name, id) => ({ name, id })))("$name", ({ id }) => {
  test("images all differ, and are neither empty nor full", () => {
    const seen = new Set<string>();
    for (let i = 0; i < PER_CLASS; i++) {
      seen.add(image(id, i).join());
      expect(lit(image(id, i))).toBeGreaterThan(60);
      expect(lit(image(id, i))).toBeLessThan(700);
    }
    expect(seen.size).toBe(PER_CLASS);
  });

  test("the ground is black, edges are smooth and cloth has shades", () => {
    for (let i = 0; i < PER_CLASS; i++) {
      const pixels = image(id, i);
      expect(pixels[0]).toBe(0);
      expect(pixels[27]).toBe(0);
      expect(new Set(pixels).size).toBeGreaterThan(20);
    }
  });
});

test("T-shirts are wide and closed; trousers are narrow, with a gap between the legs", () => {
  const width = (pixels: Uint8Array, row: number) => lit(pixels.subarray(row * 28, row * 28 + 28));
  const mean = (label: number, value: (pixels: Uint8Array) => number) => {
    let sum = 0;
    for (let i = 0; i < PER_CLASS; i++) sum += value(image(label, i));
    return sum / PER_CLASS;
  };
  const middleOf = (row: number) => (pixels: Uint8Array) => pixels[row * 28 + 13]!;
  expect(mean(0, (pixels) => width(pixels, 14))).toBeGreaterThan(mean(1, (p) => width(p, 14)) + 2);
  expect(mean(0, middleOf(22))).toBeGreaterThan(60);
  expect(mean(1, middleOf(24))).toBeLessThan(40);
});

test("an unknown class is refused", () => {
  expect(() => syntheticDataset([10], 1, 1)).toThrow(/no class 10/);
});
