/** A worker that answers from a script, in the page's thread: what the page is tested against. */

import type { TrainingWorker } from "../../../src/client/client";
import type { RunConfig } from "../../../src/config/config";
import type { DataChoice } from "../../../src/config/config-schema";
import type { DeviceOption } from "../../../src/config/devices";
import type { DataSpec } from "../../../src/datasets/dataset";
import type { LiveElbo } from "../../../src/metrics/likelihood";
import type { QualityFigures } from "../../../src/metrics/metrics";
import type { ActivationChoice, Command, WorkerEvent } from "../../../src/protocol/messages";
import { stripOf } from "../../unit/image-sets";
import { DEVICES, FLOOR, lossAt, noise, PCA_FIGURES, testImages } from "./script";

export interface Script {
  readonly spec: DataSpec;
  /** Of its shape. */
  readonly originals: Uint8Array;
  readonly labels: readonly number[];
  /** What the net makes of the originals when that share of the run is done. */
  readonly reconstruct: (share: number) => Uint8Array;
  readonly pca: Uint8Array;
  readonly stepsPerEpoch: number;
  /** What the worker finds; WASM and tfjs on the CPU by default. */
  readonly devices?: readonly DeviceOption[];
  /** The net's figures after so many epochs; the baseline's by default. */
  readonly quality: (epoch: number) => QualityFigures;
  /** Of a net that draws its codes. */
  readonly nats?: (epoch: number) => LiveElbo;
}

export interface ScriptedWorker extends TrainingWorker {
  readonly commands: Command[];
  /** Trains a run on by so many steps at once. */
  advance(steps: number): void;
  emit(event: WorkerEvent): void;
}

