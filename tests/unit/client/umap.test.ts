import { describe, expect, it } from "vitest";
import { layOutByUmap } from "../../../src/client/umap";
import type { UmapQuestions, UmapRequest } from "../../../src/protocol/umap";
import { explainHere, ScriptedRpcWorker } from "../rpc-workers";

const REQUEST: UmapRequest = {
  codes: new Float32Array(12),
  size: 4,
  start: new Float32Array(6),
  seed: 1,
};

function begin() {
  const worker = new ScriptedRpcWorker<UmapQuestions>();
  const control = new AbortController();
  const shares: number[] = [];
  const done = layOutByUmap(
    () => worker,
    REQUEST,
    { signal: control.signal, onProgress: ({ share }) => shares.push(share) },
    explainHere,
  );
  return { worker, control, shares, done };
}

describe("UMAP's client", () => {
  it("passes progress on, and ends the worker with the layout", async () => {
    const { worker, shares, done } = begin();
    expect(worker.commands).toEqual([{ type: "ask", id: 1, question: "layOut", ask: REQUEST }]);
    const progress = { step: "layout", share: 0.5, positions: null } as const;
    worker.emit({ type: "progress", id: 1, progress });
    worker.answer(1, new Float32Array(6));
    expect(await done).toHaveLength(6);
    expect(shares).toEqual([0.5]);
    expect(worker.isEnded).toBe(true);
  });

  it("ends the worker when it is stopped", async () => {
    const { worker, control, done } = begin();
    control.abort(new Error("stopped"));
    await expect(done).rejects.toThrow("stopped");
    expect(worker.isEnded).toBe(true);
  });

  it("says what to do where it fails", async () => {
    const first = begin();
    first.worker.refuse(1, "There is nothing.", "Get something.");
    await expect(first.done).rejects.toMatchObject({
      message: "There is nothing.",
      remedy: "Get something.",
    });
    expect(first.worker.isEnded).toBe(true);
    const second = begin();
    second.worker.crash("boom");
    await expect(second.done).rejects.toMatchObject({
      message: "UMAP's worker crashed: boom.",
      remedy: "Choose fewer points, or another map.",
      isPassing: false,
    });
    expect(second.worker.isEnded).toBe(true);
  });

  it("says that it could not be loaded, and that it may be another time", async () => {
    const { worker, done } = begin();
    worker.goMissing();
    await expect(done).rejects.toMatchObject({
      message: "UMAP is not there.",
      remedy: "Wait.",
      isPassing: true,
    });
    expect(worker.isEnded).toBe(true);
  });
});
