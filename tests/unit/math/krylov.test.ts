import { describe, expect, test } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { createWasmAlgebra, fitPcaByKernels } from "../../../src/engine/wasm/linear-algebra";
import { symmetricEigen } from "../../../src/math/eigen";
import { sumProducts } from "../../../src/math/gram-sums";
import { type ImageSet, sizeOf } from "../../../src/math/image-set";
import { covarianceSpace } from "../../../src/math/krylov";
import {
  fitLargest,
  fitPca,
  type Pca,
  type PcaAlgebra,
  reconstructWithPca,
} from "../../../src/math/pca";
import { createRng } from "../../../src/math/rng";
import { GREY_28 } from "../image-sets";

const range = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);
const PLAIN: PcaAlgebra = { sumProducts, eigen: symmetricEigen, space: covarianceSpace };
const KERNELS = {
  plain: PLAIN,
  relaxed: await createWasmAlgebra(nodeWasmPlatform, { variant: "relaxed" }),
  simd: await createWasmAlgebra(nodeWasmPlatform, { variant: "simd" }),
};

/** Sums of waves, fewer of the short ones, and some noise: variances that fall as photographs' do. */
function waves(shape: ImageSet["shape"], count: number): ImageSet {
  const size = sizeOf(shape);
  const rng = createRng(5, "waves");
  const images = new Uint8Array(count * size);
  for (let image = 0; image < count; image++) {
    const terms = Array.from({ length: 6 }, () => ({
      speed: (1 + rng.int(300)) / 900,
      height: rng.float(),
      start: rng.float() * 6,
    }));
    for (let i = 0; i < size; i++) {
      const sum = terms.reduce(
        (total, { speed, height, start }) =>
          total + (height * Math.sin(speed * i + start)) / (0.1 + 4 * speed),
        0,
      );
      images[image * size + i] = Math.min(255, Math.max(0, 128 + 12 * sum + 6 * rng.float()));
    }
  }
  return { shape, images };
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

/** How far the variance of the first k components is from the exact ones', as a share of all: the most. */
function worstError(exact: Pca, found: Pca): number {
  let [expected, actual, worst] = [0, 0, 0];
  for (const [i, variance] of found.variances.entries()) {
    expected += exact.variances[i]!;
    actual += variance;
    worst = Math.max(worst, Math.abs(expected - actual));
  }
  return worst / sum(exact.variances);
}

/** Largest entry of the difference between components · componentsᵀ and the identity. */
function skew({ components, mean, variances }: Pca): number {
  let worst = 0;
  for (let i = 0; i < variances.length; i++) {
    for (let j = 0; j <= i; j++) {
      let product = i === j ? -1 : 0;
      for (let k = 0; k < mean.length; k++) {
        product += components[i * mean.length + k]! * components[j * mean.length + k]!;
      }
      worst = Math.max(worst, Math.abs(product));
    }
  }
  return worst;
}

describe("the first components of 784 pixels", () => {
  const set = waves(GREY_28, 1000);
  const exact = fitPca(set, range(1000), KERNELS.relaxed);
  test.each(["relaxed", "simd"] as const)("are within 1e-6 of the variance (%s)", (kernels) => {
    const found = fitLargest(set, range(1000), KERNELS[kernels], 256);
    expect(found.variances).toHaveLength(256);
    expect(found.isCut).toBe(true);
    expect(worstError(exact, found)).toBeLessThan(1e-6);
    const [theirs, ours] = [exact, found].map((pca) =>
      reconstructWithPca(pca, 32, set, Uint32Array.of(3)),
    );
    for (const [i, pixel] of theirs!.entries()) expect(ours![i]).toBeCloseTo(pixel, 4);
  });
});

describe.each(Object.keys(KERNELS) as (keyof typeof KERNELS)[])("many numbers (%s)", (kernels) => {
  const shape = { height: 15, width: 23, channels: 3 };
  const set = waves(shape, 90);

  test("of few images have as many components as images less one, at right angles", () => {
    const found = fitPca(set, range(90), KERNELS[kernels]);
    expect(found.variances).toHaveLength(89);
    expect(found.isCut).toBe(false);
    expect(skew(found)).toBeLessThan(1e-9);
    const again = reconstructWithPca(found, 89, set, Uint32Array.of(7));
    for (const [i, value] of again.entries()) {
      expect(Math.abs(value - set.images[7 * 1035 + i]! / 255)).toBeLessThan(1e-4);
    }
  });

  test("have no components where images do not vary", () => {
    const same = { shape, images: new Uint8Array(3 * 1035).fill(77) };
    expect(fitPca(same, range(3), KERNELS[kernels]).variances).toHaveLength(0);
  });
});

test("kernels come to what plain TypeScript comes to, and to the same bits again", () => {
  const set = waves({ height: 9, width: 11, channels: 1 }, 300);
  const plain = fitLargest(set, range(300), PLAIN, 20);
  for (const kernels of [KERNELS.relaxed, KERNELS.simd]) {
    const found = fitLargest(set, range(300), kernels, 20);
    expect(worstError(plain, found)).toBeLessThan(1e-6);
    expect(skew(found)).toBeLessThan(1e-9);
    expect(fitLargest(set, range(300), kernels, 20)).toEqual(found);
  }
});

test("of images of over 1,024 numbers are the same bits on any number of threads", async () => {
  const shape = { height: 19, width: 19, channels: 3 };
  const set = waves(shape, 1100);
  const fits = [1, 2, 3].map((threads) =>
    fitPcaByKernels(nodeWasmPlatform, { set, indices: range(1100), most: 1, threads }),
  );
  const [one, two, three] = await Promise.all(fits);
  expect(one!.variances).toHaveLength(256);
  expect(skew({ ...one!, variances: one!.variances.subarray(0, 20) })).toBeLessThan(1e-9);
  expect(two).toEqual(one);
  expect(three).toEqual(one);
});
