import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import type { WorkerEvent } from "../../../src/protocol/messages";
import { commandTransferList, transferList } from "../../../src/protocol/transfer";
import { strip28 } from "../image-sets";

describe("transferList", () => {
  it("names the buffers of pixels and losses, so that posting moves them", () => {
    const losses = Float32Array.of(1, 2);
    const event: WorkerEvent = {
      type: "steps",
      runId: "a",
      firstStep: 1,
      losses,
      epoch: 1,
      imagesPerSecond: 1,
      secondsLeft: null,
    };
    const copy = structuredClone(event, { transfer: transferList(event) });
    expect(copy).toMatchObject({ losses: Float32Array.of(1, 2) });
    expect(losses.length).toBe(0);
  });

  it("moves an image strip once", () => {
    const pixels = new Uint8Array(784);
    const event: WorkerEvent = {
      type: "preview",
      runId: "a",
      epoch: 1,
      step: 1,
      reconstructions: strip28(pixels),
      ssim: [1],
      ssimWriteup: [1],
    };
    expect(transferList(event)).toEqual([pixels.buffer]);
  });

  it("moves a checkpoint's arrays, to the page and back to the worker", () => {
    const arrays = [1, 2, 3, 4].map((value) => Float32Array.of(value));
    const [weights, best, m, v] = arrays as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const progress = {
      device: "wasm",
      epoch: 1,
      step: 1,
      images: 0,
      lossSum: 0,
      epochSeconds: 0,
      seconds: 1,
      trainedImages: 1,
      trainedSeconds: 1,
      best: null,
      kept: null,
    };
    const checkpoint = { progress, weights, best, m, v };
    const buffers = arrays.map(({ buffer }) => buffer);
    expect(transferList({ type: "checkpoint", runId: "a", checkpoint })).toEqual(buffers);
    const start = {
      type: "start",
      runId: "a",
      config: DEFAULT_CONFIG,
      paused: false,
      calibration: null,
    } as const;
    expect(commandTransferList({ ...start, checkpoint })).toEqual(buffers);
    expect(commandTransferList({ ...start, checkpoint: null })).toEqual([]);
    const withoutBest = { ...checkpoint, best: null };
    expect(commandTransferList({ ...start, checkpoint: withoutBest })).toHaveLength(3);
    const look = { type: "look", runId: "a", config: DEFAULT_CONFIG, weights, step: 1 } as const;
    expect(commandTransferList(look)).toEqual([weights.buffer]);
  });

  it("has nothing to move for events without arrays, nor for shared memory", () => {
    expect(transferList({ type: "dataProgress", loadedBytes: 1, totalBytes: 2 })).toEqual([]);
    const pixels = new Uint8Array(new SharedArrayBuffer(784));
    const event: WorkerEvent = {
      type: "preview",
      runId: "a",
      epoch: 1,
      step: 1,
      reconstructions: strip28(pixels),
      ssim: [],
      ssimWriteup: [],
    };
    expect(transferList(event)).toEqual([]);
  });
});
