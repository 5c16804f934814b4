import { describe, expect, test } from "vitest";
import { readDataset } from "../../src/cli/data";
import { splitDataset } from "../../src/datasets/split";
import { fitPca, reconstructWithPca } from "../../src/math/pca";
import { bceFloor, imageQuality } from "../../src/metrics/metrics";

const { dataset } = await readDataset([0, 1]);
const split = splitDataset(dataset, "stratified", 1);

/** scikit-learn's figures for another stratified split: test means differ by about 0.003. */
const REFERENCE = [
  { size: 32, ssimWriteup: 0.837, ssim: 0.786, mse: 0.00763 },
  { size: 64, ssimWriteup: 0.893, ssim: 0.852, mse: 0.0048 },
  { size: 128, ssimWriteup: 0.938, ssim: 0.911, mse: 0.00266 },
  { size: 256, ssimWriteup: 0.971, ssim: 0.957, mse: 0.00112 },
];

/** Synthetic garments (where no source has the real ones) have other figures. */
const isReal = dataset.spec.source === "fashion-mnist";

describe.runIf(isReal)("T-shirts and trousers of Fashion-MNIST", () => {
  test("PCA reaches the reference's figures at every latent size", () => {
    const pca = fitPca(dataset, split.train);
    for (const { size, ssimWriteup, ssim, mse } of REFERENCE) {
      const rows = reconstructWithPca(pca, size, dataset, split.test);
      const { mean } = imageQuality(dataset, split.test, rows);
      expect(Math.abs(mean.ssimWriteup - ssimWriteup)).toBeLessThan(0.004);
      expect(Math.abs(mean.ssim - ssim)).toBeLessThan(0.005);
      expect(Math.abs(mean.mse / mse - 1)).toBeLessThan(0.08);
    }
  });

  test("a perfect reconstruction of the test split still has a cross-entropy of about 0.23", () => {
    expect(Math.abs(bceFloor(dataset, split.test) - 0.22994)).toBeLessThan(0.003);
  });
});

test("the split is the write-up's size", () => {
  expect([split.train.length, split.validation.length, split.test.length]).toEqual([
    11_200, 1_400, 1_400,
  ]);
});
