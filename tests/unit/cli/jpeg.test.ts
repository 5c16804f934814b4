import { describe, expect, it } from "vitest";
import { nodeJpegCodec } from "../../../src/cli/jpeg";
import { IMAGE_PIXELS } from "../../../src/datasets/fashion-mnist";
import { syntheticDataset } from "../../../src/datasets/synthetic";
import { JpegSheet } from "../../../src/metrics/jpeg-sheet";
import { imageQuality } from "../../../src/metrics/metrics";
import { grey28 } from "../image-sets";

// 50 images are more than one row of the sheet, and the last row is not full.
const { images } = syntheticDataset([0, 1], 40, 1);
const INDICES = Uint32Array.from({ length: 50 }, (_, i) => (i * 7) % 80);
const sheet = new JpegSheet(nodeJpegCodec, grey28(images), INDICES);
const mseOf = (reconstructions: Float32Array) =>
  imageQuality(grey28(images), INDICES, reconstructions).mean.mse;

describe("JpegSheet", () => {
  it("gives images back in their order, almost exactly where bytes do not matter", async () => {
    const best = (await sheet.best(1e6))!;
    expect(best).toMatchObject({ quality: 100, nextBytes: null });
    expect(best.reconstructions).toHaveLength(50 * IMAGE_PIXELS);
    // A byte's own rounding is 0.29/255; quality 100 rounds its coefficients, too.
    expect(Math.sqrt(mseOf(best.reconstructions))).toBeLessThan(0.5 / 255);
  });

  it("takes the highest quality that fits, and gets better with more bytes", async () => {
    const bests = await Promise.all([60, 100, 200].map((bytes) => sheet.best(bytes)));
    const [small, middle, large] = bests.map((best) => best!);
    expect(small!.bytes).toBeLessThanOrEqual(60);
    expect(middle!.bytes).toBeLessThanOrEqual(100);
    expect(large!.bytes).toBeLessThanOrEqual(200);
    expect(small!.quality).toBeLessThan(middle!.quality);
    expect(middle!.quality).toBeLessThan(large!.quality);
    expect(mseOf(middle!.reconstructions)).toBeLessThan(mseOf(small!.reconstructions));
    expect(mseOf(large!.reconstructions)).toBeLessThan(mseOf(middle!.reconstructions));
    expect((await sheet.best(small!.nextBytes!))!.quality).toBe(small!.quality + 1);
    // With exactly its bytes it fits; with a byte in the whole file less, it does not.
    expect((await sheet.best(middle!.bytes))!.quality).toBe(middle!.quality);
    const below = (await sheet.best(middle!.bytes - 1 / 50))!;
    expect(below.quality).toBe(middle!.quality - 1);
  });

  it("has none where the lowest quality takes more", async () => {
    expect(await sheet.best(1)).toBeNull();
  });

  it("refuses to hold no image", () => {
    expect(() => new JpegSheet(nodeJpegCodec, grey28(images), new Uint32Array())).toThrow(
      RangeError,
    );
  });
});
