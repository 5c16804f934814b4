import { expect, it } from "vitest";
import { StepsPerCall } from "../../../src/training/steps-per-call";

/** Steps of each of that many calls, on a device that takes so long for one. */
function calls(count: number, secondsPerStep: number): number[] {
  const stepsPerCall = new StepsPerCall();
  return Array.from({ length: count }, () => {
    const { steps } = stepsPerCall;
    stepsPerCall.took(steps, steps * secondsPerStep);
    return steps;
  });
}

it("grows to calls of about a tenth of a second", () => {
  expect(calls(6, 0.011)).toEqual([1, 2, 4, 8, 8, 8]);
  expect(calls(3, 0.06)).toEqual([1, 1, 1]);
});

it("stays at 256 steps, however fast they are", () => {
  expect(Math.max(...calls(20, 1e-6))).toBe(256);
});

it("shrinks when steps become slow, to one at least", () => {
  const stepsPerCall = new StepsPerCall();
  for (let call = 0; call < 4; call++)
    stepsPerCall.took(stepsPerCall.steps, stepsPerCall.steps * 0.001);
  expect(stepsPerCall.steps).toBe(16);
  for (let call = 0; call < 6; call++)
    stepsPerCall.took(stepsPerCall.steps, stepsPerCall.steps * 0.2);
  expect(stepsPerCall.steps).toBe(1);
});

it("learns from a call that was cut short by the end of an epoch", () => {
  const stepsPerCall = new StepsPerCall();
  for (let call = 0; call < 5; call++) stepsPerCall.took(stepsPerCall.steps, 0);
  stepsPerCall.took(3, 0.3);
  expect(stepsPerCall.steps).toBe(16);
});
