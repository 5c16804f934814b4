import { describe, expect, it } from "vitest";
import { inWords, type RunConfig } from "../../../src/config/config";
import { parseConfig } from "../../../src/config/config-schema";
import { lossFormula, sameLoss } from "../../../src/config/loss";
import { traitsOf } from "../../../src/config/net";
import { configFor } from "../../../src/config/recipes";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { PRESETS } from "../../../src/nets/presets";
import { otherSettings, scheduleWords } from "../../../src/ui/kit/recipe/words";
import {
  lossChoices,
  patienceChoices,
  sameSchedule,
  scheduleChoices,
} from "../../../src/ui/views/train/recipe/choices";

const patienceWords = (patience: RunConfig["patience"]) => inWords("patience", { patience });

describe("schedules in words", () => {
  it.each([
    ["constant", 0, "constant"],
    ["constant", 0.05, "constant after 5% warm-up"],
    ["cosine", 0.1, "cosine after 10% warm-up"],
    ["oneCycle", 0.3, "one cycle, 30% up"],
    ["oneCycle", 0, "one cycle, from its peak"],
  ] as const)("%s with a warm-up of %d is %s", (schedule, warmup, words) => {
    expect(scheduleWords({ schedule, warmup })).toBe(words);
  });
});

describe("the rest of a recipe in words", () => {
  it("names the optimiser and whose weights are kept", () => {
    expect(otherSettings(configFor("baseline"))).toBe(
      "Adam with β₂ 0.999; the last epoch’s weights are kept.",
    );
    expect(otherSettings(configFor("modified"))).toMatch(/best validation loss are kept/);
    const own = otherSettings(configFor("loom", { weightDecay: 0.01, clipNorm: 5 }));
    expect(own).toMatch(/^AdamW .* weight decay 0.01, gradients of norm 5 at most/);
  });

  it("says how patient it is", () => {
    expect([null, 1, 5].map(patienceWords)).toEqual(["none", "1 epoch", "5 epochs"]);
  });
});

describe.each(PRESETS)("what the form offers for %s", (preset) => {
  const settings = configFor(preset);

  it("can be trained, and has the recipe's own", () => {
    const losses = lossChoices(settings, traitsOf(settings, FASHION_MNIST));
    for (const loss of losses) expect(parseConfig({ ...settings, loss }).loss).toEqual(loss);
    expect(losses.some((loss) => sameLoss(loss, settings.loss))).toBe(true);
    const schedules = scheduleChoices(settings);
    expect(schedules.some((each) => sameSchedule(each, settings))).toBe(true);
    expect(patienceChoices(settings)).toContain(settings.patience);
  });

  it("has what is in use too, and nothing twice", () => {
    const own = configFor(preset, {
      loss: { meanSquaredError: 0.3 },
      warmup: 0.2,
      patience: 7,
    });
    expect(lossChoices(own, traitsOf(own, FASHION_MNIST))).toContainEqual(own.loss);
    expect(scheduleChoices(own)).toContainEqual({ schedule: own.schedule, warmup: 0.2 });
    expect(patienceChoices(own)).toContain(7);
    for (const words of [
      lossChoices(own, traitsOf(own, FASHION_MNIST)).map((loss) => lossFormula(loss)),
      scheduleChoices(own).map(scheduleWords),
      patienceChoices(own).map(patienceWords),
    ]) {
      expect(new Set(words).size).toBe(words.length);
    }
  });

  it("offers cross-entropy only to a net that ends in a sigmoid", () => {
    const offered = lossChoices(settings, traitsOf(settings, FASHION_MNIST)).some(
      ({ binaryCrossentropy }) => binaryCrossentropy !== undefined,
    );
    expect(offered).toBe(traitsOf(configFor(preset), FASHION_MNIST).endsInSigmoid);
  });
});
