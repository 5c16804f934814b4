import { describe, expect, it } from "vitest";
import { ladderChanges, ladderSteps } from "../../../src/config/ladder";
import { configFor } from "../../../src/config/recipes";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { netOf } from "../../../src/nets/presets";
import { latentSizeOf } from "../../../src/nets/summary";
import { netText, parseNet } from "../../../src/nets/text";

const baseline = configFor("baseline", { seed: 5, threads: 2 });
const modified = configFor("modified");
const options = { start: "baseline", spec: FASHION_MNIST };

function own(text: string, changes: Parameters<typeof configFor>[1] = {}) {
  const spec = parseNet(text, FASHION_MNIST);
  return configFor("baseline", { net: netText(spec), latentSize: latentSizeOf(spec), ...changes });
}

describe("ladderSteps", () => {
  it("leads from the baseline to the modified net, one change at a time", () => {
    const steps = ladderSteps(baseline, modified, options);
    expect(steps.map(({ step, change }) => [step, change])).toEqual([
      [0, "baseline"],
      [1, "+ convolution block"],
      [2, "+ batch normalisation"],
      [3, "+ dropout"],
      [4, "latent 256"],
      [5, "batch size 64"],
      [6, "+ early stopping"],
    ]);
    expect(steps[0]!.config).toBe(baseline);
    // The net is there; its recipe is not yet.
    expect(steps[4]!.config).toEqual({ ...baseline, preset: "modified", latentSize: 256 });
    expect(steps[5]!.config).toEqual({ ...steps[4]!.config, batchSize: 64 });
    // Seed and threads are the start's.
    expect(steps[6]!.config).toEqual({ ...modified, seed: 5, threads: 2 });
  });

  it("takes other orders, by the ids' beginnings", () => {
    const order = ["stopping", "latent", "dropout"];
    const steps = ladderSteps(baseline, modified, { ...options, order });
    expect(steps.map(({ ids }) => ids.join())).toEqual([
      "",
      "stopping",
      "latent-256",
      "dropout",
      "convolution-block",
      "batch-normalisation",
      "batch",
    ]);
    expect(steps[1]!.config).toEqual({
      ...baseline,
      epochs: 100,
      patience: 5,
      restoreBest: true,
    });
    expect(steps[2]!.config).toMatchObject({ preset: "baseline", latentSize: 256 });
    expect(netText(netOf(steps[6]!.config, FASHION_MNIST))).toBe(
      netText(netOf(modified, FASHION_MNIST)),
    );
    expect(() =>
      ladderSteps(baseline, modified, { ...options, order: ["latent", "norm"] }),
    ).toThrow(
      /There is no change "norm" .* There are convolution-block, batch-normalisation, dropout, latent-256, batch, stopping\./,
    );
  });

  it("makes changes together that alone give nothing which can be trained", () => {
    // Without its sigmoid the net cannot have cross-entropy.
    const to = own(
      "conv 32 3 relu > pool 2 > latent 128 relu > dense 6272 relu > shape 14x14x32 > up 2 > conv 32 3 relu > conv 1 3",
      {
        loss: { meanSquaredError: 1 },
      },
    );
    const steps = ladderSteps(baseline, to, options);
    expect(steps.map(({ change }) => change)).toEqual([
      "baseline",
      "activation sigmoid → linear and loss mean squared error",
    ]);
    // A convolution that strides does without the pooling.
    const strided = own(
      "conv 32 3 relu /2 > latent 128 relu > dense 6272 relu > shape 14x14x32 > up 2 > conv 32 3 relu > conv 1 3 sigmoid",
    );
    expect(ladderSteps(baseline, strided, options).map(({ change }) => change)).toEqual([
      "baseline",
      "− max pooling and stride 1×1 → 2×2",
    ]);
  });

  it("has one step for the same net and recipe", () => {
    const same = own(netText(netOf(baseline, FASHION_MNIST)));
    expect(ladderSteps(baseline, same, options)).toHaveLength(1);
    expect(ladderChanges(baseline, same, FASHION_MNIST)).toEqual([]);
  });

  it("tells the recipe's settings in words", () => {
    const titles = ladderChanges(baseline, configFor("loom"), FASHION_MNIST).map(
      ({ title }) => title,
    );
    expect(titles).toEqual([
      "other encoder",
      "other decoder",
      "epochs 16",
      "batch size 64",
      "loss SSIM (¼ 7×7 + ¼ 11×11 + ½ write-up) + MSE",
      "learning rate 0.002",
      "schedule cosine, warm-up 0.1",
      "β₂ 0.99, weight decay 0.1",
      "+ mirrored images",
    ]);
    const steps = ladderSteps(baseline, configFor("loom"), options);
    expect(steps.at(-1)!.config).toEqual(configFor("loom", { seed: 5, threads: 2 }));
  });
});
