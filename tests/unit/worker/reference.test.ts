import { describe, expect, it } from "vitest";
import { NotLoadedError } from "../../../src/engine/errors";
import { fitPca, type Pca } from "../../../src/math/pca";
import { createPcaSource, type PcaQuestions } from "../../../src/worker/pca-client";
import { fitPcaFigures } from "../../../src/worker/pca-figures";
import { type PcaFigures, Reference } from "../../../src/worker/reference";
import { GREY_28, grey28 } from "../image-sets";
import { scriptedWorkers } from "../rpc-workers";
import { noisyBoxes } from "../training/fixtures";
import { pcaFigures } from "./fakes";

/** A source whose answers are released by hand. */
function manualSource() {
  const asked: { latentSize: number; answer: () => void }[] = [];
  let ended = 0;
  const reference = new Reference(() => ({
    pca: () => Promise.reject(new Error("not asked for here")),
    figures: (latentSize) =>
      new Promise<PcaFigures>((resolve) => {
        asked.push({ latentSize, answer: () => resolve(pcaFigures(latentSize)) });
      }),
    dispose: () => {
      ended += 1;
    },
  }));
  return { reference, asked, ended: () => ended };
}

const PCA = {
  mean: new Float64Array(784),
  components: new Float64Array(0),
  variances: new Float64Array(0),
  isCut: false,
};

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("Reference", () => {
  it("lets the newest of a slider's requests overtake the others", async () => {
    const { reference, asked } = manualSource();
    const shown: number[] = [];
    for (const size of [10, 20, 30, 40]) {
      void reference.show(size, (figures) => shown.push(figures.latentSize));
    }
    asked[0]!.answer();
    await turn();
    expect(asked.map((request) => request.latentSize)).toEqual([10, 40]);
    asked[1]!.answer();
    await turn();
    expect(shown).toEqual([40]);
  });

  it("computes each latent size once", async () => {
    const { reference, asked } = manualSource();
    const [first, second] = [reference.figures(7), reference.figures(7)];
    asked[0]!.answer();
    expect(await first).toBe(await second);
    expect(asked).toHaveLength(1);
  });

  it("ends the source when retired and no longer held", () => {
    const { reference, ended } = manualSource();
    void reference.figures(3);
    const release = reference.hold();
    reference.retire();
    expect(ended()).toBe(0);
    release();
    expect(ended()).toBe(1);
  });

  it("does not remember failures", async () => {
    let calls = 0;
    const reference = new Reference(() => ({
      pca: async () => {
        calls += 1;
        if (calls % 2 === 1) throw new Error("busy");
        return PCA;
      },
      figures: async (latentSize) => {
        calls += 1;
        if (calls === 1) throw new Error("busy");
        return pcaFigures(latentSize);
      },
      dispose: () => {},
    }));
    await expect(reference.show(5, () => {})).rejects.toThrow("busy");
    expect((await reference.figures(5)).latentSize).toBe(5);
    await expect(reference.pca(5)).rejects.toThrow("busy");
    expect(await reference.pca(5)).toBe(PCA);
  });

  it("asks for the fit once", async () => {
    let calls = 0;
    const reference = new Reference(() => ({
      pca: async () => {
        calls += 1;
        return PCA;
      },
      figures: async (latentSize) => pcaFigures(latentSize),
      dispose: () => {},
    }));
    expect(await Promise.all([reference.pca(5), reference.pca(5)])).toEqual([PCA, PCA]);
    expect(await reference.pca(5)).toBe(PCA);
    expect(calls).toBe(1);
  });

  it("asks for another fit where the first has too few components, once", async () => {
    const wanted: number[] = [];
    const cutAt = (size: number): Pca => {
      return { ...PCA, variances: new Float64Array(size), isCut: true };
    };
    const reference = new Reference(() => ({
      pca: async (latentSize) => {
        wanted.push(latentSize);
        return cutAt(latentSize);
      },
      figures: async (latentSize) => pcaFigures(latentSize),
      dispose: () => {},
    }));
    await reference.pca(4);
    await reference.pca(3);
    const fits = await Promise.all([reference.pca(9), reference.pca(8)]);
    expect(fits.map(({ variances }) => variances.length)).toEqual([9, 9]);
    expect(wanted).toEqual([4, 9]);
  });
});

