import { expect, test } from "vitest";
import { createRng } from "../../../src/math/rng";
import { bceFloor, binaryCrossEntropy, imageQuality } from "../../../src/metrics/metrics";
import { ssimWang, ssimWriteup } from "../../../src/metrics/ssim";
import { GREY_28, grey28 } from "../image-sets";

const rng = createRng(1, "metrics");
const images = Uint8Array.from({ length: 5 * 784 }, () => rng.int(256));
const unit = (index: number) =>
  Float64Array.from(images.subarray(index * 784, (index + 1) * 784), (byte) => byte / 255);
const noisy = (index: number, noise: number) =>
  Float32Array.from(unit(index), (value) =>
    Math.min(1, Math.max(0, value + noise * (rng.float() - 0.5))),
  );

test("each reconstruction is compared with the original that its index names", () => {
  const indices = Uint32Array.of(3, 0, 3);
  const rows = [noisy(3, 0.1), noisy(0, 0.2), noisy(3, 0.4)];
  const reconstructions = Float32Array.from(rows.flatMap((row) => [...row]));
  const quality = imageQuality(grey28(images), indices, reconstructions);
  rows.forEach((row, i) => {
    const original = unit(indices[i]!);
    const mse = original.reduce((sum, value, j) => sum + (value - row[j]!) ** 2, 0) / 784;
    expect(quality.mse[i]).toBeCloseTo(mse, 7);
    expect(quality.psnr[i]).toBeCloseTo(10 * Math.log10(1 / mse), 4);
    expect(quality.ssim[i]).toBeCloseTo(ssimWang(original, row, GREY_28), 6);
    expect(quality.ssimWriteup[i]).toBeCloseTo(ssimWriteup(original, row, GREY_28), 6);
  });
  for (const name of ["mse", "psnr", "ssim", "ssimWriteup"] as const) {
    const values = quality[name];
    expect(quality.mean[name]).toBeCloseTo((values[0]! + values[1]! + values[2]!) / 3, 5);
  }
});

test("an exact copy has SSIM 1 and 100 dB, not infinity", () => {
  const { mean } = imageQuality(grey28(images), Uint32Array.of(2), Float32Array.from(unit(2)));
  expect(mean.ssim).toBeCloseTo(1, 6);
  expect(mean.ssimWriteup).toBeCloseTo(1, 6);
  expect(mean.psnr).toBeCloseTo(100, 6);
});

test("cross-entropy is Keras's, clipping included", () => {
  const black = new Uint8Array(784);
  const one = Uint32Array.of(0);
  // Target 0: −log(1 − p).
  expect(binaryCrossEntropy(grey28(black), one, new Float32Array(784).fill(0.25))).toBeCloseTo(
    -Math.log(0.75),
    7,
  );
  expect(binaryCrossEntropy(grey28(black), one, new Float32Array(784).fill(1))).toBeCloseTo(
    -Math.log(1e-7),
    5,
  );
  expect(binaryCrossEntropy(grey28(black), one, new Float32Array(784))).toBeCloseTo(1e-7, 10);
  // Target 51/255 = 0.2.
  const grey = new Uint8Array(784).fill(51);
  const expected = -(0.2 * Math.log(0.5) + 0.8 * Math.log(0.5));
  expect(binaryCrossEntropy(grey28(grey), one, new Float32Array(784).fill(0.5))).toBeCloseTo(
    expected,
    12,
  );
});

test("the floor is the cross-entropy of a perfect reconstruction, and nothing is below it", () => {
  const indices = Uint32Array.of(4, 1);
  const perfect = Float32Array.from([...unit(4), ...unit(1)]);
  const floor = bceFloor(grey28(images), indices);
  expect(binaryCrossEntropy(grey28(images), indices, perfect)).toBeCloseTo(floor, 6);
  const worse = Float32Array.from([...noisy(4, 0.05), ...noisy(1, 0.05)]);
  expect(binaryCrossEntropy(grey28(images), indices, worse)).toBeGreaterThan(floor);
});

test("NaN in, NaN out", () => {
  const broken = Float32Array.from(unit(0));
  broken[10] = Number.NaN;
  const { mean } = imageQuality(grey28(images), Uint32Array.of(0), broken);
  expect(mean.mse).toBeNaN();
  expect(mean.psnr).toBeNaN();
  expect(mean.ssim).toBeNaN();
  expect(binaryCrossEntropy(grey28(images), Uint32Array.of(0), broken)).toBeNaN();
});

test("sizes that do not fit are refused", () => {
  const row = new Float32Array(784);
  expect(() => imageQuality(grey28(images), Uint32Array.of(), new Float32Array(0))).toThrow(
    /no image/,
  );
  expect(() => imageQuality(grey28(images), Uint32Array.of(0, 1), row)).toThrow(
    /1568 reconstructed pixels/,
  );
  expect(() => binaryCrossEntropy(grey28(images), Uint32Array.of(5), row)).toThrow(
    /Image 5.*there are 5/,
  );
  expect(() => bceFloor(grey28(images), Uint32Array.of(9))).toThrow(RangeError);
});
