import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG, type RunConfig } from "../../../src/config/config";
import { fitConfig } from "../../../src/config/config-schema";
import { configFor, RECIPES } from "../../../src/config/recipes";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { netText, parseNet } from "../../../src/nets/text";
import { changeSettings, sameConfig, sameData, toggleClass } from "../../../src/state/settings";
import { GREY_16 } from "../image-sets";

describe("classes", () => {
  it("stay ascending", () => {
    expect(toggleClass([1, 8], 3)).toEqual([1, 3, 8]);
    expect(toggleClass([1, 3, 8], 3)).toEqual([1, 8]);
  });

  it("are never none", () => {
    expect(toggleClass([4], 4)).toEqual([4]);
  });
});

describe("changing settings", () => {
  const changed = { ...DEFAULT_CONFIG, seed: 7, classes: [3], epochs: 2, threads: 1 };

  it("another preset comes with its whole recipe, and leaves data, seed and device", () => {
    expect(changeSettings(changed, { preset: "loom" }, FASHION_MNIST)).toEqual({
      ...changed,
      ...RECIPES.loom.recipe,
      preset: "loom",
    });
    expect(
      changeSettings(
        changeSettings(changed, { preset: "nested" }, FASHION_MNIST),
        { preset: "baseline" },
        FASHION_MNIST,
      ),
    ).toEqual({ ...changed, epochs: 50 });
  });

  it("what is chosen with the preset wins over its recipe", () => {
    const both = changeSettings(changed, { preset: "loom", latentSize: 32 }, FASHION_MNIST);
    expect(both).toMatchObject({ latentSize: 32, epochs: RECIPES.loom.recipe.epochs });
  });

  it("the same preset again changes nothing else", () => {
    expect(changeSettings(changed, { preset: "baseline", seed: 8 }, FASHION_MNIST)).toEqual({
      ...changed,
      seed: 8,
    });
  });
});

describe("comparing settings", () => {
  it("sees every setting, and classes by value", () => {
    expect(sameConfig(DEFAULT_CONFIG, { ...DEFAULT_CONFIG, classes: [0, 1] })).toBe(true);
    expect(sameConfig(DEFAULT_CONFIG, { ...DEFAULT_CONFIG, classes: [0, 2] })).toBe(false);
    expect(sameConfig(DEFAULT_CONFIG, { ...DEFAULT_CONFIG, threads: 2 })).toBe(false);
  });

  it("compares losses by value", () => {
    const loss = { meanSquaredError: 1, ssimUniform: 0.5 };
    const swapped = { ssimUniform: 0.5, meanSquaredError: 1 };
    const a = { ...DEFAULT_CONFIG, loss };
    expect(sameConfig(a, { ...a, loss: swapped })).toBe(true);
    expect(sameConfig(a, { ...a, loss: { meanSquaredError: 1 } })).toBe(false);
    expect(sameConfig(a, { ...a, loss: { ...loss, ssimGaussian: 1 } })).toBe(false);
  });

  it("knows what changes the images and what does not", () => {
    expect(sameData(DEFAULT_CONFIG, { ...DEFAULT_CONFIG, latentSize: 4, epochs: 1 })).toBe(true);
    expect(sameData(DEFAULT_CONFIG, { ...DEFAULT_CONFIG, seed: 2 })).toBe(false);
    expect(sameData(DEFAULT_CONFIG, { ...DEFAULT_CONFIG, split: "writeup" })).toBe(false);
  });
});

describe("another data set", () => {
  const toSigns = (settings: RunConfig) => changeSettings(settings, { data: GREY_16.id }, GREY_16);

  it("leaves what its images allow, and is one that settings can be for", () => {
    const changed = toSigns(configFor("loom", { classes: [0, 2, 9], epochs: 3, seed: 8 }));
    expect(changed).toEqual(
      configFor("loom", { data: GREY_16.id, classes: [0, 2], epochs: 3, seed: 8 }),
    );
    expect(fitConfig(changed, GREY_16)).toEqual(changed);
    expect(toSigns(configFor("loom", { classes: [7, 8] })).classes).toEqual([0]);
  });

  it("keeps a net of one's own that fits them, with the size that its code has there", () => {
    const maps = "conv 2 3 relu /2 > code > up 2 > conv 1 3 sigmoid";
    const own = changeSettings(
      configFor("baseline"),
      { net: maps, netName: "Maps" },
      FASHION_MNIST,
    );
    expect(own.latentSize).toBe(14 * 14 * 2);
    expect(toSigns(own)).toMatchObject({ net: maps, netName: "Maps", latentSize: 8 * 8 * 2 });
  });

  it("goes back to the recipe's net where it does not", () => {
    const net = netText(parseNet("conv 4 3 > latent 6 > mirror", FASHION_MNIST));
    const own = changeSettings(configFor("modified"), { net, netName: "Mine" }, FASHION_MNIST);
    expect(toSigns(own)).toEqual(configFor("modified", { data: GREY_16.id }));
  });
});
