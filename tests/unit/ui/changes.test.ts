import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import { changesInWords, runInWords } from "../../../src/ui/kit/recipe/changes";
import { COLOUR_8_12 } from "../image-sets";

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

  it("names the data set that the run is of by its title, and its classes", () => {
    const spec = COLOUR_8_12;
    const run = (classes: number[]) =>
      runInWords({ ...DEFAULT_CONFIG, data: spec.id, classes }, spec);
    expect(run([0, 2])).toMatch(/, classes Stop \+ Ahead, /);
    expect(run([0, 1, 2])).toMatch(/, classes all three, /);
    expect(run([0])).toContain(`, data set ${spec.title}`);
    expect(run([0])).not.toContain(spec.id);
    const unknown = { ...DEFAULT_CONFIG, data: "0123abcd" };
    expect(runInWords(unknown, spec)).toMatch(/, data set 0123abcd$/);
    expect(runInWords({ ...DEFAULT_CONFIG, classes: [...Array(10).keys()] })).toMatch(/all ten$/);
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
