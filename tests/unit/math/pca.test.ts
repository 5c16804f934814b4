import { describe, expect, test } from "vitest";
import { fitPca, reconstructWithPca } from "../../../src/math/pca";
import { createRng } from "../../../src/math/rng";
import { grey28 } from "../image-sets";

/** Images of three blobs whose brightnesses vary: rank 3, a few pixels always black. */
function blobs(count: number): Uint8Array {
  const rng = createRng(1, "blobs");
  const images = new Uint8Array(count * 784);
  for (let i = 0; i < count; i++) {
    const levels = [rng.int(200), rng.int(100), rng.int(50)];
    for (let pixel = 0; pixel < 784; pixel++) {
      if (pixel < 400) images[i * 784 + pixel] = levels[pixel % 3]!;
    }
  }
  return images;
}

function noise(count: number): Uint8Array {
  const rng = createRng(2, "noise");
  return Uint8Array.from({ length: count * 784 }, (_, i) =>
    // Pixels of one image hang together, and half are black.
    rng.int(8) < 4 ? 0 : (rng.int(64) + Math.floor(i / 784) * 7 + (i % 28) * 3) % 256,
  );
}

const range = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

function meanSquaredError(images: Uint8Array, indices: Uint32Array, rows: Float32Array): number {
  let sum = 0;
  indices.forEach((index, i) => {
    for (let pixel = 0; pixel < 784; pixel++) {
      sum += (images[index * 784 + pixel]! / 255 - rows[i * 784 + pixel]!) ** 2;
    }
  });
  return sum / rows.length;
}

describe("images of rank 3", () => {
  const images = blobs(41);
  const pca = fitPca(grey28(images), range(41));

  test("are found to be of rank 3", () => {
    expect(pca.variances).toHaveLength(3);
    expect(pca.components).toHaveLength(3 * 784);
  });

  test("are reconstructed exactly from 3 numbers or more, and not from 2", () => {
    for (const latentSize of [3, 4, 512]) {
      const rows = reconstructWithPca(pca, latentSize, grey28(images), range(41));
      expect(meanSquaredError(images, range(41), rows)).toBeLessThan(1e-12);
    }
    const two = reconstructWithPca(pca, 2, grey28(images), range(41));
    expect(meanSquaredError(images, range(41), two)).toBeGreaterThan(1e-5);
  });
});

describe("noisy images", () => {
  const count = 30;
  const images = noise(40);
  const train = range(count);
  const pca = fitPca(grey28(images), train);

  test("30 images have rank 29, and components are orthonormal", () => {
    expect(pca.variances).toHaveLength(29);
    for (let i = 0; i < 29; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0;
        for (let k = 0; k < 784; k++) {
          product += pca.components[i * 784 + k]! * pca.components[j * 784 + k]!;
        }
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-10);
      }
    }
  });

  test("variances fall and sum to the images' total variance", () => {
    let total = 0;
    for (let pixel = 0; pixel < 784; pixel++) {
      const values = [...train].map((i) => images[i * 784 + pixel]! / 255);
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      expect(pca.mean[pixel]).toBeCloseTo(mean, 12);
      total += values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
    }
    expect(pca.variances.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 9);
    for (let i = 1; i < 29; i++)
      expect(pca.variances[i]).toBeLessThanOrEqual(pca.variances[i - 1]!);
  });

  test("the largest entry of each component is positive", () => {
    for (let i = 0; i < 29; i++) {
      const component = pca.components.subarray(i * 784, (i + 1) * 784);
      const largest = component.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      expect(largest).toBeGreaterThan(0);
    }
  });

  test("the order of the images does not matter, to the last bit", () => {
    const again = fitPca(grey28(images), train.slice().reverse());
    expect(again).toEqual(pca);
  });

  test("more numbers, smaller error; pixels stay in [0, 1]", () => {
    const errors = [1, 2, 5, 15, 29].map((size) => {
      const rows = reconstructWithPca(pca, size, grey28(images), train);
      expect(rows.every((value) => value >= 0 && value <= 1)).toBe(true);
      return meanSquaredError(images, train, rows);
    });
    for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeLessThan(errors[i - 1]!);
    expect(errors.at(-1)).toBeLessThan(1e-12);
  });

  test("rows follow the indices", () => {
    const rows = reconstructWithPca(pca, 4, grey28(images), Uint32Array.of(35, 7));
    const alone = reconstructWithPca(pca, 4, grey28(images), Uint32Array.of(7));
    expect(rows.slice(784)).toEqual(alone);
  });
});

test("bad arguments are refused", () => {
  const images = noise(3);
  const pca = fitPca(grey28(images), range(3));
  expect(() => fitPca(grey28(images), Uint32Array.of(1))).toThrow(/at least two images/);
  expect(() => fitPca(grey28(images), Uint32Array.of(0, 3))).toThrow(/Image 3.*there are 3/);
  expect(() => reconstructWithPca(pca, 0, grey28(images), range(1))).toThrow(/latent size/);
  expect(() => reconstructWithPca(pca, 1.5, grey28(images), range(1))).toThrow(/latent size/);
  expect(() => reconstructWithPca(pca, 1, grey28(images), Uint32Array.of(9))).toThrow(RangeError);
});
