import { expect, it } from "vitest";
import { isTask, sizeFor, sizeWords } from "../../../src/config/code-size";

const DIGITS = { height: 8, width: 8, channels: 1 } as const;

it("a code of as many numbers as an image has is no task, and a quarter of them is", () => {
  expect([63, 64, 65].map((size) => isTask(size, DIGITS))).toEqual([true, false, false]);
  expect(sizeWords(63, DIGITS)).toBeNull();
  expect(sizeWords(128, DIGITS)).toBe(
    "An image has 64 numbers here: PCA keeps them all in a code of 128, and leaves a net nothing to beat. " +
      "16 numbers would be a task.",
  );
  expect(sizeFor(DIGITS)).toBe(16);
  expect(sizeFor({ height: 9, width: 11, channels: 1 })).toBe(16);
  expect(sizeFor({ height: 8, width: 8, channels: 3 })).toBe(32);
});
