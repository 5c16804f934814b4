import { describe, expect, it } from "vitest";
import { splitDataset } from "../../../src/datasets/split";
import { previewIndices } from "../../../src/worker/preview";
import { boxes } from "../training/fixtures";

describe("previewIndices", () => {
  it("takes 24 different validation images, as many of each class", () => {
    const dataset = boxes(400);
    const split = splitDataset(dataset, "stratified", 3);
    const indices = previewIndices(dataset, split);
    expect(new Set(indices).size).toBe(24);
    for (const index of indices) expect(split.validation).toContain(index);
    expect(Array.from(indices).filter((index) => dataset.labels[index] === 0)).toHaveLength(12);
  });

  it("takes what there is where a class or the whole split has few", () => {
    const dataset = boxes(40);
    const split = { train: new Uint32Array(0), test: new Uint32Array(0) };
    const validation = Uint32Array.of(1, 2, 3, 30, 4);
    expect([...previewIndices(dataset, { ...split, validation })]).toEqual([1, 30, 2, 3, 4]);
  });
});
