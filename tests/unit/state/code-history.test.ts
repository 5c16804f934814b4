import { expect, it } from "vitest";
import { createCodeHistory } from "../../../src/state/code-history";

/** Three images with two numbers each. */
const codes = (step: number, values: readonly number[], runId = "a") =>
  ({ type: "codes", runId, step, images: 3, codes: Float32Array.from(values) }) as const;
const ALIVE = [1, 0, 2, 0, 3, 0.5];
const DEAD = [1, 0, 2, 0, 3, 0];

it("knows between which two looks a number died, and came back", () => {
  const history = createCodeHistory();
  let heard = 0;
  history.subscribe(() => {
    heard += 1;
  });
  expect(history.of("a", 1)).toBeNull();
  for (const [step, values] of [
    [0, ALIVE],
    [1, ALIVE],
    [2, DEAD],
    [4, DEAD],
  ] as const) {
    history.accept(codes(step, values));
  }
  expect(history.of("a", 0)).toEqual({ isDead: false, since: 0, before: null });
  expect(history.of("a", 1)).toEqual({ isDead: true, since: 2, before: 1 });
  expect(history.images("a")).toBe(3);
  // Best weights that are put back are no later moment.
  history.accept(codes(1, ALIVE));
  expect(history.of("a", 1)?.isDead).toBe(true);
  history.accept(codes(8, ALIVE));
  expect(history.of("a", 1)).toEqual({ isDead: false, since: 8, before: 4 });
  expect(heard).toBe(5);
  expect(history.of("b", 0)).toBeNull();
  history.accept(codes(0, DEAD, "b"));
  expect(history.of("a", 0)).toBeNull();
  expect(history.of("b", 1)).toEqual({ isDead: true, since: 0, before: null });
});