describe("createPcaSource", () => {
  function begin() {
    const { workers, start } = scriptedWorkers<PcaQuestions>();
    const none = new Uint32Array(0);
    const data = {
      shape: GREY_28,
      images: new Uint8Array(0),
      split: { train: none, validation: none, test: none },
      previewIndices: none,
    };
    return { source: createPcaSource(data, start), workers, data };
  }

  it("hands over the images first, and pairs answers with requests", async () => {
    const { source, workers, data } = begin();
    const [two, three] = [source.figures(2), source.figures(3)];
    const [worker] = workers;
    expect(worker!.asked).toEqual(["images", "figures", "figures"]);
    expect(worker!.commands[0]).toMatchObject({ ask: data });
    // The images are the run's too.
    expect(worker!.transfers).toEqual([[], [], []]);
    worker!.answer(0, null);
    worker!.answer(2, pcaFigures(3));
    worker!.refuse(1, "too few images");
    expect((await three).latentSize).toBe(3);
    await expect(two).rejects.toThrow("PCA failed: too few images");
  });

  it("hands on the fit, or why there is none", async () => {
    const { source, workers } = begin();
    const failing = source.pca(5);
    workers[0]!.refuse(1, "too few images");
    await expect(failing).rejects.toThrow("PCA failed: too few images");
    const pca = source.pca(5);
    expect(workers[0]!.asked).toEqual(["images", "pca", "pca"]);
    workers[0]!.answer(2, PCA);
    expect(await pca).toBe(PCA);
  });

  it("starts another worker after one that ended by itself, and hands over the images again", async () => {
    const { source, workers } = begin();
    const missing = source.figures(2);
    workers[0]!.goMissing();
    await expect(missing).rejects.toThrow("PCA's worker could not be loaded from the server");
    await expect(missing).rejects.toBeInstanceOf(NotLoadedError);
    const crashed = source.pca(5);
    expect(workers).toHaveLength(2);
    workers[1]!.crash("out of luck");
    await expect(crashed).rejects.toThrow("PCA's worker crashed: out of luck");
    await expect(crashed).rejects.not.toBeInstanceOf(NotLoadedError);
    const figures = source.figures(3);
    expect(workers.map(({ asked }) => asked)).toEqual([
      ["images", "figures"],
      ["images", "pca"],
      ["images", "figures"],
    ]);
    workers[2]!.answer(3, pcaFigures(3));
    expect((await figures).latentSize).toBe(3);
  });

  it("rejects what is under way when it is disposed of", async () => {
    const { source, workers } = begin();
    const [figures, pca] = [source.figures(2), source.pca(5)];
    source.dispose();
    expect(workers[0]!.isEnded).toBe(true);
    await expect(figures).rejects.toThrow(/no longer needed/);
    await expect(pca).rejects.toThrow(/no longer needed/);
  });
});

describe("fitPcaFigures", () => {
  it("judges validation and test split and reconstructs the preview, better with more numbers", async () => {
    const { images } = noisyBoxes(900);
    const indices = Uint32Array.from({ length: 900 }, (_, i) => (i * 37) % 900);
    const split = {
      train: indices.slice(0, 880),
      validation: indices.slice(880, 890),
      test: indices.slice(890),
    };
    const fits: number[] = [];
    const { figures, pca } = fitPcaFigures(
      { shape: GREY_28, images, split, previewIndices: split.test },
      async (set, indices, most) => {
        fits.push(most);
        return fitPca(set, indices);
      },
    );
    expect(await pca(5)).toEqual(fitPca(grey28(images), split.train));
    const [small, large] = await Promise.all([figures(1), figures(5)]);
    expect(fits).toEqual([5]);
    expect(large.validation.mse).toBeLessThan(small.validation.mse);
    expect(large.test.mse).toBeLessThan(small.test.mse);
    expect(large.reconstructions.count).toBe(10);
    expect(large.ssim).toHaveLength(10);
    const original = images.subarray(split.test[0]! * 784, (split.test[0]! + 1) * 784);
    const error = (pixels: Uint8Array) =>
      original.reduce((sum, byte, pixel) => sum + (byte - pixels[pixel]!) ** 2, 0);
    expect(error(large.reconstructions.pixels)).toBeLessThan(error(small.reconstructions.pixels));
  });
});
