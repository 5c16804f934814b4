import { describe, expect, it } from "vitest";
import { StepBatcher } from "../../../src/worker/steps";

function record() {
  const sent: { firstStep: number; losses: number[] }[] = [];
  let time = 0;
  const batcher = new StepBatcher(
    ({ firstStep, losses }) => sent.push({ firstStep, losses: [...losses] }),
    () => time,
  );
  const add = (step: number, at: number) => {
    time = at;
    batcher.add({ step, epoch: 1, loss: step, imagesPerSecond: 1, secondsLeft: null });
  };
  return { sent, add, batcher };
}

describe("StepBatcher", () => {
  it("sends at most every 100 ms, and every loss once", () => {
    const { sent, add, batcher } = record();
    for (let step = 1; step <= 25; step++) add(step, step * 10);
    batcher.flush();
    expect(sent.map((message) => message.firstStep)).toEqual([1, 2, 12, 22]);
    expect(sent.flatMap((message) => message.losses)).toEqual(
      Array.from({ length: 25 }, (_, i) => i + 1),
    );
  });

  it("has nothing to flush twice", () => {
    const { sent, add, batcher } = record();
    add(1, 0);
    batcher.flush();
    batcher.flush();
    expect(sent).toHaveLength(1);
  });
});
