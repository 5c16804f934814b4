import { describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import { labelled, settingsThatDiffer } from "../../../src/ui/views/runs/compare/measures";

const of = (...configs: ReturnType<typeof configFor>[]) =>
  settingsThatDiffer(configs.map((config) => ({ config })));

it("names what differs between the runs, and nothing else", () => {
  const runs = [4, 16].map((latentSize) => configFor("baseline", { latentSize }));
  expect(of(...runs)).toEqual([{ name: "latent size", values: ["4", "16"] }]);
  expect(of(runs[0]!, runs[0]!)).toEqual([]);
});

it("names two nets first, even with the same settings", () => {
  expect(of(configFor("baseline"), configFor("baseline-linear"))[0]).toEqual({
    name: "net",
    values: ["Published baseline", "Baseline, linear code"],
  });
});

describe("a run's label", () => {
  const labels = (...configs: ReturnType<typeof configFor>[]) =>
    labelled(configs.map((config, place) => ({ name: `run-${place}`, config }))).map(
      ({ label }) => label,
    );

  it("says what tells it from the others", () => {
    expect(labels(...[64, 16, 1].map((latentSize) => configFor("loom", { latentSize })))).toEqual([
      "64 numbers",
      "16 numbers",
      "1 number",
    ]);
    expect(labels(configFor("loom", { seed: 1 }), configFor("loom", { seed: 2 }))).toEqual([
      "seed 1",
      "seed 2",
    ]);
    expect(labels(configFor("baseline"), configFor("baseline-linear"))).toEqual([
      "Published baseline",
      "Baseline, linear code",
    ]);
    expect(
      labels(configFor("loom", { classes: [0] }), configFor("loom", { classes: [1] })),
    ).toEqual(["T-shirt/top", "Trouser"]);
  });

  it("has its name where that tells no two apart, and is its name where nothing differs", () => {
    expect(labels(configFor("loom"), configFor("loom"))).toEqual(["run-0", "run-1"]);
    const [small, large, again] = labels(
      configFor("loom", { latentSize: 16 }),
      configFor("loom", { latentSize: 64 }),
      configFor("loom", { latentSize: 16 }),
    );
    expect([small, large, again]).toEqual(["16 numbers, run-0", "64 numbers", "16 numbers, run-2"]);
  });

  it("stays short where everything differs", () => {
    const [one, other] = labels(
      configFor("loom", { latentSize: 16, seed: 3, epochs: 4, batchSize: 7 }),
      configFor("baseline"),
    );
    expect(one!.split(", ").length).toBeLessThanOrEqual(3);
    expect(one).not.toBe(other);
  });
});
