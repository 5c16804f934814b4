import { describe, expect, it } from "vitest";
import { PRESETS } from "../../../src/nets/presets";
import { IMAGE_INPUT } from "../../../src/nets/spec";
import type { LayerSummary } from "../../../src/nets/summary";
import { detours, mainPath, readingOrder } from "../../../src/ui/views/train/model/graph";
import { wiringOf } from "../../../src/ui/views/train/model/wiring";
import { presetSummary } from "../preset-models";

const layer = (name: string, inputs: string[], outputShape: number[] = [4]): LayerSummary => ({
  name,
  className: "Dense",
  detail: "",
  inputs,
  outputShape,
  parameters: 0,
  multiplyAdds: 0,
});

/** The image goes through maps and past them: a → b → sum, and c → sum. */
const FORKED = [
  layer("a", [IMAGE_INPUT], [2, 2, 3]),
  layer("c", [IMAGE_INPUT]),
  layer("b", ["a"]),
  layer("sum", ["b", "c"]),
];

describe("the order of reading", () => {
  it("keeps chains in one piece", () => {
    expect(readingOrder(FORKED).map(({ name }) => name)).toEqual(["a", "b", "c", "sum"]);
  });

  it.each(PRESETS)("has every layer of %s once, after its inputs", (preset) => {
    const { layers } = presetSummary({ preset, latentSize: 8 });
    const order = readingOrder(layers);
    expect(new Set(order)).toEqual(new Set(layers));
    const seen = new Set([IMAGE_INPUT]);
    for (const { name, inputs } of order) {
      for (const input of inputs) expect(seen).toContain(input);
      seen.add(name);
    }
  });

  it("refuses a layer whose input is missing", () => {
    expect(() => readingOrder([layer("a", ["nowhere"])])).toThrow(RangeError);
  });
});

describe("paths", () => {
  it("go where the feature maps go, and what goes past them is a detour", () => {
    const path = mainPath(FORKED, IMAGE_INPUT, "sum");
    expect(path).toEqual([IMAGE_INPUT, "a", "b", "sum"]);
    expect(detours(FORKED, path)).toEqual([{ from: IMAGE_INPUT, to: "sum", through: ["c"] }]);
  });

  it("are empty where there is no way", () => {
    expect(mainPath(FORKED, "sum", "a")).toEqual([]);
  });
});

describe("wires", () => {
  it("join neighbouring rows straight and others by lanes of their own", () => {
    const { wires, joined, lanes } = wiringOf(readingOrder(FORKED));
    // Rows: image, a, b, c, sum.
    expect([...joined]).toEqual([1, 2, 4]);
    expect(wires).toEqual([
      { from: 2, to: 4, lane: 1 },
      { from: 0, to: 3, lane: 2 },
    ]);
    expect(lanes).toBe(2);
  });

  it.each(PRESETS)("of %s show every input once, and never cover each other", (preset) => {
    const layers = readingOrder(presetSummary({ preset, latentSize: 8 }).layers);
    const { wires, joined } = wiringOf(layers);
    const inputs = layers.reduce((sum, each) => sum + each.inputs.length, 0);
    expect(wires.length + joined.size).toBe(inputs);
    for (const [i, a] of wires.entries()) {
      for (const b of wires.slice(i + 1)) {
        if (a.lane === b.lane) expect(a.to <= b.from || b.to <= a.from).toBe(true);
      }
    }
  });
});
