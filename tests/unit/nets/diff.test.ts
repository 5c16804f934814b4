import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { diffNets } from "../../../src/nets/diff";
import { PRESETS, presetNet } from "../../../src/nets/presets";
import type { NetSpec } from "../../../src/nets/spec";
import { checkNet, latentSizeOf, NetError } from "../../../src/nets/summary";
import { netText, parseNet, withUsualNames } from "../../../src/nets/text";

const net = (text: string) => parseNet(text, FASHION_MNIST);
const baseline = presetNet("baseline", 128, FASHION_MNIST);
const modified = presetNet("modified", 256, FASHION_MNIST);
const titles = (from: NetSpec, to: NetSpec) => diffNets(from, to).changes.map(({ title }) => title);
const made = (from: NetSpec, to: NetSpec, ...ids: string[]) =>
  netText(diffNets(from, to).made(new Set(ids)));

describe("diffNets", () => {
  it("takes the published nets apart as the write-up does", () => {
    expect(diffNets(baseline, modified).changes).toEqual([
      { id: "convolution-block", title: "+ convolution block" },
      { id: "batch-normalisation", title: "+ batch normalisation" },
      { id: "dropout", title: "+ dropout" },
      { id: "latent-256", title: "latent 256" },
    ]);
    expect(titles(modified, baseline)).toEqual([
      "− convolution block",
      "− batch normalisation",
      "− dropout",
      "latent 128",
    ]);
  });

  it("makes each change alone, with shapes that follow", () => {
    expect(made(baseline, modified, "convolution-block")).toBe(
      "conv 32 3 relu > pool 2 > conv 64 3 relu > pool 2 > latent 128 relu > dense 3136 relu > shape 7x7x64 > " +
        "up 2 > conv 64 3 relu > up 2 > conv 32 3 relu > conv 1 3 sigmoid",
    );
    expect(made(baseline, modified, "batch-normalisation")).toBe(
      "conv 32 3 relu > norm > pool 2 > latent 128 relu > dense 6272 relu > shape 14x14x32 > norm > " +
        "up 2 > conv 32 3 relu > norm > conv 1 3 sigmoid",
    );
    expect(made(baseline, modified, "dropout")).toBe(
      "conv 32 3 relu > pool 2 > flatten > dropout 0.2 > latent 128 relu > dense 6272 relu > shape 14x14x32 > " +
        "up 2 > conv 32 3 relu > dropout 0.2 > conv 1 3 sigmoid",
    );
    expect(made(baseline, modified)).toBe(netText(baseline));
    const all = ["convolution-block", "batch-normalisation", "dropout", "latent-256"];
    expect(diffNets(baseline, modified).made(new Set(all))).toBe(modified);
  });

  it.each([
    ["latent 8 > mirror", "latent 8 > mirror", []],
    [
      "conv 8 3 relu > pool 2 > latent 8 > mirror",
      "conv 8 3 relu > average-pool 2 > latent 8 > mirror",
      ["average pooling instead of max pooling"],
    ],
    [
      "conv 8 3 relu > pool 2 > latent 8 > mirror",
      "conv 8 3 elu > pool 2 > latent 8 > mirror",
      ["activation relu → elu"],
    ],
    [
      "conv 8 3 relu > pool 2 > latent 8 > mirror",
      "conv 16 5 relu > pool 2 > latent 8 > mirror",
      ["filters 8 → 16", "kernels 3×3 → 5×5"],
    ],
    [
      "conv 8 3 relu > pool 2 > latent 8 > mirror",
      "conv 8 3 relu > pool 2 > conv 16 3 relu > pool 2 > conv 32 3 relu > pool 7 > latent 8 > mirror",
      ["+ convolution block", "+ convolution block 2"],
    ],
    [
      "conv 8 3 relu > pool 2 > latent 8 > mirror",
      "conv 8 3 relu > conv 8 3 relu > pool 2 > latent 8 > mirror",
      ["+ convolutions"],
    ],
    [
      "latent 8 > dense 784 sigmoid > shape 28x28x1",
      "dense 64 relu > latent 8 > dense 64 relu > dense 784 sigmoid > shape 28x28x1",
      ["+ dense layer"],
    ],
    [
      "conv 8 3 as a > pool 2 > latent 8 > mirror",
      "conv 8 3 as a > conv 8 3 relu > add a > pool 2 > latent 8 > dense 1568 relu > shape 14x14x8 > up 2 > conv 8 3 > conv 1 3 sigmoid",
      ["+ residual block"],
    ],
    [
      "conv 8 3 > relu > latent 8 > dense 784 > shape 28x28x1",
      "conv 8 3 > dropout 0.2 > leaky-relu 0.1 > latent 8 > dense 784 > shape 28x28x1",
      ['activation relu → {"leakyRelu":0.1}', "+ dropout"],
    ],
  ] as const)("from %s to %s", (from, to, expected) => {
    expect(titles(net(from), net(to))).toEqual(expected);
  });

  it("has a norm of a layer that comes from when that is there", () => {
    const from = net("conv 8 3 > pool 2 > latent 8 > mirror");
    const to = net("conv 8 3 > pool 2 > conv 8 3 > norm > relu > pool 2 > latent 8 > mirror");
    expect(made(from, to, "batch-normalisation")).toBe(netText(from));
    expect(made(from, to, "convolution-block")).not.toContain("norm");
    expect(made(from, to, "convolution-block")).toContain("relu");
  });

  it("exchanges halves of other graphs, where codes fit", () => {
    const loom = presetNet("loom", 64, FASHION_MNIST);
    const { changes, made: make } = diffNets(baseline, loom);
    expect(changes.map(({ id }) => id)).toEqual(["encoder", "decoder", "latent"]);
    for (const ids of [["encoder"], ["decoder"], ["latent"], ["encoder", "latent"]]) {
      const between = make(new Set(ids));
      checkNet(between);
      expect(latentSizeOf(between)).toBe(ids.includes("latent") ? 64 : 128);
    }
    const around = net("conv 4 3 as a > pool 2 > latent 4 > mirror > concat a > conv 1 3");
    expect(titles(loom, around)).toEqual(["other layers"]);
  });

  it("goes from any preset to any in any order, ending where it shall", () => {
    const nets = PRESETS.map((preset, i) => presetNet(preset, 32 + i, FASHION_MNIST));
    fc.assert(
      fc.property(
        fc.constantFrom(...nets),
        fc.constantFrom(...nets),
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        (from, to, keys) => {
          const { changes, made: make } = diffNets(from, to);
          const order = changes
            .map(({ id }, i) => ({ id, key: keys[i] ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ id }) => id);
          for (let count = 0; count <= order.length; count++) {
            const between = tried(() => make(new Set(order.slice(0, count))));
            // What it makes reads back as the same net.
            if (between) expect(netText(net(netText(between)))).toBe(netText(between));
          }
          expect(netText(make(new Set(order)))).toBe(netText(order.length > 0 ? to : from));
        },
      ),
      { numRuns: 60 },
    );
  });

  /** Null for what cannot be, which `ladderSteps` makes together with something else. */
  function tried(make: () => NetSpec): NetSpec | null {
    try {
      const between = make();
      checkNet(between);
      return between;
    } catch (error) {
      if (error instanceof NetError) return null;
      throw error;
    }
  }
});

describe("withUsualNames", () => {
  it("leaves the net as it is, but for names that say nothing", () => {
    const named = net(
      "conv 4 3 as first > pool 2 as small > latent 4 > mirror > concat first . > conv 1 3 as last",
    );
    const plain = withUsualNames(named);
    expect(netText(plain)).toBe(
      "conv 4 3 as encoder_conv > pool 2 > latent 4 > dense 784 relu > shape 14x14x4 > up 2 > conv 4 3 > " +
        "conv 1 3 sigmoid as decoder_conv_2 > concat encoder_conv . > conv 1 3",
    );
    expect(checkNet(plain).parameters).toBe(checkNet(named).parameters);
  });
});
