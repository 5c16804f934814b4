import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTrainingClient, type TrainingWorker } from "../../../src/client/client";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import type { Command, WorkerEvent } from "../../../src/protocol/messages";
import { strip28 } from "../image-sets";

class RecordingWorker implements TrainingWorker {
  onmessage: TrainingWorker["onmessage"] = null;
  onerror: TrainingWorker["onerror"] = null;
  onmessageerror: TrainingWorker["onmessageerror"] = null;
  readonly commands: Command[] = [];
  terminated = false;
  postMessage(command: Command): void {
    this.commands.push(command);
  }
  terminate(): void {
    this.terminated = true;
  }
  emit(data: WorkerEvent): void {
    this.onmessage?.({ data } as MessageEvent<WorkerEvent>);
  }
  crash(message: string): void {
    this.onerror?.({ message, preventDefault() {} } as ErrorEvent);
  }
  /** As browsers tell of a script that they could not get: by an event without a message. */
  goMissing(): void {
    this.onerror?.({ preventDefault() {} } as ErrorEvent);
  }
}

const REQUEST = { data: "fashion-mnist", classes: [0, 1], split: "stratified", seed: 1 } as const;
const phase = (runId: string): WorkerEvent => ({ type: "phase", runId, phase: "training" });
const dataset = (classes: readonly number[]): WorkerEvent => ({
  type: "dataset",
  spec: FASHION_MNIST,
  sourceNote: "",
  classes,
  trainImages: 8,
  validationImages: 1,
  testImages: 1,
  previewOriginals: strip28(new Uint8Array()),
  previewLabels: [],
});

