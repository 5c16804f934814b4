import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { buildNet } from "../../../../src/nets/build";
import { PRESETS } from "../../../../src/nets/presets";
import type { LayerSpec, NetSpec } from "../../../../src/nets/spec";
import { presetModel } from "../../preset-models";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Three dense layers under those names, the second one starting at zero or not. */
function net(names: readonly [string, string, string], seed: number, isZero = true, units = 4) {
  const dense = { kind: "dense", activation: "linear" } as const;
  const start = isZero ? { start: "zeros" as const } : {};
  const layers: LayerSpec[] = [
    { kind: "flatten", name: "flat" },
    { ...dense, name: names[0], units: 3 },
    { ...dense, ...start, name: names[1], units: 5 },
    { ...dense, name: names[2], units },
  ];
  const spec: NetSpec = {
    name: "three",
    image: { height: 2, width: 3, channels: 1 },
    layers,
    code: names[1],
  };
  return buildNet(spec, seed);
}

const values = (model: tf.LayersModel) => model.getWeights().map((weight) => weight.dataSync());

describe("a layer's initial weights", () => {
  const names = ["encoder", "code", "decoder"] as const;

  it("are its place's and the seed's, whatever its name", () => {
    const [first, renamed, other] = [net(names, 1), net(["a", "b", "c"], 1), net(names, 2)];
    expect(values(renamed)).toEqual(values(first));
    for (const kernel of [0, 4]) expect(values(other)[kernel]).not.toEqual(values(first)[kernel]);
  });

  it("stay as they are when another layer starts at zero, or has another size", () => {
    const [zero, drawn, larger] = [net(names, 1), net(names, 1, false), net(names, 1, true, 9)];
    expect(values(drawn)[2]).not.toEqual(values(zero)[2]);
    expect(values(drawn)[4]).toEqual(values(zero)[4]);
    expect(values(larger)[0]).toEqual(values(zero)[0]);
  });

  it.each(PRESETS)("are drawn from a stream of their own in %s", (preset) => {
    const model = presetModel({ preset, latentSize: 3, seed: 1 });
    const seeds = model.layers.flatMap((layer) => {
      const { kernelInitializer } = layer.getConfig() as {
        kernelInitializer?: { config: { seed?: number } };
      };
      return kernelInitializer?.config.seed ?? [];
    });
    expect(seeds.length).toBeGreaterThan(4);
    expect(new Set(seeds).size).toBe(seeds.length);
    model.dispose();
  });
});
