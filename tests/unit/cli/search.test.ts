import { describe, expect, it } from "vitest";
import { search } from "../../../src/cli/search";
import { CANDIDATES, SEARCHED } from "../../../src/cli/search/candidates";
import { cells, figuresOf, measuresOf } from "../../../src/cli/search/measures";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { presetNet } from "../../../src/nets/presets";
import { loom, loomDefaults, NESTED_DEFAULTS, nested } from "../../../src/nets/presets/loom";
import { summarizeNet } from "../../../src/nets/summary";

describe("what a search measures", () => {
  it("is the loom's quality in three figures, judged once", async () => {
    const measures = measuresOf(presetNet("loom", 128, FASHION_MNIST), 128);
    const asked: (number | null)[] = [];
    const figures = await figuresOf(measures, async (kept) => {
      asked.push(kept);
      return { mse: 0.00123, psnr: 29, ssim: 0.95, ssimWriteup: 0.96789 };
    });
    expect(asked).toEqual([null]);
    expect(cells(measures, figures)).toBe("0.9679 | 0.9500 | 0.00123");
  });

  it("is the nested net's SSIM at each of the sizes that it has", async () => {
    const measures = measuresOf(presetNet("nested", 100, FASHION_MNIST), 100);
    const figures = await figuresOf(measures, async (kept) => {
      return { mse: 0, psnr: 0, ssim: 0, ssimWriteup: kept! / 100 };
    });
    expect(figures).toEqual({
      "SSIM (write-up) at 8": 0.08,
      "SSIM (write-up) at 32": 0.32,
      "SSIM (write-up) at 64": 0.64,
    });
  });
});

describe.each(SEARCHED)("the candidates for %s", (preset) => {
  it("begin with the preset itself, and differ from it and from each other", () => {
    const [first, ...others] = CANDIDATES[preset];
    expect(first).toEqual({ name: "preset", net: {}, recipe: {} });
    const changes = others.map(({ net, recipe }) => JSON.stringify({ net, recipe }));
    expect(new Set(changes).size).toBe(changes.length);
    const names = CANDIDATES[preset].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const defaults = {
      ...loomDefaults(256, FASHION_MNIST),
      ...(preset === "nested" ? NESTED_DEFAULTS : {}),
    };
    for (const { name, net } of others) {
      for (const [option, value] of Object.entries(net)) {
        expect(defaults, `${name}: ${option}`).not.toMatchObject({ [option]: value });
      }
    }
  });

  it("are nets that can be built", () => {
    const make = { loom, nested }[preset];
    for (const { net } of CANDIDATES[preset]) {
      const { layers } = summarizeNet(make(8, FASHION_MNIST, net));
      expect(layers.at(-1)!.outputShape).toEqual([28, 28, 1]);
    }
  });
});

it("refuses changes that the preset has none of", async () => {
  await expect(search(["--preset", "nested", "--only", "encoder-3"])).rejects.toThrow(
    /names no change of nested: there are preset, log-uniform/,
  );
});
