/**
 * A new setting is a new row: link, command line, help, check, stored runs, recipes and words know of
 * it without a line of their own. The form's part is tests/browser/ui/added-rows.test.tsx.
 */

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { withAddedRows } from "./added-rows";

const SETTINGS = "../../../src/config/settings";

async function load() {
  return {
    ...(await import("../../../src/cli/train-options")),
    ...(await import("../../../src/config/config-schema")),
    ...(await import("../../../src/config/recipes")),
    ...(await import("../../../src/runs/results-schema")),
    ...(await import("../../../src/state/link")),
    ...(await import("../../../src/state/recipe")),
    ...(await import("../../../src/state/settings")),
    ...(await import("../../../src/ui/kit/recipe/changes")),
  };
}

let house: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  vi.resetModules();
  vi.doMock(SETTINGS, async (original) => withAddedRows(await original()));
  house = await load();
});
// Test files share their modules.
afterAll(() => {
  vi.doUnmock(SETTINGS);
  vi.resetModules();
});

const command = async (...argv: string[]) => (await house.readRequest(argv, () => {}))!.config;
/** With settings that TypeScript, which reads the table itself, does not know of. */
const nested = (settings: object) => ({ ...house.configFor("nested"), ...settings });

describe("a row more in the table", () => {
  it("is a setting of every recipe, or of the data, with its default", () => {
    expect(house.configFor("loom")).toMatchObject({ noise: 0, restart: null, pooling: "max" });
    expect(house.RECIPES.loom.recipe).toMatchObject({ noise: 0, restart: null });
    expect(house.RECIPES.loom.recipe).not.toHaveProperty("pooling");
  });

  it("is written into links and read from them", () => {
    const config = nested({ noise: 0.25, restart: 7, pooling: "average" });
    const link = "?v=1&preset=nested&noise=0.25&restart=7&pooling=average";
    expect(house.writeLink(config)).toBe(link);
    expect(house.readLink(link)).toEqual({ config, problems: [] });
    expect(house.readLink("?preset=nested&noise=1&restart=1&pooling=mean").problems).toEqual([
      "noise=1 was left out. The noise must be a number from 0 to 0.9.",
      "restart=1 was left out. The restart must be a whole number from 2 to 100.",
      "pooling=mean was left out. The pooling must be one of max, average, stride, none.",
    ]);
  });

  it("is an option of the command line, with its help and its limits", async () => {
    const argv = ["--preset", "nested", "--noise", "0.5", "--restart", "never", "--pooling=none"];
    expect(await command(...argv)).toEqual(nested({ noise: 0.5, pooling: "none" }));
    await expect(command("--noise", "1")).rejects.toThrow(
      '--noise takes a number from 0 to 0.9, not "1".',
    );
    await expect(command("--restart", "x")).rejects.toThrow(
      '--restart takes a whole number from 2 to 100, or never, not "x".',
    );
    let help = "";
    await house.readRequest(["--help"], (text) => {
      help += text;
    });
    expect(help).toMatch(
      /--noise X +Share of pixels that are lost before the encoder, 0 to 0\.9\n/,
    );
    expect(help).toMatch(/--restart N\|never +Epochs to the schedule's restart, 2 to 100\n/);
    expect(help).toMatch(/--pooling max\|average\|stride\|none +How .* smaller \(default max\)\n/);
  });

  it("is checked in what comes from outside", () => {
    const config = nested({ noise: 0.9, restart: 100, pooling: "stride" });
    expect(house.parseConfig(config)).toEqual(config);
    expect(() => house.parseConfig(nested({ noise: -1 }))).toThrow(
      new house.ConfigError("The noise must be a number from 0 to 0.9."),
    );
    expect(() => house.parseConfig(nested({ restart: "never" }))).toThrow("The restart must be");
  });

  it("is kept from nets that cannot have it", () => {
    const message = "The noise of loom cannot change: it is not nested.";
    expect(() => house.parseConfig({ ...house.configFor("loom"), noise: 0.1 })).toThrow(message);
    expect(house.readLink("?preset=loom&noise=0.1&epochs=3")).toEqual({
      config: house.configFor("loom", { epochs: 3 }),
      problems: [`noise=0.1 was left out. ${message}`],
    });
  });

  it("means what its row says where a stored run is older than it", () => {
    const { noise, restart, pooling, ...older } = nested({ seed: 4 }) as Record<string, unknown>;
    expect([noise, restart, pooling]).toEqual([0, null, "max"]);
    expect(house.parseConfig(older)).toEqual(nested({ seed: 4 }));
    expect(() => house.parseConfig({ ...older, seed: undefined })).toThrow("The seed must be");
  });

  it("counts as changed by hand, is put back, and makes another run", () => {
    const config = nested({ noise: 0.5 });
    expect(house.changedParts(config)).toEqual(["noise"]);
    expect(house.sameConfig(config, house.configFor("nested"))).toBe(false);
    expect(house.sameData(config, nested({ pooling: "none" }))).toBe(false);
    const changed = house.changedParts(config);
    expect({ ...config, ...house.putBack(config, changed) }).toEqual(house.configFor("nested"));
  });

  it("is told in words", () => {
    const config = nested({ noise: 0.5, restart: 3, pooling: "none" });
    expect(house.changesInWords(house.configFor("nested"), config)).toEqual([
      "noise 0.5",
      "restart 3",
      "pooling none",
    ]);
  });
});
