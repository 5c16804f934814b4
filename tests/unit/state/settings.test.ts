import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { RECIPES } from "../../../src/config/recipes";
import { changeSettings, sameConfig, sameData, toggleClass } from "../../../src/state/settings";

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
    expect(changeSettings(changed, { preset: "loom" })).toEqual({
      ...changed,
      ...RECIPES.loom.recipe,
      preset: "loom",
    });
    expect(
      changeSettings(changeSettings(changed, { preset: "nested" }), { preset: "baseline" }),
    ).toEqual({ ...changed, epochs: 50 });
  });

  it("what is chosen with the preset wins over its recipe", () => {
    const both = changeSettings(changed, { preset: "loom", latentSize: 32 });
    expect(both).toMatchObject({ latentSize: 32, epochs: RECIPES.loom.recipe.epochs });
  });

  it("the same preset again changes nothing else", () => {
    expect(changeSettings(changed, { preset: "baseline", seed: 8 })).toEqual({
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
