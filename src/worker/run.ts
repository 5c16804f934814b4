/** One run in the worker: prepared, trained, and told to the page as it goes. */

import type { DeviceName, RunConfig } from "../config/config";
import type { DataChoice } from "../config/config-schema";
import type { Calibration, DeviceChange, DeviceOption } from "../config/devices";
import type { Dataset, Split } from "../datasets/dataset";
import { type ImageShape, toBytes } from "../math/image-set";
import { bceFloor } from "../metrics/metrics";
import { netOf } from "../nets/presets";
import type { WorkerEvent } from "../protocol/messages";
import type { Checkpoint } from "../runs/checkpoint";
import type { TestImages } from "../runs/results";
import type { RunControl } from "../training/control";
import { createChosenTrainer, type MeasureListener } from "../training/device-choice";
import type { RunEvent } from "../training/events";
import { trainRun } from "../training/run";
import type { Activations } from "./activations";
import type { SessionPlatform } from "./platform";
import type { Reference } from "./reference";
import { takeSlowStep } from "./slow-step";
import { StepBatcher } from "./steps";

/** Images ready to train on. */
export interface Prepared {
  /** Stands for the choice: equal keys, equal images in equal parts. */
  readonly key: string;
  readonly choice: DataChoice;
  readonly dataset: Dataset;
  readonly note: string;
  readonly split: Split;
  readonly previewIndices: Uint32Array;
  readonly reference: Reference;
}

/** Milliseconds between two checkpoints at the end of epochs: a baseline's are 26 MB each. */
const CHECKPOINT_EVERY = 1000;

const NONE = new Float32Array(0);
const UNTESTED: TestImages = { ssim: NONE, ssimWriteup: NONE, mse: NONE };

export interface RunRequest {
  readonly runId: string;
  readonly config: RunConfig;
  /** Where the run goes on from; null for one that begins. */
  readonly checkpoint: Checkpoint | null;
  /** What the page knows of the devices' speed; null where nothing. */
  readonly calibration: Calibration | null;
  readonly control: RunControl;
  readonly prepared: Prepared;
  readonly devices: readonly DeviceOption[];
  readonly activations: Activations;
  /** Whether single steps are to be taken apart. */
  readonly isSlow: () => boolean;
}

type RunPlatform = Pick<
  SessionPlatform,
  | "buildModel"
  | "createPredictor"
  | "createTracer"
  | "createTrainer"
  | "maxThreads"
  | "now"
  | "yieldToHost"
>;

/**
 * Trains and posts the run's events up to `finished`; frees the device however it ends.
 *
 * @throws what training throws, RunCancelledError among it
 */
