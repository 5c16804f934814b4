import { describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { netKey, sameNet } from "../../../src/nets/key";
import { PRESETS, presetNet } from "../../../src/nets/presets";
import { netText } from "../../../src/nets/text";
import { GREY_16 } from "../image-sets";

describe("a net's key", () => {
  it.each(PRESETS)("is that of its text for %s, whoever's recipe trains it", (preset) => {
    const { latentSize } = configFor(preset);
    const choice = { preset, latentSize, net: null };
    const written = netText(presetNet(preset, latentSize, FASHION_MNIST));
    const other = { preset: "baseline", latentSize, net: written } as const;
    expect(netKey(other, FASHION_MNIST)).toBe(netKey(choice, FASHION_MNIST));
    expect(sameNet({ ...choice, latentSize: latentSize - 1 }, choice, FASHION_MNIST)).toBe(false);
    expect(netKey(choice, GREY_16)).not.toBe(netKey(choice, FASHION_MNIST));
  });

  it("tells all nets apart, and is short", () => {
    const sizes = [1, 16, 128, 256];
    const keys = PRESETS.flatMap((preset) =>
      sizes.map((latentSize) => netKey({ preset, latentSize, net: null }, FASHION_MNIST)),
    );
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(120);
  });

  it("is there for a text that is no net for the images, too", () => {
    const [a, b] = ["pool 3 > latent 4", "dense 3"].map((net) =>
      netKey({ preset: "baseline", latentSize: 4, net }, GREY_16),
    );
    expect(a).not.toBe(b);
  });
});
