import { describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import type { EpochFigures, RunResult, RunStart } from "../../../src/runs/results";
import { stopOf } from "../../../src/state/stopped";

const STEPS = 88;
const result = {} as RunResult;

/** Epochs that ended after those steps; the best ones as told. */
function ended(steps: readonly number[], best: readonly number[], epochs = 5, patience?: number) {
  const figures = steps.map(
    (step, i) => ({ epoch: i + 1, step, isBest: best.includes(i + 1) }) as EpochFigures,
  );
  const config = configFor("baseline", { epochs, patience: patience ?? null });
  const started = { stepsPerEpoch: STEPS, totalSteps: STEPS * epochs } as RunStart;
  return { config, started, epochs: figures, result };
}
const whole = (count: number) => Array.from({ length: count }, (_, i) => (i + 1) * STEPS);

describe("stopOf", () => {
  it("is null for a run that took all its steps", () => {
    expect(stopOf(ended(whole(5), [1, 2, 3, 4, 5]))).toBeNull();
  });

  it.each([
    ["within its first epoch", [31], [1], 31],
    ["within a later one", [88, 176, 200], [1, 2], 200],
    ["between two", whole(3), [1, 2, 3], 264],
    ["within its last", [...whole(4), 439], [1], 439],
    ["before its first step", [], [], 0],
  ])("says where a run was stopped: %s", (_, steps, best, step) => {
    expect(stopOf(ended(steps, best))).toEqual({ step, of: 440 });
  });

  it("is null for a run that its patience ended, and only for that", () => {
    expect(stopOf(ended(whole(4), [1, 2], 24, 2))).toBeNull();
    expect(stopOf(ended(whole(3), [1, 2], 24, 2))).toEqual({ step: 264, of: 2112 });
    expect(stopOf(ended([...whole(3), 300], [1, 2], 24, 2))).toEqual({ step: 300, of: 2112 });
    expect(stopOf(ended(whole(1), [], 24, 1))).toBeNull();
  });

  it("is null for a stopped run that was trained on to its end", () => {
    expect(stopOf(ended([31, 31 + STEPS, 31 + 2 * STEPS], [1, 2, 3], 3))).toBeNull();
  });

  it("is null for a run without a result: it has not ended", () => {
    expect(stopOf({ ...ended([31], [1]), result: null })).toBeNull();
    expect(stopOf({ ...ended([31], [1]), started: null })).toBeNull();
  });
});
