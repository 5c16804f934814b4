import { expect, it } from "vitest";
import { CloseUp } from "../../../src/training/close-up";

/** A clock that looks move on by so much. */
function start(cost: number) {
  let time = 0;
  let isWanted = true;
  const shown: number[] = [];
  const closeUp = new CloseUp({
    now: () => time,
    closeUp: {
      isWanted: () => isWanted,
      async show(step) {
        shown.push(step);
        time += cost / 2;
      },
    },
  });
  /** A step, of a millisecond. */
  const step = async (number: number) => {
    time += 1;
    await closeUp.show(number, async () => {
      time += cost / 2;
    });
  };
  return { shown, step, want: (wanted: boolean) => (isWanted = wanted), time: () => time };
}

it("a close-up takes a fortieth of the time, however long each look takes", async () => {
  for (const cost of [20, 100]) {
    const { shown, step, time } = start(cost);
    for (let i = 1; i <= 20_000; i++) await step(i);
    const share = (shown.length * cost) / time();
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.026);
  }
});

it("looks that take no time come twice a second, and none where nobody looks", async () => {
  const { shown, step, want } = start(0);
  for (let i = 1; i <= 2000; i++) await step(i);
  expect(shown).toEqual([1, 501, 1001, 1501]);
  want(false);
  for (let i = 2001; i <= 4000; i++) await step(i);
  expect(shown).toHaveLength(4);
});
