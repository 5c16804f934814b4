import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG, type RunConfig } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import { newRecord, type RunRecord } from "../../../src/storage/record";
import { bytes, when } from "../../../src/ui/kit/format";
import { filtered, NO_FILTER, ordered } from "../../../src/ui/views/runs/order";
import { differences } from "../../../src/ui/views/runs/words";

const FIGURES = { mse: 0.01, psnr: 20, ssim: 0.8 };

/** A run whose only epoch ended with that loss and SSIM; none without a loss. */
function run(
  name: string,
  createdAt: number,
  loss: number | null,
  config: RunConfig = DEFAULT_CONFIG,
): RunRecord {
  const record = { ...newRecord(name, config, createdAt), name };
  if (loss === null) return record;
  const validation = { ...FIGURES, ssimWriteup: 1 - loss };
  const figures = { epoch: 1, step: 4, trainLoss: loss, isBest: true, seconds: 1, validation };
  return { ...record, epochs: [{ ...figures, validationLoss: loss }] };
}

const RUNS = [
  run("b", 3, 0.3),
  run("a", 2, null),
  run("Cedar", 4, 0.2, configFor("loom")),
  run("d", 1, 0.4),
];
const names = (runs: readonly RunRecord[]) => runs.map(({ name }) => name).join(" ");

describe("the list of runs", () => {
  it("is ordered, runs without the figure last", () => {
    expect(names(ordered(RUNS, "newest"))).toBe("Cedar b a d");
    expect(names(ordered(RUNS, "ssim"))).toBe("Cedar b d a");
    expect(names(ordered(RUNS, "validation"))).toBe("Cedar b d a");
    expect(names(ordered(RUNS, "name"))).toBe("a b Cedar d");
    expect(names(ordered([run("x", 1, 0.2), run("y", 2, 0.2)], "ssim"))).toBe("y x");
  });

  it("is filtered by net, star and part of the name", () => {
    expect(names(filtered(RUNS, NO_FILTER))).toBe("b a Cedar d");
    expect(names(filtered(RUNS, { ...NO_FILTER, net: "loom" }))).toBe("Cedar");
    const own = RUNS.map((run) => ({ ...run, config: { ...run.config, net: "flatten" } }));
    expect(names(filtered(own, { ...NO_FILTER, net: "loom" }))).toBe("");
    expect(filtered(own, { ...NO_FILTER, net: "own" })).toEqual(own);
    expect(names(filtered(RUNS, { ...NO_FILTER, text: " cED " }))).toBe("Cedar");
    const starred = RUNS.map((each) => ({ ...each, starred: each.name === "d" }));
    expect(names(filtered(starred, { ...NO_FILTER, starred: true }))).toBe("d");
  });
});

describe("words about a run", () => {
  it("say what is not as the recipe has it", () => {
    expect(differences(configFor("loom", { seed: 7, latentSize: 32, device: "wasm" }))).toEqual([]);
    expect(differences(configFor("baseline", { epochs: 3, flips: true }))).toEqual([
      "epochs 3",
      "mirrored images on",
    ]);
    expect(differences(configFor("baseline", { classes: [5] }))).toEqual(["garments Sandal"]);
  });

  it("say when it was", () => {
    const now = new Date("2026-11-24T12:00:00").getTime();
    expect(when(now - 3000, now)).toBe("just now");
    expect(when(now - 12 * 60_000, now)).toBe("12 min ago");
    expect(when(now - 3.5 * 3_600_000, now)).toBe("3 h ago");
    expect(when(new Date("2026-11-02T09:00:00").getTime(), now)).toBe("Nov 2");
    expect(when(new Date("2025-11-02T09:00:00").getTime(), now)).toBe("Nov 2, 2025");
  });

  it("say how much is stored", () => {
    expect([900, 25_600_000, 3_120_000_000, 2e12].map(bytes)).toEqual([
      "1 kB",
      "26 MB",
      "3.1 GB",
      "2.0 TB",
    ]);
  });
});
