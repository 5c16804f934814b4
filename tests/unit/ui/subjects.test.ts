import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/core/config";
import { newRecord, type RunRecord } from "../../../src/storage/record";
import type { RunStore } from "../../../src/storage/store";
import { choicesOf, pcaSubject, runSubject } from "../../../src/ui/images/subjects";

const quality = { mse: 0, psnr: 0, ssim: 0, ssimWriteup: 0 };

/** A run of three epochs, the second of which was the best. */
function record(id: string, restoreBest: boolean): RunRecord {
  const started = newRecord(id, { ...DEFAULT_CONFIG, restoreBest }, 0);
  const epochs = [true, true, false].map((isBest, i) => ({
    epoch: i + 1,
    step: 88 * (i + 1),
    trainLoss: 0,
    validationLoss: 0,
    validation: quality,
    isBest,
    seconds: 1,
  }));
  const progress = { epoch: 3, step: 264 } as RunRecord["progress"];
  return { ...started, name: id, epochs, progress };
}

describe("runs that can be looked at", () => {
  it("are those with weights, each with the epoch that its result is about", () => {
    const empty = newRecord("new", DEFAULT_CONFIG, 0);
    const choices = choicesOf([record("a", true), record("b", false), empty], "b");
    expect(choices.map(({ title, epoch }) => [title, epoch])).toEqual([
      ["a", 2],
      ["This run, b", 3],
    ]);
  });

  it("bring a copy of the weights that are kept: the best, or the last", async () => {
    const asked: string[] = [];
    const store = Promise.resolve({
      async weights(id: string, kind: string) {
        asked.push(`${id} ${kind}`);
        return id === "b" ? null : Float32Array.of(1);
      },
    } as unknown as RunStore);
    const [best, last] = choicesOf([record("a", true), record("b", false)], null);
    expect(await runSubject(best!, store).weights!()).toEqual(Float32Array.of(1));
    await expect(runSubject(last!, store).weights!()).rejects.toThrow(/not stored/);
    expect(asked).toEqual(["a best", "b last"]);
  });

  it("have other keys once their weights are others; PCA's depends on the images", () => {
    const store = Promise.resolve({} as RunStore);
    const [choice] = choicesOf([record("a", true)], null);
    const later = { ...choice!, epoch: 3 };
    expect(runSubject(choice!, store).key).not.toBe(runSubject(later, store).key);
    const [one, two] = [1, 2].map((seed) => pcaSubject({ ...DEFAULT_CONFIG, seed }));
    expect(one!.key).not.toBe(two!.key);
    expect(one!.weights).toBeNull();
  });
});
