/** Presets on images of other shapes: trained, judged beside PCA and JPEG, and exported. */

import { describe, expect, test } from "vitest";
import { nodeJpegCodec } from "../../../src/cli/jpeg";
import { runImages, runTask } from "../../../src/cli/run";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { EXPORT_TARGETS } from "../../../src/config/export-targets";
import { configFor } from "../../../src/config/recipes";
import type { Dataset } from "../../../src/datasets/dataset";
import { createWasmPredictor } from "../../../src/engine/wasm/predictor";
import { exportFiles } from "../../../src/export";
import { sizeOf } from "../../../src/math/image-set";
import { JpegSheet } from "../../../src/metrics/jpeg-sheet";
import { imageQuality } from "../../../src/metrics/metrics";
import { PRESETS } from "../../../src/nets/presets";
import { RunControl } from "../../../src/training/control";
import { GREY_16, pattern } from "../image-sets";

const COUNT = 40;

/** 32 images to train on, 4 to validate and 4 to test; sides that are odd when halved among them. */
function datasetOf(height: number, width: number, channels: 1 | 3): Dataset {
  const spec = { ...GREY_16, id: "fashion-mnist", height, width, channels };
  return {
    spec,
    shape: spec,
    classes: [0, 1],
    count: COUNT,
    images: pattern(spec, COUNT),
    labels: Uint8Array.from({ length: COUNT }, (_, i) => i % 2),
  };
}

describe.each([
  [8, 8, 1, PRESETS],
  [25, 25, 1, ["loom"]],
  [12, 10, 3, PRESETS],
  [64, 64, 3, ["loom"]],
] as const)("images of %i × %i × %i", (height, width, channels, presets) => {
  const images = runImages(async () => ({
    dataset: datasetOf(height, width, channels),
    note: "",
  }));

  test.each(presets)("%s trains and is exported", async (preset) => {
    const config = configFor(preset, { latentSize: 4, epochs: 1, batchSize: 16, device: "wasm" });
    const of = await images(config);
    const written: number[] = [];
    const result = await runTask({
      config,
      images: of,
      control: new RunControl(false),
      progress: () => {},
      async onTrained(model, trainer) {
        await trainer.pullWeights();
        for (const target of EXPORT_TARGETS) {
          const files = await exportFiles(target, {
            model,
            config,
            images: async () => of,
            async predict(net, bytes) {
              const predictor = await createWasmPredictor(net, nodeWasmPlatform);
              const outputs = await predictor.predict(bytes);
              predictor.dispose();
              return outputs;
            },
          });
          written.push(...files.map(({ bytes }) => bytes.length));
        }
      },
    });
    for (const figures of [result.test, result.pca]) {
      expect(figures.ssim).toBeGreaterThan(-1);
      expect(figures.ssim).toBeLessThan(1);
      expect(figures.ssimWriteup).toBeLessThan(1);
      expect(figures.psnr).toBeGreaterThan(0);
    }
    expect(Math.min(...written)).toBeGreaterThan(0);
  });

  test("JPEG's best with that many bytes is near them", async () => {
    const { dataset, split } = await images(configFor("loom"));
    const sheet = new JpegSheet(nodeJpegCodec, dataset, split.test);
    const best = await sheet.best(sizeOf(dataset.shape));
    expect(best!.bytes).toBeLessThanOrEqual(sizeOf(dataset.shape));
    const { mean } = imageQuality(dataset, split.test, best!.reconstructions);
    expect(mean.psnr).toBeGreaterThan(12);
  });
});
