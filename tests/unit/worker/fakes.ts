import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { DEFAULT_CONFIG, type RunConfig } from "../../../src/config/config";
import type { Calibration } from "../../../src/config/devices";
import { createWasmPredictor } from "../../../src/engine/wasm/predictor";
import { createWasmTracer } from "../../../src/engine/wasm/tracer";
import { fitPca } from "../../../src/math/pca";
import type { Command, WorkerEvent } from "../../../src/protocol/messages";
import type { Checkpoint } from "../../../src/runs/checkpoint";
import type { PcaData } from "../../../src/worker/pca-figures";
import type { SessionPlatform } from "../../../src/worker/platform";
import type { PcaFigures } from "../../../src/worker/reference";
import { Session } from "../../../src/worker/session";
import { strip28 } from "../image-sets";
import { boxes, PCA_FIGURES, ScriptedTrainer } from "../training/fixtures";
import { option } from "../training/options";

/** 80 boxes of two classes: 64 to train on, 8 to validate, 8 to test. */
export const BOXES = boxes(80);

export const CONFIG: RunConfig = { ...DEFAULT_CONFIG, batchSize: 16, epochs: 2, latentSize: 4 };

export function pcaFigures(latentSize: number, count = 8): PcaFigures {
  const zeros = Array.from({ length: count }, () => 0);
  return {
    latentSize,
    validation: PCA_FIGURES,
    test: { ...PCA_FIGURES, mse: 1 / latentSize },
    reconstructions: strip28(new Uint8Array(count * 784)),
    ssim: zeros,
    ssimWriteup: zeros,
  };
}

/** A session over fakes that count what is made and freed, and record what is posted. */
export function startSession(change: Partial<SessionPlatform> = {}) {
  const events: WorkerEvent[] = [];
  const counts = { loads: 0, pcaMade: 0, pcaEnded: 0, disposed: 0 };
  const trainers: ScriptedTrainer[] = [];
  const pcaData: PcaData[] = [];
  const platform: SessionPlatform = {
    oneThread: "",
    maxThreads: 2,
    probeDevices: async () => [option("wasm", { label: "WASM" })],
    async loadDataset({ classes }, onProgress) {
      counts.loads += 1;
      onProgress(10, 20);
      return { dataset: { ...BOXES, classes }, note: "Drawn by code." };
    },
    buildModel: async () => new ScriptedTrainer(1).model,
    async createTrainer(_model, config) {
      const trainer = new ScriptedTrainer(config.batchSize);
      trainer.dispose = () => {
        counts.disposed += 1;
      };
      trainers.push(trainer);
      return trainer;
    },
    createPredictor: (model) => createWasmPredictor(model, nodeWasmPlatform, { batchSize: 1 }),
    createTracer: (model, options) => createWasmTracer(model, options, nodeWasmPlatform),
    createPca(data) {
      counts.pcaMade += 1;
      pcaData.push(data);
      return {
        pca: async () => fitPca(data, data.split.train),
        figures: async (latentSize) => pcaFigures(latentSize),
        dispose: () => {
          counts.pcaEnded += 1;
        },
      };
    },
    now: () => performance.now(),
    yieldToHost: () => new Promise((resolve) => setImmediate(resolve)),
    ...change,
  };
  const session = new Session(platform, (event) => events.push(event));
  const send = (command: Command) => session.handle(command);
  return {
    events,
    counts,
    trainers,
    pcaData,
    send,
    load: (change: Partial<RunConfig> = {}) => {
      const { data, classes, split, seed } = { ...CONFIG, ...change };
      send({ type: "load", data, classes, split, seed });
    },
    start: (
      runId: string,
      change: Partial<RunConfig> = {},
      paused = false,
      checkpoint: Checkpoint | null = null,
      calibration: Calibration | null = null,
    ) => {
      const config = { ...CONFIG, ...change };
      send({ type: "start", runId, config, paused, checkpoint, calibration });
    },
    all: <T extends WorkerEvent["type"]>(type: T) =>
      events.filter((event): event is Extract<WorkerEvent, { type: T }> => event.type === type),
    until: async (condition: () => boolean) => {
      for (let turn = 0; turn < 2000; turn++) {
        if (condition()) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
      const seen = events.map((event) => event.type).join(", ");
      throw new Error(`It did not happen within 2000 turns. Events: ${seen}`);
    },
  };
}
