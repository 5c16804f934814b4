import ssimJs from "ssim.js";
import { describe, expect, test } from "vitest";
import { ssimWang, ssimWriteup } from "../../src/metrics/ssim";
import { GREY_28 } from "../unit/image-sets";
import golden from "./ssim.json";

const unit = (bytes: readonly number[]) => Float64Array.from(bytes, (byte) => byte / 255);

/** Grey bytes as the RGBA image that ssim.js takes. */
const rgba = (bytes: readonly number[]) => ({
  width: 28,
  height: 28,
  data: Uint8ClampedArray.from(bytes.flatMap((byte) => [byte, byte, byte, 255])),
});

describe.each(golden.pairs.map((pair, index) => ({ index, pair })))("pair $index", ({ pair }) => {
  const original = unit(pair.original);
  const reconstruction = unit(pair.reconstruction);

  test("ssimWang is scikit-image's Gaussian SSIM", () => {
    const difference = ssimWang(original, reconstruction, GREY_28) - pair.gaussian11_valid_range1;
    expect(Math.abs(difference)).toBeLessThan(1e-6);
  });

  test("ssimWriteup is what the write-up's notebook computed", () => {
    const difference = ssimWriteup(original, reconstruction, GREY_28) - pair.uniform7_range2;
    expect(Math.abs(difference)).toBeLessThan(1e-6);
  });

  test("ssim.js `fast` on 8-bit images agrees with ssimWang", () => {
    const { mssim } = ssimJs(rgba(pair.original), rgba(pair.reconstruction), { ssim: "fast" });
    expect(Math.abs(mssim - ssimWang(original, reconstruction, GREY_28))).toBeLessThan(1e-4);
  });
});

test("the file has pairs far apart and close together", () => {
  const scores = golden.pairs.map((pair) => pair.uniform7_range2);
  expect(scores.length).toBe(12);
  expect(Math.min(...scores)).toBeLessThan(0.5);
  expect(Math.max(...scores)).toBeGreaterThan(0.9);
});
