import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { parseConfig } from "../../../src/config/config-schema";
import { configFor, RECIPES } from "../../../src/config/recipes";
import { PRESETS } from "../../../src/nets/presets";

describe("configFor", () => {
  it.each(PRESETS)("gives %s settings that are allowed", (preset) => {
    const config = configFor(preset);
    expect(parseConfig(config)).toEqual(config);
    expect(config.preset).toBe(preset);
  });

  it("gives the default for the baseline", () => {
    expect(configFor("baseline")).toEqual(DEFAULT_CONFIG);
  });

  it("lets overrides win over the recipe, and the recipe over the default", () => {
    const config = configFor("modified", { epochs: 3, classes: [4], patience: null });
    expect(config).toMatchObject({ epochs: 3, classes: [4], patience: null, batchSize: 64 });
  });
});

describe("recipes", () => {
  it("train the published nets as published", () => {
    expect(configFor("baseline-linear")).toEqual({ ...DEFAULT_CONFIG, preset: "baseline-linear" });
    expect(RECIPES.modified.recipe).toEqual({
      ...RECIPES.baseline.recipe,
      latentSize: 256,
      batchSize: 64,
      epochs: 100,
      patience: 5,
      monitor: "validationLoss",
      restoreBest: true,
    });
  });

  it("set the same settings for every preset, so that one replaces another whole", () => {
    const settings = Object.keys(RECIPES.baseline.recipe).sort();
    for (const preset of PRESETS) {
      expect(Object.keys(RECIPES[preset].recipe).sort()).toEqual(settings);
    }
  });

  it("are told in one line each", () => {
    for (const { title, teaches } of Object.values(RECIPES)) {
      expect(title).toMatch(/^[A-Z]/);
      expect(teaches).toMatch(/^[A-Z].{20,95}\.$/);
    }
  });
});
