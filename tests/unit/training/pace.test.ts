import { describe, expect, it } from "vitest";
import { Pace } from "../../../src/training/pace";

describe("Pace", () => {
  it("knows nothing before the first steps", () => {
    const pace = new Pace();
    expect(pace.recentRate).toBe(0);
    expect(pace.overallRate).toBe(0);
    pace.addStep(128, 0.5);
    pace.addStep(128, 0.5);
    expect(pace.secondsLeft(1280, 2)).toBeNull();
  });

  it("tells the time left from steps, and from evaluations once one was measured", () => {
    const pace = new Pace();
    for (let step = 0; step < 3; step++) pace.addStep(100, 0.5);
    expect(pace.secondsLeft(1000, 3)).toBeCloseTo(5, 10);
    pace.addEvaluation(1);
    pace.addEvaluation(3);
    expect(pace.secondsLeft(1000, 3)).toBeCloseTo(5 + 3 * 2, 10);
  });

  it("follows a change of speed within 20 steps; the overall rate does not forget", () => {
    const pace = new Pace();
    for (let step = 0; step < 20; step++) pace.addStep(10, 1);
    for (let step = 0; step < 20; step++) pace.addStep(10, 0.1);
    expect(pace.recentRate).toBeCloseTo(100, 8);
    expect(pace.overallRate).toBeCloseTo(400 / 22, 10);
  });

  it("leaves out a step during which the machine slept, and says so", () => {
    const pace = new Pace();
    for (let step = 0; step < 5; step++) expect(pace.addStep(100, 0.5)).toBe(true);
    expect(pace.addStep(100, 3600)).toBe(false);
    expect(pace.recentRate).toBeCloseTo(200, 10);
    expect(pace.overallRate).toBeCloseTo(200, 10);
    expect(pace.secondsLeft(1000, 0)).toBeCloseTo(5, 10);
  });

  it("leaves out an evaluation during which the machine slept, once it knows others", () => {
    const pace = new Pace();
    for (let step = 0; step < 3; step++) pace.addStep(100, 0.5);
    expect([pace.addEvaluation(2), pace.addEvaluation(3600), pace.addEvaluation(4)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(pace.secondsLeft(1000, 1)).toBeCloseTo(5 + 3, 10);
  });

  it("counts what is slow but computed: a busy machine, a large batch, the first steps", () => {
    const pace = new Pace();
    expect(pace.addStep(1000, 60)).toBe(true);
    for (let step = 0; step < 20; step++) expect(pace.addStep(10, 0.1)).toBe(true);
    expect(pace.addStep(10, 2)).toBe(true);
    expect(pace.addStep(1000, 10)).toBe(true);
  });
});
