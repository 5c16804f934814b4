import { describe, expect, it } from "vitest";
import { createProber, probeCsv, probeSizes } from "../../../../src/state/space/probe";
import { createSampler } from "../../../../src/state/space/sample";
import { openSpace } from "./openSpace";

describe("a sampler", () => {
  it("draws at once, and with another seed when asked again", async () => {
    const { space, settle, asked } = await openSpace();
    const sampler = createSampler(space);
    await settle(() => sampler.store.getState().samples !== null);
    sampler.again();
    await settle(() => sampler.store.getState().share === null && asked.samples.length === 2);
    expect(asked.samples.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(sampler.store.getState().samples?.trained).toBe(100);
  });
});

describe("a probe", () => {
  it("asks for net, PCA and pixels in turn, and goes on where it was stopped", async () => {
    const { space, settle, asked } = await openSpace();
    const prober = createProber(space);
    expect(asked.probe).toEqual([]);
    prober.start();
    await settle(() => prober.store.getState().known.own.net !== undefined);
    await settle(() => prober.store.getState().progress?.of === "pca");
    prober.stop();
    await settle(() => prober.store.getState().progress === null);
    expect(prober.store.getState().known.own.pca).toBeUndefined();
    prober.start();
    await settle(() => prober.store.getState().known.own.pixels !== undefined);
    expect(asked.probe.map(({ of }) => of)).toEqual([{ net: 7 }, "pca", "pca", "pixels"]);
    expect(asked.probe[0]?.data.classes).toEqual([0, 1]);
    expect(asked.probe[0]?.sizes).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  it("of all ten classes is another question, whose answers stand apart", async () => {
    const { space, settle, asked } = await openSpace();
    const prober = createProber(space);
    prober.choose("all");
    prober.start();
    await settle(() => prober.store.getState().known.all.pixels !== undefined);
    expect(asked.probe[0]?.data.classes).toHaveLength(10);
    expect(prober.store.getState().known.own).toEqual({});
  });

  it("is a file with a line for each figure", async () => {
    const { space, settle } = await openSpace();
    const prober = createProber(space);
    prober.start();
    await settle(() => prober.store.getState().known.own.pixels !== undefined);
    const lines = probeCsv(prober.store.getState().known.own, [0, 1]).trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 7 + 7 + 1);
    expect(lines[0]).toBe(
      "rows,size,nearest_5_accuracy,ridge_accuracy,train_images,test_images,classes",
    );
    expect(lines.at(-1)).toBe("pixels,784,0.9284,0.8284,100,30,0 1");
  });

  it("has octaves up to a net's own size", () => {
    expect(probeSizes(100)).toEqual([1, 2, 4, 8, 16, 32, 64, 100]);
    expect(probeSizes(8)).toEqual([1, 2, 4, 8]);
    expect(probeSizes(1)).toEqual([1]);
  });
});
