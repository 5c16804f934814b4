import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../../src/cli/errors";
import { presetsText, settle } from "../../../src/cli/recipe";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { configFor, RECIPES } from "../../../src/config/recipes";
import { PRESETS } from "../../../src/nets/presets";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(content: unknown): Promise<string> {
  const path = join(folder, "recipe.json");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("settle", () => {
  it("without anything is the baseline, and with a preset its recipe", async () => {
    expect(await settle({}, null)).toEqual(DEFAULT_CONFIG);
    expect(await settle({ preset: "modified", seed: 3 }, null)).toEqual(
      configFor("modified", { seed: 3 }),
    );
  });

  it("puts the file over the preset, and options over the file", async () => {
    const path = await file({ epochs: 7, batchSize: 32, loss: { meanAbsoluteError: 1 } });
    const config = await settle({ preset: "loom", epochs: 9, latentSize: undefined }, path);
    expect(config).toEqual(
      configFor("loom", { epochs: 9, batchSize: 32, loss: { meanAbsoluteError: 1 } }),
    );
  });

  it("takes the file's preset with that preset's recipe, unless an option names another", async () => {
    const path = await file({ preset: "nested", epochs: 2 });
    expect(await settle({}, path)).toEqual(configFor("nested", { epochs: 2 }));
    expect(await settle({ preset: "loom" }, path)).toEqual(configFor("loom", { epochs: 2 }));
  });

  it("takes a result's config whole", async () => {
    const config = configFor("loom", { seed: 5, classes: [2, 7], clipNorm: 3 });
    expect(await settle({}, await file(config))).toEqual(config);
  });

  it.each([
    ["{", /recipe\.json is not JSON: /],
    ["[1]", /recipe\.json must hold one JSON object/],
    [{ epoch: 3 }, /recipe\.json has a setting "epoch" that does not exist\. Allowed: preset, .*/],
    [{ toString: 1 }, /"toString" that does not exist/],
    [{ epochs: 0 }, /recipe\.json: Epochs must be a whole number from 1 to 1000\./],
    [{ loss: { mse: 1 } }, /recipe\.json: The loss must be weights of one or more of/],
    [{ preset: "resnet" }, /recipe\.json: The net must be one of baseline/],
    [{ preset: "loom", loss: { binaryCrossentropy: 1 } }, /recipe\.json: .*loom.*sigmoid/],
  ])("refuses the file %j and says what is wrong", async (content, message) => {
    const attempt = settle({}, await file(content));
    await expect(attempt).rejects.toThrow(UsageError);
    await expect(attempt).rejects.toThrow(message);
  });

  it("refuses a file that is not there", async () => {
    const attempt = settle({}, join(folder, "missing.json"));
    await expect(attempt).rejects.toThrow(UsageError);
    await expect(attempt).rejects.toThrow(
      /missing\.json cannot be read \(there is no such file or folder\)\.$/,
    );
  });

  it("refuses options that do not go together", async () => {
    const attempt = settle({ preset: "nested", loss: { binaryCrossentropy: 1 } }, null);
    await expect(attempt).rejects.toThrow(UsageError);
    await expect(attempt).rejects.toThrow(/^The loss of nested cannot have binaryCrossentropy/);
  });
});

describe("presetsText", () => {
  it("tells what each preset teaches and how it is trained", () => {
    const text = presetsText();
    for (const preset of PRESETS) expect(text).toContain(`${preset}: ${RECIPES[preset].teaches}`);
    expect(text).toMatch(
      /latent 256, 100 epochs, batch 64, lr 0\.001 constant, .*beta2 0\.999, patience 5 \(validationLoss\), best weights, .*loss binaryCrossentropy:1\n/,
    );
    const { loom } = RECIPES;
    expect(text).toContain(`weight decay ${loom.recipe.weightDecay}, flips, last weights, loss `);
  });
});
