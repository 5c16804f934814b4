import { describe, expect, it } from "vitest";
import { studentQuantile } from "../../../src/math/student";
import {
  drawnLadderRows,
  type LadderRun,
  type LadderRung,
  ladderRows,
  ladderTable,
  verdict,
} from "../../../src/report/ladder";

/** Images of which every other one is a little harder. */
function run(seed: number, ssim: number, changes: Partial<LadderRun> = {}): LadderRun {
  const ssimWriteup = Float32Array.from({ length: 200 }, (_, i) => ssim + (i % 2 ? 0.02 : -0.02));
  return {
    seed,
    ssimWriteup,
    validationLoss: 0.25,
    parameters: 1000,
    seconds: 10,
    epochs: 5,
    ...changes,
  };
}

const rungs = (...all: LadderRun[][]): LadderRung[] =>
  all.map((runs, step) => ({
    change: step === 0 ? "baseline" : `+ change ${step}`,
    loss: "binaryCrossentropy:1",
    runs,
  }));

describe("ladderRows", () => {
  it("are means over the seeds, and of each step what it brought to the one before", () => {
    const [start, next] = ladderRows(
      rungs(
        [run(1, 0.9), run(2, 0.91), run(3, 0.92)],
        [run(1, 0.92), run(2, 0.932), run(3, 0.938, { seconds: 40, parameters: 1000 })],
      ),
    );
    expect(start).toMatchObject({
      step: 0,
      change: "baseline",
      seeds: [1, 2, 3],
      difference: null,
    });
    expect(start!.ssimWriteup).toBeCloseTo(0.91, 6);
    const half = (studentQuantile(2) * 0.01) / Math.sqrt(3);
    expect(start!.interval[0]).toBeCloseTo(0.91 - half, 6);
    expect(start!.interval).toEqual(start!.overSeeds);
    expect(next).toMatchObject({ step: 1, change: "+ change 1", seconds: 20, parameters: 1000 });
    const { difference } = next!;
    expect(difference!.ssimWriteup).toBeCloseTo(0.02, 6);
    expect(difference!.interval[0]).toBeCloseTo(
      0.02 - (studentQuantile(2) * 0.002) / Math.sqrt(3),
      5,
    );
    expect(difference!.isChance).toBe(false);
    expect(verdict(next!)).toBe("better");
    // Image by image the difference is the same: what makes an image hard cancels out.
    const [low, high] = difference!.overImages;
    expect(high - low).toBeLessThan(1e-6);
    const [from, to] = start!.overImages;
    expect(to - from).toBeGreaterThan(0.001);
  });

  it("tell chance from a change: seeds that do not agree, or images that do not", () => {
    const seeds = ladderRows(rungs([run(1, 0.9), run(2, 0.9)], [run(1, 0.93), run(2, 0.88)]));
    expect(seeds[1]!.difference).toMatchObject({ isChance: true });
    expect(verdict(seeds[1]!)).toBe("nothing that chance does not");
    const flipped = run(1, 0.9);
    flipped.ssimWriteup.reverse();
    const images = ladderRows(rungs([run(1, 0.9)], [flipped], [run(1, 0.85)]));
    expect(images[0]).toMatchObject({ overSeeds: null });
    expect(images[1]!.difference).toMatchObject({ overSeeds: null, isChance: true });
    expect(images[2]!.difference).toMatchObject({ isChance: false });
    expect(verdict(images[2]!)).toBe("worse");
  });

  it("leave out what is not trained yet, and compare the seeds that both have", () => {
    const rows = ladderRows(rungs([run(1, 0.9), run(2, 0.95)], [run(1, 0.92)], [], [run(1, 0.93)]));
    expect(rows.map(({ step }) => step)).toEqual([0, 1, 3]);
    expect(rows[1]!.difference!.ssimWriteup).toBeCloseTo(0.02, 6);
    expect(rows[2]!.difference).toBeNull();
  });

  it("compare validation losses of one formula, with an interval where there are several seeds", () => {
    const losses = (values: number[]) =>
      values.map((validationLoss, seed) => run(seed, 0.9, { validationLoss }));
    const all = rungs(losses([0.3, 0.32]), losses([0.28, 0.31]), losses([0.1, 0.1]));
    const [start, next, last] = ladderRows(
      all.map((rung, step) => (step === 2 ? { ...rung, loss: "meanSquaredError:1" } : rung)),
    );
    const half = (values: number) => (studentQuantile(1) * values) / 2;
    expect(start!.validationLossOverSeeds![0]).toBeCloseTo(0.31 - half(0.02), 9);
    expect(start!.lossDifference).toBeNull();
    expect(next!.lossDifference!.validationLoss).toBeCloseTo(-0.015, 9);
    expect(next!.lossDifference!.overSeeds![1]).toBeCloseTo(-0.015 + half(0.01), 9);
    expect(last!.lossDifference).toBeNull();
    const [, alone] = ladderRows(rungs([run(1, 0.9)], [run(1, 0.9, { validationLoss: 0.2 })]));
    expect(alone!.lossDifference).toMatchObject({ overSeeds: null });
    expect(alone!.validationLossOverSeeds).toBeNull();
  });

  it("come in parts too short to be felt", () => {
    const drawing = drawnLadderRows(rungs([run(1, 0.9)], [run(1, 0.92)]));
    let parts = 0;
    let next = drawing.next();
    for (; !next.done; next = drawing.next()) parts += 1;
    // 2,000 samples each of the start, of the step and of the difference.
    expect(parts).toBe(120);
    expect(next.value).toHaveLength(2);
  });

  it("are the same each time, and a table with a line each", () => {
    const all = rungs([run(1, 0.9)], [run(1, 0.92)]);
    expect(ladderRows(all)).toEqual(ladderRows(all));
    const lines = ladderTable(ladderRows(all)).split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(
      /^\| 1 \| \+ change 1 \| 0\.9200 \| 0\.91\d\d to 0\.92\d\d \| \+0\.0200 \| .* \| better \| 0\.25000 \| 1,000 \| 5 \| 10 \|$/,
    );
  });

  it("refuse runs of one seed on other images", () => {
    const short = run(1, 0.9, { ssimWriteup: new Float32Array(3) });
    expect(() => ladderRows(rungs([run(1, 0.9)], [short]))).toThrow(RangeError);
  });
});