function setUp() {
  const workers: RecordingWorker[] = [];
  const client = createTrainingClient(
    () => {
      const worker = new RecordingWorker();
      workers.push(worker);
      return worker;
    },
    1000,
    async (name) => ({ message: `${name} is not there.`, remedy: "Wait." }),
  );
  const events: WorkerEvent[] = [];
  client.subscribe((event) => events.push(event));
  return { client, workers, events };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the training client", () => {
  it("has a stored net looked into, and hands on what its layers make of an image", () => {
    const { client, workers, events } = setUp();
    client.watch({ index: 2, layers: ["latent"] });
    const net = { runId: "kept", config: DEFAULT_CONFIG, weights: new Float32Array(3), step: 9 };
    client.look(net);
    expect(workers[0]!.commands).toEqual([
      { type: "watch", choice: { index: 2, layers: ["latent"] } },
      { type: "look", ...net },
    ]);
    const shown = { type: "activations", runId: "kept", step: 9, index: 2, layers: [] } as const;
    workers[0]!.emit(shown);
    workers[0]!.emit(phase("kept"));
    expect(events).toEqual([shown]);
  });

  it("makes one worker with the first command and uses it for the next", () => {
    const { client, workers } = setUp();
    expect(workers).toHaveLength(0);
    client.load(REQUEST);
    client.reference(32);
    client.start("a", DEFAULT_CONFIG, true);
    client.stop();
    expect(workers).toHaveLength(1);
    expect(workers[0]!.commands).toEqual([
      { type: "load", ...REQUEST },
      { type: "reference", latentSize: 32 },
      {
        type: "start",
        runId: "a",
        config: DEFAULT_CONFIG,
        paused: true,
        checkpoint: null,
        calibration: null,
      },
      { type: "stop", runId: "a" },
    ]);
  });

  it("passes on the current run's events and drops an older run's", () => {
    const { client, workers, events } = setUp();
    client.start("a", DEFAULT_CONFIG, false);
    client.start("b", DEFAULT_CONFIG, false);
    workers[0]!.emit(phase("a"));
    workers[0]!.emit(phase("b"));
    expect(events).toEqual([phase("b")]);
  });

  it("drops everything of a run after reset", () => {
    const { client, workers, events } = setUp();
    client.start("a", DEFAULT_CONFIG, false);
    client.reset(REQUEST);
    workers[0]!.emit(phase("a"));
    expect(events).toEqual([]);
    expect(workers[0]!.commands.slice(1)).toEqual([
      { type: "reset" },
      { type: "load", ...REQUEST },
    ]);
  });

  it("drops images of classes that are no longer wanted", () => {
    const { client, workers, events } = setUp();
    client.load(REQUEST);
    client.load({ ...REQUEST, classes: [2] });
    workers[0]!.emit(dataset([0, 1]));
    workers[0]!.emit(dataset([2]));
    expect(events).toEqual([dataset([2])]);
  });

  it("sends no command of a run that is not there", () => {
    const { client, workers } = setUp();
    client.load(REQUEST);
    client.pause();
    client.step();
    expect(workers[0]!.commands).toHaveLength(1);
  });

  it("turns a crash into a failure of the run, and the next command makes a new worker", () => {
    const { client, workers, events } = setUp();
    client.start("a", DEFAULT_CONFIG, false);
    workers[0]!.crash("out of bounds");
    expect(workers[0]!.terminated).toBe(true);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: "failed", runId: "a", code: "worker-crashed" });
    expect(events[0]).toHaveProperty("message", expect.stringContaining("out of bounds"));
    client.start("b", DEFAULT_CONFIG, false);
    expect(workers).toHaveLength(2);
    workers[1]!.emit(phase("b"));
    expect(events.at(-1)).toEqual(phase("b"));
  });

  it("explains why the worker could not be loaded, and the next command tries again", async () => {
    const { client, workers, events } = setUp();
    client.start("a", DEFAULT_CONFIG, false);
    workers[0]!.goMissing();
    expect(workers[0]!.terminated).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toEqual([
      {
        type: "failed",
        runId: "a",
        code: "not-loaded",
        message: "The training worker is not there.",
        remedy: "Wait.",
      },
    ]);
    client.load(REQUEST);
    workers[1]!.crash("Uncaught TypeError: Failed to fetch dynamically imported module: x.js");
    await vi.advanceTimersByTimeAsync(0);
    expect(events.at(-1)).toMatchObject({ runId: "", code: "not-loaded" });
    client.start("b", DEFAULT_CONFIG, false);
    expect(workers).toHaveLength(3);
  });

  it("does not blame a run that began after its worker could not be loaded", async () => {
    const { client, workers, events } = setUp();
    client.start("a", DEFAULT_CONFIG, false);
    workers[0]!.goMissing();
    client.start("b", DEFAULT_CONFIG, false);
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toEqual([]);
    workers[1]!.emit(phase("b"));
    // It has spoken, so it was there: this is a crash that the browser says nothing about.
    workers[1]!.goMissing();
    expect(events.at(-1)).toMatchObject({
      runId: "b",
      code: "worker-crashed",
      message: "The training worker crashed: the browser does not say why.",
    });
  });

  it("turns a message that cannot be read into a failure", () => {
    const { client, workers, events } = setUp();
    client.load(REQUEST);
    workers[0]!.onmessageerror?.({} as MessageEvent);
    expect(events[0]).toMatchObject({ type: "failed", code: "worker-crashed" });
  });

  it("turns a worker that cannot be made into a failure", () => {
    const events: WorkerEvent[] = [];
    const client = createTrainingClient(() => {
      throw new Error("blocked by policy");
    });
    client.subscribe((event) => events.push(event));
    client.load(REQUEST);
    expect(events[0]).toMatchObject({ type: "failed", runId: "", code: "worker-crashed" });
    expect(events[0]).toHaveProperty("message", expect.stringContaining("blocked by policy"));
  });

  it("ends a worker that does not answer a reset, and loads the images with a new one", () => {
    const { client, workers } = setUp();
    client.start("a", DEFAULT_CONFIG, false);
    client.reset(REQUEST);
    vi.advanceTimersByTime(999);
    expect(workers[0]!.terminated).toBe(false);
    vi.advanceTimersByTime(1);
    expect(workers[0]!.terminated).toBe(true);
    expect(workers[1]!.commands).toEqual([{ type: "load", ...REQUEST }]);
  });

  it("keeps a worker that answers a reset", () => {
    const { client, workers } = setUp();
    client.start("a", DEFAULT_CONFIG, false);
    client.reset(REQUEST);
    workers[0]!.emit(dataset([0, 1]));
    vi.advanceTimersByTime(5000);
    expect(workers).toHaveLength(1);
    expect(workers[0]!.terminated).toBe(false);
  });
});
