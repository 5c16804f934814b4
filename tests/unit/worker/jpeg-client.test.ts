import { describe, expect, it } from "vitest";
import { NotLoadedError } from "../../../src/engine/errors";
import {
  createJpegSource,
  type JpegCommand,
  type JpegResult,
  type JpegWorker,
} from "../../../src/worker/lab/jpeg-client";

const SET = { shape: { height: 28, width: 28, channels: 1 }, images: new Uint8Array(784) };

function begin() {
  const workers: (JpegWorker & { sent: JpegCommand["type"][]; ended: boolean })[] = [];
  const source = createJpegSource(SET, Uint32Array.of(0), () => {
    const worker: (typeof workers)[number] = {
      sent: [],
      ended: false,
      onmessage: null,
      onerror: null,
      postMessage: ({ type }) => worker.sent.push(type),
      terminate: () => {
        worker.ended = true;
      },
    };
    workers.push(worker);
    return worker;
  });
  const send = (data: JpegResult) =>
    workers.at(-1)!.onmessage?.(new MessageEvent("message", { data }));
  return { source, workers, send };
}

describe("createJpegSource", () => {
  it("starts its worker with the first question, and gives each its answer in turn", async () => {
    const { source, workers, send } = begin();
    expect(workers).toHaveLength(0);
    const [first, second] = [source.best(8), source.best(9)];
    expect(workers[0]!.sent).toEqual(["images", "best", "best"]);
    send({ type: "error", message: "too few" });
    send({ type: "best", best: null });
    await expect(first).rejects.toThrow("JPEG failed: too few");
    expect(await second).toBeNull();
  });

  it.each([
    [
      "a worker that could not be loaded",
      (worker: JpegWorker) => worker.onerror?.({ preventDefault() {} } as ErrorEvent),
      "JPEG's worker could not be loaded from the server",
    ],
    [
      "a codec that could not be loaded",
      (worker: JpegWorker) =>
        worker.onmessage?.(new MessageEvent("message", { data: { type: "missing" } })),
      "JPEG's codec could not be loaded from the server",
    ],
  ])("after %s, says so and starts another", async (_what, fail, words) => {
    const { source, workers, send } = begin();
    const both = [source.best(8), source.best(9)];
    fail(workers[0]!);
    for (const answer of both) {
      await expect(answer).rejects.toThrow(words);
      await expect(answer).rejects.toBeInstanceOf(NotLoadedError);
    }
    expect(workers[0]!.ended).toBe(true);
    const later = source.best(10);
    expect(workers[1]!.sent).toEqual(["images", "best"]);
    send({ type: "best", best: null });
    expect(await later).toBeNull();
  });

  it("rejects what is under way when it is disposed of", async () => {
    const { source, workers } = begin();
    const answer = source.best(8);
    source.dispose();
    expect(workers[0]!.ended).toBe(true);
    await expect(answer).rejects.toThrow(/no longer needed/);
  });
});
