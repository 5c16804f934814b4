import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import type { DataSpec, Dataset } from "../../../src/datasets/dataset";
import { splitDataset } from "../../../src/datasets/split";
import { pickImages, toBytes } from "../../../src/math/image-set";
import { fitPca, reconstructWithPca } from "../../../src/math/pca";
import { fitPcaFigures } from "../../../src/worker/pca-figures";
import { previewIndices } from "../../../src/worker/preview";
import { COLOUR_8_12, GREY_16, pattern } from "../image-sets";
import { CONFIG, startSession } from "./fakes";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const CHOICE = { classes: [0, 1, 2], split: CONFIG.split, seed: CONFIG.seed } as const;

/** 90 images of three classes: 72 to train on, 9 to validate, 9 to test. */
function datasetOf(spec: DataSpec): Dataset {
  return {
    spec,
    shape: spec,
    classes: CHOICE.classes,
    count: 90,
    images: pattern(spec, 90),
    labels: Uint8Array.from({ length: 90 }, (_, i) => Math.floor(i / 30)),
  };
}

describe.each([COLOUR_8_12, GREY_16])("a session with $title", (spec) => {
  const dataset = datasetOf(spec);
  const split = splitDataset(dataset, CHOICE.split, CHOICE.seed);
  const preview = previewIndices(dataset, split);
  const start = () => {
    const session = startSession({
      loadDataset: async () => ({ dataset, note: "" }),
      createPca: (data) => {
        const fitted = fitPcaFigures(data, async (set, indices) => fitPca(set, indices));
        return { ...fitted, dispose() {} };
      },
    });
    session.send({ type: "load", data: spec.id, ...CHOICE });
    return session;
  };

  it("tells the page what they are, with the bytes of its previews", async () => {
    const { all, until } = start();
    await until(() => all("dataset").length === 1);
    const [{ spec: told, previewOriginals, previewLabels }] = all("dataset") as [
      ReturnType<typeof all<"dataset">>[number],
    ];
    expect(told).toEqual(spec);
    expect(previewOriginals).toMatchObject({
      shape: { height: spec.height, width: spec.width, channels: spec.channels },
      count: 9,
    });
    expect(previewOriginals.pixels).toEqual(pickImages(dataset, preview));
    expect(previewLabels).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  it("tells PCA's pictures in their shape", async () => {
    const { all, until, send } = start();
    send({ type: "reference", latentSize: 5 });
    await until(() => all("pca").some(({ latentSize }) => latentSize === 5));
    const { reconstructions } = all("pca").find(({ latentSize }) => latentSize === 5)!;
    const fit = fitPca(dataset, split.train);
    const expected = toBytes(reconstructWithPca(fit, 5, dataset, preview));
    expect(reconstructions).toMatchObject({ shape: { channels: spec.channels }, count: 9 });
    expect(reconstructions.pixels).toEqual(expected);
  });
});
