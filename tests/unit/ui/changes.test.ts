import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import { changesInWords } from "../../../src/ui/kit/recipe/changes";

describe("changesInWords", () => {
  it("names what differs, and nothing else", () => {
    const to = {
      ...DEFAULT_CONFIG,
      latentSize: 32,
      seed: 7,
      classes: [0, 3],
      learningRate: 0.0005,
    };
    expect(changesInWords(DEFAULT_CONFIG, to)).toEqual([
      "latent size 32",
      "garments T-shirt/top + Dress",
      "learning rate 0.0005",
      "seed 7",
    ]);
    expect(changesInWords(to, to)).toEqual([]);
  });

  it("names another net, and what of its recipe is changed", () => {
    expect(changesInWords(DEFAULT_CONFIG, configFor("loom"))).toEqual(["Loom"]);
    expect(changesInWords(DEFAULT_CONFIG, configFor("loom", { epochs: 3, flips: false }))).toEqual([
      "Loom",
      "epochs 3",
      "mirrored images off",
    ]);
  });
});
