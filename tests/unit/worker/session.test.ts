import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { DeviceName } from "../../../src/config/config";
import { DataError } from "../../../src/datasets/download/errors";
import { SYNTHETIC_GARMENTS } from "../../../src/datasets/fashion-mnist";
import { DeviceError } from "../../../src/engine/errors";
import { netOf } from "../../../src/nets/presets";
import type { SessionPlatform } from "../../../src/worker/platform";
import { ScriptedTrainer } from "../training/fixtures";
import { option } from "../training/options";
import { BOXES, CONFIG, pcaFigures, startSession } from "./fakes";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("at its start", () => {
  it("says which devices there are", async () => {
    const { all, until } = startSession();
    await until(() => all("ready").length === 1);
    expect(all("ready")[0]).toMatchObject({ oneThread: "", maxThreads: 2 });
    expect(all("ready")[0]!.devices[0]!.name).toBe("wasm");
  });
});

describe("load", () => {
  it("answers with the split's sizes and fixed validation images, balanced over the classes", async () => {
    const { all, until, load } = startSession();
    load();
    await until(() => all("pca").length === 1);
    const [dataset] = all("dataset");
    expect(dataset).toMatchObject({
      spec: SYNTHETIC_GARMENTS,
      sourceNote: "Drawn by code.",
      trainImages: 64,
      validationImages: 8,
      testImages: 8,
      previewLabels: [0, 1, 0, 1, 0, 1, 0, 1],
    });
    expect(dataset!.previewOriginals.count).toBe(8);
    expect(all("dataProgress")).toEqual([
      { type: "dataProgress", loadedBytes: 10, totalBytes: 20 },
    ]);
  });

  it("posts PCA of the default latent size, then of those asked for", async () => {
    const { all, until, load, send, pcaData } = startSession();
    load();
    await until(() => all("pca").length === 1);
    send({ type: "reference", latentSize: 32 });
    await until(() => all("pca").length === 2);
    expect(all("pca").map((event) => event.latentSize)).toEqual([128, 32]);
    expect(all("pca")[1]).toMatchObject({ classes: [0, 1], split: "stratified", seed: 1 });
    expect(pcaData).toHaveLength(1);
    expect(pcaData[0]!.split.train.length).toBe(64);
  });

  it("shows the same images for the same seed and others for another, from one download", async () => {
    const { all, until, load, counts } = startSession();
    for (const [i, seed] of [1, 2, 1].entries()) {
      load({ seed });
      await until(() => all("dataset").length === i + 1);
    }
    const pixels = all("dataset").map((event) => event.previewOriginals.pixels);
    expect(pixels[2]).toEqual(pixels[0]);
    expect(pixels[1]).not.toEqual(pixels[0]);
    expect(counts.loads).toBe(1);
    // Each split has its own fit; those of the first two are given up.
    await until(() => counts.pcaMade === 3);
    expect(counts.pcaEnded).toBe(2);
  });

  it("answers only the newest of several requests", async () => {
    const { all, until, load } = startSession();
    load({ classes: [0] });
    load({ classes: [1] });
    load({ classes: [0, 1] });
    await until(() => all("pca").length === 1);
    expect(all("dataset").map((event) => event.classes)).toEqual([[0, 1]]);
    expect(all("failed")).toEqual([]);
  });

  it("says why images cannot be had, and tries again when asked again", async () => {
    let broken = true;
    const { all, until, load } = startSession({
      loadDataset: async () => {
        if (broken) throw new DataError("unreachable", "The server is gone.");
        return { dataset: BOXES, note: "" };
      },
    });
    load();
    await until(() => all("failed").length === 1);
    expect(all("failed")[0]).toEqual({
      type: "failed",
      runId: "",
      code: "data",
      message: "The server is gone.",
      remedy: expect.stringMatching(/^See that you are online, then reload the page/),
    });
    broken = false;
    load();
    await until(() => all("dataset").length === 1);
  });

  it("refuses classes that do not exist", async () => {
    const { all, until, load } = startSession();
    load({ classes: [12] });
    await until(() => all("failed").length === 1);
    expect(all("failed")[0]).toMatchObject({ code: "bad-config", runId: "" });
  });

  it("reports a PCA that fails", async () => {
    const { all, until, load } = startSession({
      createPca: () => ({
        pca: () => Promise.reject(new Error("PCA failed: no memory")),
        figures: () => Promise.reject(new Error("PCA failed: no memory")),
        dispose: () => {},
      }),
    });
    load();
    await until(() => all("failed").length === 1);
    expect(all("failed")[0]!.message).toBe("PCA failed: no memory.");
  });
});