export async function executeRun(
  platform: RunPlatform,
  request: RunRequest,
  post: (event: WorkerEvent) => void,
): Promise<void> {
  const { runId, config, checkpoint, calibration, control, prepared, devices } = request;
  const { dataset, split, previewIndices, reference } = prepared;
  const { activations } = request;
  // Devices count the optimiser's steps before the run, too.
  const ofRun = <Change extends { readonly step: number }>(change: Change): Change => ({
    ...change,
    step: Math.max(0, change.step - (checkpoint?.progress.before ?? 0)),
  });
  const steps = new StepBatcher((event) => post({ ...event, runId }), platform.now);
  const begun = platform.now();
  // Weights that are there already need no PCA to start from.
  const pca = checkpoint ? null : () => control.orCancelled(reference.pca(config.latentSize));
  const net = netOf(config, dataset.shape);
  const model = await platform.buildModel(net, config.seed, pca);
  const preparation = (platform.now() - begun) / 1000;
  try {
    control.throwIfCancelled();
    const device = deviceFor(config, checkpoint, devices);
    const task = { config: { ...config, device }, model, dataset, devices, control };
    const changes: DeviceChange[] = [];
    const trainer = await createChosenTrainer(platform, task, calibration, {
      ...measureEvents(post),
      onLost(loss) {
        steps.flush();
        post({ type: "deviceLost", runId, ...ofRun(loss) });
      },
      onMoved(change, { name, threads }) {
        changes.push(ofRun(change));
        post({ type: "deviceChanged", runId, change: ofRun(change), deviceName: name, threads });
      },
    });
    try {
      control.throwIfCancelled();
      const stepsPerEpoch = Math.ceil(split.train.length / config.batchSize);
      post({
        type: "started",
        runId,
        config,
        deviceLabel: trainer.info.label,
        deviceName: trainer.info.name,
        threads: trainer.info.threads,
        parameters: model.countParams(),
        stepsPerEpoch,
        totalSteps: stepsPerEpoch * config.epochs,
        lossFloor: lossFloor(config, dataset, split),
      });
      activations.follow({
        runId,
        model,
        dataset,
        previewIndices,
        createStart: () =>
          platform.buildModel(net, config.seed, () => reference.pca(config.latentSize)),
      });
      let test = UNTESTED;
      const result = await trainRun({
        config,
        dataset,
        split,
        trainer,
        previewIndices,
        createPredictor: (half, work) => platform.createPredictor(half, work),
        isLookedInto: () => activations.areWanted,
        closeUp: {
          isWanted: () => activations.isCloseUp,
          show: (step) => activations.updateCloseUp(step),
        },
        slowStep: {
          isWanted: request.isSlow,
          async take({ step, ...task }) {
            const slow = await takeSlowStep(platform.createTracer, {
              ...task,
              model,
              dataset,
              options: trainer.options,
            }).catch((error) => {
              console.warn("The step cannot be taken apart.", error);
              return null;
            });
            post({ type: "slowStep", runId, step, slow });
          },
        },
        control,
        preparation,
        checkpoint,
        checkpointEvery: CHECKPOINT_EVERY,
        emit(event) {
          if (event.type === "tested") {
            test = { ssim: event.ssim, ssimWriteup: event.ssimWriteup, mse: event.mse };
            return;
          }
          forward(event, runId, dataset.shape, steps, post);
          if (event.type === "preview" && activations.areWanted) activations.update(event.step);
        },
        pca: async () => (await reference.figures(config.latentSize)).test,
        now: platform.now,
        yieldToHost: platform.yieldToHost,
      });
      steps.flush();
      const deviceChanges = changes.length > 0 ? { deviceChanges: changes } : {};
      post({ type: "finished", runId, result: { ...result, ...deviceChanges }, test });
    } finally {
      trainer.dispose();
    }
  } finally {
    await activations.release();
    model.dispose();
  }
}

/** `auto` goes on with the device that trained the run so far, where it is still there. */
function deviceFor(
  { device }: Pick<RunConfig, "device">,
  checkpoint: Checkpoint | null,
  devices: readonly DeviceOption[],
): DeviceName {
  if (device !== "auto" || !checkpoint) return device;
  const trained = devices.find(({ name }) => name === checkpoint.progress.device);
  return trained?.available ? trained.name : device;
}

/** Of a perfect reconstruction every term is 0 but for cross-entropy: the images are not binary. */
function lossFloor({ loss }: RunConfig, dataset: Dataset, { validation }: Split): number {
  const weight = loss.binaryCrossentropy ?? 0;
  return weight === 0 ? 0 : weight * bceFloor(dataset, validation);
}

/** What the page hears while devices are tried. */
export function measureEvents(post: (event: WorkerEvent) => void): MeasureListener {
  return {
    onCalibration: (calibration) => post({ type: "calibration", calibration }),
    onCompiled: (compilation) => post({ type: "compiling", ...compilation }),
  };
}

/** Steps are gathered; whatever comes after them first sends those before it. */
function forward(
  event: Exclude<RunEvent, { type: "tested" }>,
  runId: string,
  shape: ImageShape,
  steps: StepBatcher,
  post: (event: WorkerEvent) => void,
): void {
  if (event.type === "step") {
    steps.add(event);
    return;
  }
  steps.flush();
  if (event.type !== "preview") {
    post({ ...event, runId });
    return;
  }
  const { epoch, step } = event;
  post({
    type: "preview",
    runId,
    epoch,
    step,
    reconstructions: {
      shape,
      count: event.ssim.length,
      pixels: toBytes(event.reconstructions),
    },
    ssim: Array.from(event.ssim),
    ssimWriteup: Array.from(event.ssimWriteup),
  });
}
