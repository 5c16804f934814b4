import { describe, expect, it } from "vitest";
import { NotLoadedError } from "../../../src/engine/errors";
import { createJpegSource, type JpegQuestions } from "../../../src/worker/inference/jpeg-client";
import { type ScriptedRpcWorker, scriptedWorkers } from "../rpc-workers";

type JpegWorker = ScriptedRpcWorker<JpegQuestions>;

const SET = { shape: { height: 28, width: 28, channels: 1 }, images: new Uint8Array(784) };

function begin() {
  const { workers, start } = scriptedWorkers<JpegQuestions>();
  return { source: createJpegSource(SET, Uint32Array.of(0), start), workers };
}

describe("createJpegSource", () => {
  it("starts its worker with the first question, and gives each its own answer", async () => {
    const { source, workers } = begin();
    expect(workers).toHaveLength(0);
    const [first, second] = [source.best(8), source.best(9)];
    expect(workers[0]!.asked).toEqual(["images", "best", "best"]);
    workers[0]!.refuse(1, "too few");
    workers[0]!.answer(2, null);
    await expect(first).rejects.toThrow("JPEG failed: too few");
    expect(await second).toBeNull();
  });

  it.each([
    [
      "a worker that could not be loaded",
      (worker: JpegWorker) => worker.goMissing(),
      "JPEG's worker could not be loaded from the server",
    ],
    [
      "a codec that could not be loaded",
      (worker: JpegWorker) =>
        worker.refuse(1, "JPEG's codec could not be loaded from the server", "", true),
      "JPEG's codec could not be loaded from the server",
    ],
  ])("after %s, says so and starts another", async (_what, fail, words) => {
    const { source, workers } = begin();
    const both = [source.best(8), source.best(9)];
    fail(workers[0]!);
    for (const answer of both) {
      await expect(answer).rejects.toThrow(words);
      await expect(answer).rejects.toBeInstanceOf(NotLoadedError);
    }
    expect(workers[0]!.isEnded).toBe(true);
    const later = source.best(10);
    expect(workers[1]!.asked).toEqual(["images", "best"]);
    workers[1]!.answer(3, null);
    expect(await later).toBeNull();
  });

  it("rejects what is under way when it is disposed of", async () => {
    const { source, workers } = begin();
    const answer = source.best(8);
    source.dispose();
    expect(workers[0]!.isEnded).toBe(true);
    await expect(answer).rejects.toThrow(/no longer needed/);
  });
});
