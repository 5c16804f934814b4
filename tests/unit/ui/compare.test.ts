import { expect, it } from "vitest";
import { configFor } from "../../../src/core/recipes";
import { settingsThatDiffer } from "../../../src/ui/runs/compare/measures";

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
