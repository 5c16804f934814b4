import { describe, expect, it } from "vitest";
import { ROWS } from "../../../src/config/config";
import { parseConfig } from "../../../src/config/config-schema";
import { configFor, RECIPE_NAMES, RECIPES, type RecipeName } from "../../../src/config/recipes";
import { SETTINGS } from "../../../src/config/settings";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { PRESETS } from "../../../src/nets/presets";
import { changedParts, isChanged, putBack, withPatience } from "../../../src/state/recipe";
import { changeSettings } from "../../../src/state/settings";

/** Not the loom's. */
function otherValue(name: RecipeName): unknown {
  const { type } = SETTINGS[name];
  const value = RECIPES.loom.recipe[name];
  if (type.kind === "choice") return type.options.find((option) => option !== value);
  if (type.kind === "switch") return !value;
  return "limits" in type ? type.limits.max : { meanAbsoluteError: 0.7 };
}

describe("what was changed by hand", () => {
  it.each(PRESETS)("is nothing in the recipe of %s, whatever the data and device", (preset) => {
    const settings = configFor(preset, { seed: 9, classes: [4], threads: 1, split: "writeup" });
    expect(changedParts(settings)).toEqual([]);
  });

  it("is each part that differs", () => {
    const settings = configFor("loom", {
      epochs: 3,
      warmup: 0,
      loss: { meanSquaredError: 1 },
      clipNorm: 1,
    });
    expect(changedParts(settings)).toEqual(["epochs", "loss", "schedule", "optimizer"]);
  });

  it("is not a loss written in another order", () => {
    const loss = Object.fromEntries(Object.entries(RECIPES.loom.recipe.loss).reverse());
    expect(Object.keys(loss)).not.toEqual(Object.keys(RECIPES.loom.recipe.loss));
    expect(isChanged(configFor("loom", { loss }), "loss")).toBe(false);
  });

  it("covers the whole recipe: each setting counts as a part, and can be put back", () => {
    expect([...RECIPE_NAMES].sort()).toEqual(Object.keys(RECIPES.loom.recipe).sort());
    for (const name of RECIPE_NAMES) {
      const settings = { ...configFor("loom"), [name]: otherValue(name) };
      const { needs = [] } = ROWS[name];
      // What a net that draws its code alone can have is put back like the rest.
      if (needs.every(({ isFor }) => isFor)) expect(parseConfig(settings)).toEqual(settings);
      else expect(() => parseConfig(settings)).toThrow("the net draws none");
      const changed = changedParts(settings);
      expect(changed, name).toHaveLength(1);
      expect(changeSettings(settings, putBack(settings, changed), FASHION_MNIST)).toEqual(
        configFor("loom"),
      );
    }
  });
});

describe("putting back", () => {
  it("leaves the other changes alone", () => {
    const settings = configFor("baseline", { epochs: 3, latentSize: 9 });
    expect(putBack(settings, ["epochs"])).toEqual({ epochs: 50 });
  });

  it("is there for what comes with no recipe too", () => {
    const other = { seed: 9, classes: [4], split: "writeup", device: "wasm", threads: 1 } as const;
    const settings = configFor("loom", other);
    const parts = Object.keys(other) as (keyof typeof other)[];
    expect(parts.filter((part) => isChanged(settings, part))).toEqual(parts);
    expect(changeSettings(settings, putBack(settings, parts), FASHION_MNIST)).toEqual(
      configFor("loom"),
    );
  });
});

describe("patience", () => {
  it("keeps the best weights; without it, the recipe decides", () => {
    expect(withPatience(configFor("baseline"), 5)).toEqual({ patience: 5, restoreBest: true });
    expect(withPatience(configFor("baseline"), null).restoreBest).toBe(false);
    expect(withPatience(configFor("modified"), null).restoreBest).toBe(true);
  });

  it("put back is as if it had never been changed", () => {
    const recipe = configFor("baseline");
    const patient = { ...recipe, ...withPatience(recipe, 5) };
    expect({ ...patient, ...putBack(patient, ["patience"]) }).toEqual(recipe);
  });
});