describe("start", () => {
  it("trains to the end and tells it in order", async () => {
    const { events, all, until, start, counts } = startSession();
    start("run-1");
    await until(() => all("finished").length === 1 && all("pca").length === 1);
    const ofRun = events.filter((event) => "runId" in event && event.runId === "run-1");
    const order = ofRun.map((event) => (event.type === "phase" ? event.phase : event.type));
    expect(order.filter((name) => name !== "steps")).toEqual([
      "preparing",
      "started",
      "training",
      // Untrained, after steps 1 and 2 of 4, and after each epoch.
      "preview",
      "preview",
      "preview",
      "epoch",
      "preview",
      "checkpoint",
      "epoch",
      "preview",
      "checkpoint",
      "evaluating",
      "finished",
    ]);
    expect(all("started")[0]).toMatchObject({
      config: CONFIG,
      deviceName: "tfjs-cpu",
      threads: 1,
      parameters: 1,
      stepsPerEpoch: 4,
      totalSteps: 8,
    });
    expect(all("started")[0]!.lossFloor).toBeGreaterThan(0);
    expect(all("pca")[0]!.latentSize).toBe(4);
    expect(all("finished")[0]!.result).toMatchObject({
      epochs: 2,
      pca: pcaFigures(4).test,
      data: "synthetic",
    });
    expect(counts.disposed).toBe(1);
  });

  it("posts every loss once, all of an epoch's before its `epoch` event", async () => {
    const { events, all, until, start } = startSession();
    start("run-1", { epochs: 3 });
    await until(() => all("finished").length === 1);
    const losses: number[] = [];
    for (const event of events) {
      if (event.type === "steps") {
        expect(event.firstStep).toBe(losses.length + 1);
        losses.push(...event.losses);
      }
      if (event.type === "epoch") expect(losses.length).toBe(event.step);
    }
    const expected = Float32Array.from({ length: 12 }, (_, i) => 1 / (i + 1));
    expect(Float32Array.from(losses)).toEqual(expected);
  });

  it("shows previews as bytes with a figure for each image", async () => {
    const { all, until, start } = startSession();
    start("run-1", { epochs: 1 });
    await until(() => all("finished").length === 1);
    const preview = all("preview").at(-1);
    // The scripted net paints all pixels weight / 100, and has made 4 steps.
    expect(new Set(preview!.reconstructions.pixels)).toEqual(new Set([10]));
    expect(preview!.ssim).toHaveLength(8);
    expect(preview!.ssimWriteup).toHaveLength(8);
  });

  it("goes on from a checkpoint, without the PCA that a new net starts from", async () => {
    const asked: boolean[] = [];
    const change: Partial<SessionPlatform> = {
      async buildModel(_net, _seed, pca) {
        asked.push(pca !== null);
        return new ScriptedTrainer(1).model;
      },
    };
    const loom = { preset: "loom", loss: { meanSquaredError: 1 } } as const;
    const whole = startSession(change);
    whole.start("run-1", loom);
    await whole.until(() => whole.all("finished").length === 1);
    expect(whole.all("finished")[0]!.test.ssim).toHaveLength(8);
    const rest = startSession(change);
    // The scripted trainer's only weight counts its steps.
    const { checkpoint } = whole.all("checkpoint")[0]!;
    rest.start("run-1", loom, false, checkpoint);
    await rest.until(() => rest.all("finished").length === 1);
    expect(asked).toEqual([true, false]);
    expect(rest.trainers[0]!.batches).toEqual(whole.trainers[0]!.batches.slice(4));
    expect(rest.all("epoch").map(({ epoch }) => epoch)).toEqual([2]);
  });

  it("goes on with the device that trained the run so far, where it is there", async () => {
    const whole = startSession();
    whole.start("run-1", { epochs: 1 });
    await whole.until(() => whole.all("finished").length === 1);
    const { checkpoint } = whole.all("checkpoint")[0]!;
    const deviceOf = async (trained: string, asked: DeviceName) => {
      const devices: DeviceName[] = [];
      const session = startSession({
        probeDevices: async () => [
          option("tfjs-webgl", { automatic: false }),
          option("wasm"),
          option("tfjs-webgpu", { available: false, automatic: false, reason: "Gone." }),
        ],
        async createTrainer(_model, config) {
          devices.push(config.device);
          return new ScriptedTrainer(config.batchSize);
        },
      });
      const progress = { ...checkpoint.progress, device: trained };
      session.start("run-1", { epochs: 2, device: asked }, false, { ...checkpoint, progress });
      await session.until(() => session.all("finished").length === 1);
      expect(session.all("started")[0]!.config.device).toBe(asked);
      return devices;
    };
    expect(await deviceOf("wasm", "auto")).toEqual(["wasm"]);
    expect(await deviceOf("tfjs-webgpu", "auto")).toEqual(["wasm"]);
    expect(await deviceOf("wasm", "tfjs-webgl")).toEqual(["tfjs-webgl"]);
  });

  it("refuses a checkpoint of another net, and says what to do", async () => {
    const { all, until, start } = startSession();
    const whole = startSession();
    whole.start("run-1");
    await whole.until(() => whole.all("finished").length === 1);
    const { checkpoint } = whole.all("checkpoint")[0]!;
    start("run-1", {}, false, { ...checkpoint, weights: new Float32Array(2) });
    await until(() => all("failed").length === 1);
    expect(all("failed")[0]).toMatchObject({ runId: "run-1", code: "checkpoint" });
    expect(all("failed")[0]!.message).toMatch(/1 weights, and 2 were stored/);
    expect(all("failed")[0]!.remedy).toMatch(/Train/);
  });

  it("ends the run before and frees its device first", async () => {
    const { all, until, start, counts, trainers } = startSession();
    start("run-1", { epochs: 1000 });
    await until(() => all("epoch").length > 0);
    start("run-2");
    await until(() => all("finished").length === 1);
    expect(all("finished")[0]!.runId).toBe("run-2");
    expect(all("failed")).toEqual([]);
    expect(trainers).toHaveLength(2);
    expect(counts.disposed).toBe(2);
    const steps = trainers[0]!.weight;
    await new Promise((resolve) => setImmediate(resolve));
    expect(trainers[0]!.weight).toBe(steps);
  });

  it("when pressed many times, trains the last only", async () => {
    const { all, until, start } = startSession();
    for (const id of ["a", "b", "c", "d"]) start(id);
    await until(() => all("finished").length === 1);
    expect(all("started").map((event) => event.runId)).toEqual(["d"]);
  });

  it("keeps the PCA of its own images when others are loaded meanwhile", async () => {
    const { all, until, start, load, send, counts } = startSession();
    start("run-1", { epochs: 1000 });
    await until(() => all("epoch").length > 0);
    load({ seed: 5 });
    await until(() => all("pca").some((event) => event.seed === 5));
    expect(counts.pcaEnded).toBe(0);
    send({ type: "stop", runId: "run-1" });
    await until(() => all("finished").length === 1);
    expect(counts.pcaEnded).toBe(1);
    expect(all("finished")[0]!.result.seed).toBe(1);
  });

  it("pauses, steps, resumes and stops the run of that id alone", async () => {
    const { all, until, start, send, trainers } = startSession();
    start("run-1", { epochs: 1000 }, true);
    await until(() => all("preview").length === 1);
    for (const type of ["step", "resume", "stop"] as const) send({ type, runId: "other" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(trainers[0]!.weight).toBe(0);
    send({ type: "step", runId: "run-1" });
    await until(() => all("preview").length === 2);
    expect(trainers[0]!.weight).toBe(1);
    send({ type: "resume", runId: "run-1" });
    await until(() => all("epoch").length > 1);
    send({ type: "pause", runId: "run-1" });
    await until(() => all("phase").at(-1)!.phase === "paused");
    send({ type: "stop", runId: "run-1" });
    await until(() => all("finished").length === 1);
  });

  it("takes a pause that comes while it still prepares", async () => {
    const { all, until, start, send, trainers } = startSession();
    start("run-1");
    send({ type: "pause", runId: "run-1" });
    await until(() => all("preview").length === 1);
    expect(trainers[0]!.weight).toBe(0);
    expect(all("phase").at(-1)!.phase).toBe("paused");
    send({ type: "reset" });
  });

  it("dropped by reset, posts nothing more and frees the device", async () => {
    const { events, all, until, start, send, counts } = startSession();
    start("run-1", { epochs: 1000 });
    await until(() => all("epoch").length > 0);
    send({ type: "reset" });
    await until(() => counts.disposed === 1);
    const seen = events.length;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(events.length).toBe(seen);
    expect(all("failed")).toEqual([]);
    expect(all("finished")).toEqual([]);
  });
});

describe("a run that fails", () => {
  it("names the setting that is not allowed", async () => {
    const { all, until, start } = startSession();
    start("run-1", { batchSize: 5000 });
    await until(() => all("failed").length === 1);
    expect(all("failed")[0]).toMatchObject({ runId: "run-1", code: "bad-config" });
    expect(all("failed")[0]!.message).toMatch(/batch size.*1 to 1024/);
  });

  it("says at which step the loss was lost and what to try, and frees the device", async () => {
    const session = startSession();
    session.start("run-1", { learningRate: 1 }, true);
    await session.until(() => session.trainers.length === 1);
    session.trainers[0]!.stepLoss = (step) => (step === 3 ? Number.NaN : 1);
    session.send({ type: "resume", runId: "run-1" });
    await session.until(() => session.all("failed").length === 1);
    expect(session.all("failed")[0]).toMatchObject({ runId: "run-1", code: "not-finite" });
    expect(session.all("failed")[0]!.message).toMatch(/step 3/);
    expect(session.all("failed")[0]!.remedy).toMatch(/learning rate/);
    expect(session.counts.disposed).toBe(1);
    session.start("run-2");
    await session.until(() => session.all("finished").length === 1);
  });

  it.each([
    ["device", new DeviceError("The GPU is gone.")],
    ["memory", new RangeError("WebAssembly.Memory(): could not allocate memory")],
    ["internal", new TypeError("x is not a function")],
  ])("calls it %s where that is what went wrong", async (code, error) => {
    const { all, until, start } = startSession({ createTrainer: () => Promise.reject(error) });
    start("run-1");
    await until(() => all("failed").length === 1);
    expect(all("failed")[0]).toMatchObject({ runId: "run-1", code });
    expect(all("failed")[0]!.remedy).toMatch(/\.$/);
  });
});

describe("look", () => {
  const LAYERS = ["latent"];

  /** A model that is gone has no weights to give. */
  const isDisposed = (model: tf.LayersModel) => {
    try {
      return model.getWeights().some((weight) => weight.isDisposed);
    } catch {
      return true;
    }
  };

  async function looked(change: Partial<SessionPlatform> = {}) {
    const { buildNet } = await import("../../../src/nets/build");
    const { flatWeights } = await import("../../../src/training/weights");
    const models: tf.LayersModel[] = [];
    const session = startSession({
      async buildModel(net, seed) {
        const model = buildNet(net, seed);
        models.push(model);
        return model;
      },
      ...change,
    });
    const stored = buildNet(netOf(CONFIG, BOXES.shape), 7);
    const weights = await flatWeights(stored);
    const look = (choice: Partial<typeof CONFIG> = {}) =>
      session.send({
        type: "look",
        runId: "kept",
        config: { ...CONFIG, ...choice },
        weights: weights.slice(),
        step: 12,
      });
    return { ...session, stored, models, look };
  }

  it("shows what the stored weights make of an image, and of another afterwards", async () => {
    const { load, look, send, all, stored, models } = await looked();
    load();
    send({ type: "watch", choice: { index: 1, layers: LAYERS } });
    look();
    await expect.poll(() => all("activations").length).toBe(1);
    const [shown] = all("activations");
    expect(shown).toMatchObject({ runId: "kept", step: 12, index: 1 });
    const { previewOriginals } = all("dataset")[0]!;
    const pixels = previewOriginals.pixels.subarray(784, 2 * 784);
    const code = tf.tidy(() => {
      const latent = tf.model({
        inputs: stored.inputs,
        outputs: stored.getLayer("latent").output as tf.SymbolicTensor,
      });
      const image = tf.tensor(Array.from(pixels), [1, 28, 28, 1]).div(255);
      return (latent.predict(image) as tf.Tensor).dataSync<"float32">();
    });
    const most = code.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const { values } = shown!.layers[0]!;
    for (const [i, value] of code.entries()) {
      expect(Math.abs((255 * Math.abs(value)) / most - values[i]!)).toBeLessThan(1.01);
    }
    // Nothing of the model is kept, and other images are shown all the same.
    await expect.poll(() => models.every(isDisposed)).toBe(true);
    send({ type: "watch", choice: { index: 2, layers: LAYERS } });
    await expect.poll(() => all("activations").length).toBe(2);
    expect(all("activations")[1]).toMatchObject({ runId: "kept", step: 12, index: 2 });
  });

  it("waits for a run that is still giving its memory back, and is none itself", async () => {
    const { load, look, start, send, all, until, events } = await looked();
    load();
    await until(() => all("dataset").length === 1);
    send({ type: "watch", choice: { index: 0, layers: LAYERS } });
    start("a", {}, true);
    await until(() => all("phase").some(({ phase }) => phase === "paused"));
    look();
    send({ type: "stop", runId: "a" });
    const places = () => [
      events.findIndex((event) => event.type === "finished"),
      events.findIndex((event) => event.type === "activations" && event.runId === "kept"),
    ];
    await expect.poll(() => places()[1]).toBeGreaterThan(0);
    const [finished, shown] = places();
    expect(finished).toBeGreaterThan(0);
    expect(shown).toBeGreaterThan(finished!);
    expect(all("failed")).toEqual([]);
  });

  it("shows nothing of other images, of weights that are not that net's, or before a run", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { load, look, start, send, all, until } = await looked();
    load({ seed: 2 });
    await until(() => all("dataset").length === 1);
    send({ type: "watch", choice: { index: 0, layers: LAYERS } });
    look();
    look({ seed: 2, latentSize: 9 });
    await expect.poll(() => warn.mock.calls.length).toBe(1);
    load();
    await until(() => all("dataset").length === 2);
    look();
    start("b");
    await until(() => all("finished").length === 1);
    expect(all("activations").filter(({ runId }) => runId === "kept")).toEqual([]);
    expect(all("failed")).toEqual([]);
    warn.mockRestore();
  });
});
