import { describe, expect, it } from "vitest";
import { layOutByUmap, type UmapWorkerLike } from "../../../src/client/umap";
import type { UmapEvent, UmapRequest } from "../../../src/protocol/umap";

const REQUEST: UmapRequest = {
  codes: new Float32Array(12),
  size: 4,
  start: new Float32Array(6),
  seed: 1,
};

function begin() {
  const worker: UmapWorkerLike & { asked: UmapRequest[]; ended: boolean } = {
    asked: [],
    ended: false,
    onmessage: null,
    onerror: null,
    postMessage: (request) => worker.asked.push(request),
    terminate: () => {
      worker.ended = true;
    },
  };
  const control = new AbortController();
  const shares: number[] = [];
  const done = layOutByUmap(
    () => worker,
    REQUEST,
    { signal: control.signal, onProgress: ({ share }) => shares.push(share) },
    async (name) => ({ message: `${name} is not there.`, remedy: "Wait." }),
  );
  const send = (data: UmapEvent) => worker.onmessage?.({ data } as MessageEvent<UmapEvent>);
  return { worker, control, shares, done, send };
}

describe("UMAP's client", () => {
  it("passes progress on, and ends the worker with the layout", async () => {
    const { worker, shares, done, send } = begin();
    expect(worker.asked).toEqual([REQUEST]);
    send({ type: "progress", step: "layout", share: 0.5, positions: null });
    send({ type: "done", positions: new Float32Array(6) });
    expect(await done).toHaveLength(6);
    expect(shares).toEqual([0.5]);
    expect(worker.ended).toBe(true);
  });

  it("ends the worker when it is stopped", async () => {
    const { worker, control, done } = begin();
    control.abort(new Error("stopped"));
    await expect(done).rejects.toThrow("stopped");
    expect(worker.ended).toBe(true);
  });

  it("says what to do where it fails", async () => {
    const first = begin();
    first.send({ type: "error", message: "There is nothing.", remedy: "Get something." });
    await expect(first.done).rejects.toMatchObject({
      message: "There is nothing.",
      remedy: "Get something.",
    });
    const second = begin();
    second.worker.onerror?.({ message: "boom", preventDefault() {} } as ErrorEvent);
    await expect(second.done).rejects.toMatchObject({
      message: "UMAP's worker crashed: boom.",
      remedy: "Choose fewer points, or another map.",
    });
    expect(second.worker.ended).toBe(true);
  });

  it("says that it could not be loaded, and that it may be another time", async () => {
    const { worker, done } = begin();
    worker.onerror?.({ preventDefault() {} } as ErrorEvent);
    await expect(done).rejects.toMatchObject({
      message: "UMAP is not there.",
      remedy: "Wait.",
      isPassing: true,
    });
    expect(worker.ended).toBe(true);
  });
});