export function createScriptedWorker(script: Script): ScriptedWorker {
  const commands: Command[] = [];
  let run: { id: string; config: RunConfig; step: number } | null = null;
  let watched: ActivationChoice | null = null;

  const worker: ScriptedWorker = {
    commands,
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    emit: (data) => worker.onmessage?.(new MessageEvent("message", { data })),
    terminate: () => {
      run = null;
    },
    postMessage(command) {
      commands.push(command);
      if (command.type === "load") load(command, 128);
      else if (command.type === "reference") return;
      else if (command.type === "start") start(command);
      else if (command.type === "step") worker.advance(1);
      else if (command.type === "stop") stop();
      else if (command.type === "watch") watched = command.choice;
      else if (command.type === "reset") run = null;
      else if (run) {
        const phase = command.type === "pause" ? "paused" : "training";
        if (phase === "paused") preview();
        worker.emit({ type: "phase", runId: run.id, phase });
      }
    },
    advance(steps) {
      if (!run) return;
      const { stepsPerEpoch } = script;
      const end = Math.min(run.step + steps, stepsPerEpoch * run.config.epochs);
      const losses = Float32Array.from({ length: end - run.step }, (_, i) => {
        const step = run!.step + i;
        return lossAt(step / stepsPerEpoch) * (1 + 0.006 * noise(step));
      });
      const firstStep = run.step + 1;
      const before = Math.floor(run.step / stepsPerEpoch);
      run.step = end;
      worker.emit({
        type: "steps",
        runId: run.id,
        firstStep,
        losses,
        epoch: Math.min(run.config.epochs, Math.floor(end / stepsPerEpoch) + 1),
        imagesPerSecond: 412.4,
        secondsLeft: ((stepsPerEpoch * run.config.epochs - end) * run.config.batchSize) / 412.4,
      });
      for (let epoch = before + 1; epoch <= Math.floor(end / stepsPerEpoch); epoch++) {
        endEpoch(epoch, epoch * stepsPerEpoch);
      }
      preview();
      if (end >= (before + 1) * stepsPerEpoch) checkpoint();
      if (end === stepsPerEpoch * run.config.epochs) finish();
    },
  };

  const endEpoch = (epoch: number, step: number) => {
    if (!run) return;
    worker.emit({
      type: "epoch",
      runId: run.id,
      epoch,
      step,
      trainLoss: lossAt(epoch - 0.5),
      validationLoss: lossAt(epoch) + 0.0012,
      validation: script.quality(epoch),
      ...(script.nats && { nats: script.nats(epoch) }),
      isBest: true,
      seconds: 27,
    });
  };

  /** Within an epoch, what there is of it is validated and counts as one. */
  const stop = () => {
    if (!run) return;
    const { step } = run;
    const epochs = step / script.stepsPerEpoch;
    if (!Number.isInteger(epochs)) endEpoch(Math.ceil(epochs), step);
    finish();
  };

  const load = ({ data, classes, split, seed }: DataChoice, latentSize: number) => {
    worker.emit({
      type: "dataset",
      spec: script.spec,
      sourceNote: script.spec.source === "synthetic" ? "The data set was not within reach." : "",
      classes,
      trainImages: 11200,
      validationImages: 1400,
      testImages: 1400,
      previewOriginals: stripOf(script.spec, script.originals),
      previewLabels: script.labels,
    });
    worker.emit({
      type: "pca",
      latentSize,
      data,
      classes,
      split,
      seed,
      validation: PCA_FIGURES,
      test: PCA_FIGURES,
      reconstructions: stripOf(script.spec, script.pca),
      ssim: script.labels.map((label, i) => 0.88 + 0.06 * label + 0.02 * noise(i)),
      ssimWriteup: script.labels.map((label, i) => 0.92 + 0.04 * label + 0.015 * noise(i)),
    });
  };

  const start = (command: Extract<Command, { type: "start" }>) => {
    const { runId, config, paused } = command;
    run = { id: runId, config, step: command.checkpoint?.progress.step ?? 0 };
    worker.emit({ type: "phase", runId, phase: "preparing" });
    load(config, config.latentSize);
    worker.emit({
      type: "started",
      runId,
      config,
      deviceLabel: "WASM relaxed SIMD, 2 threads",
      deviceName: "wasm",
      threads: 2,
      parameters: 1622177,
      stepsPerEpoch: script.stepsPerEpoch,
      totalSteps: script.stepsPerEpoch * config.epochs,
      lossFloor: config.loss.binaryCrossentropy === undefined ? 0 : FLOOR,
    });
    worker.emit({ type: "phase", runId, phase: paused ? "paused" : "training" });
  };

  const preview = () => {
    if (!run) return;
    const epochs = run.step / script.stepsPerEpoch;
    const { ssim, ssimWriteup } = script.quality(epochs);
    worker.emit({
      type: "preview",
      runId: run.id,
      epoch: Math.max(1, Math.floor(epochs)),
      step: run.step,
      reconstructions: stripOf(script.spec, script.reconstruct(epochs / run.config.epochs)),
      ssim: script.labels.map((label, i) => ssim + 0.05 * label + 0.02 * noise(i)),
      ssimWriteup: script.labels.map((label, i) => ssimWriteup + 0.03 * label + 0.015 * noise(i)),
    });
    activations();
  };

  /** Every other number is 0, the others as strong as can be. */
  const activations = () => {
    if (!run || !watched) return;
    const { latentSize } = run.config;
    const values = (size: number) => Uint8Array.from({ length: size }, (_, i) => 255 * (i % 2));
    worker.emit({
      type: "activations",
      runId: run.id,
      step: run.step,
      index: watched.index,
      layers: watched.layers.map((layer) => {
        const shape = layer === "latent" ? [latentSize] : [28, 28, 32];
        return { layer, shape, values: values(shape.reduce((a, b) => a * b, 1)) };
      }),
    });
  };

  /** A net of three weights: enough to be stored, and to go on from. */
  const checkpoint = () => {
    if (!run) return;
    const { step } = run;
    const epoch = Math.floor(step / script.stepsPerEpoch);
    const loss = lossAt(epoch);
    worker.emit({
      type: "checkpoint",
      runId: run.id,
      checkpoint: {
        progress: {
          device: "wasm",
          epoch,
          step,
          images: 0,
          lossSum: 0,
          epochSeconds: 0,
          seconds: 27 * epoch,
          trainedImages: 11200 * epoch,
          trainedSeconds: 27 * epoch,
          best: { epoch, value: loss },
          kept: { epoch, step, trainLoss: loss, validationLoss: loss },
        },
        weights: Float32Array.of(step, 1, 2),
        best: Float32Array.of(step, 1, 2),
        m: Float32Array.of(step),
        v: Float32Array.of(step),
      },
    });
  };

  const finish = () => {
    if (!run) return;
    const { id, config, step } = run;
    const epochs = Math.max(1, Math.ceil(step / script.stepsPerEpoch));
    worker.emit({ type: "phase", runId: id, phase: "evaluating" });
    worker.emit({
      type: "finished",
      runId: id,
      result: {
        preset: config.preset,
        latent: config.latentSize,
        seed: config.seed,
        split: config.split,
        device: "wasm",
        threads: 2,
        data: script.spec.source,
        trainImages: 11200,
        validationImages: 1400,
        testImages: 1400,
        parameters: 1622177,
        epochs,
        bestEpoch: epochs,
        trainLoss: lossAt(epochs),
        validationLoss: lossAt(epochs),
        test: { ...script.quality(epochs), bce: lossAt(epochs), bceGap: lossAt(epochs) - FLOOR },
        pca: PCA_FIGURES,
        imagesPerSecond: 412.4,
        config,
        seconds: 1361,
      },
      test: testImages(script.quality(epochs), 1400),
    });
    run = null;
  };

  setTimeout(() =>
    worker.emit({
      type: "ready",
      devices: script.devices ?? DEVICES,
      oneThread: "",
      maxThreads: 2,
    }),
  );
  return worker;
}
