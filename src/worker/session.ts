/**
 * The training worker's side of the protocol: a state machine over commands.
 *
 * It holds the images last loaded and at most one run. Commands never wait for each other here:
 * what takes long runs beside them and looks, when it is done, whether it is still wanted.
 */

import type { LayersModel } from "@tensorflow/tfjs";
import { DEFAULT_CONFIG, type RunConfig } from "../config/config";
import {
  type DataChoice,
  fitConfig,
  parseDataChoice,
  parseLatentSize,
  parseSettings,
} from "../config/config-schema";
import type { DeviceOption } from "../config/devices";
import { checkedClasses } from "../datasets/download/load";
import { splitDataset } from "../datasets/split";
import { pickImages } from "../math/image-set";
import { elementOf } from "../math/vectors";
import { netOf } from "../nets/presets";
import type { Command, WorkerEvent } from "../protocol/messages";
import { RunControl } from "../training/control";
import { measureDevices } from "../training/device-choice";
import { setFlatWeights } from "../training/weights";
import { Activations } from "./activations";
import { toFailure } from "./failures";
import type { SessionPlatform } from "./platform";
import { previewIndices } from "./preview";
import { Reference } from "./reference";
import { executeRun, measureEvents, type Prepared, type RunRequest } from "./run";

interface ActiveRun {
  /** Empty for a measurement. */
  readonly id: string;
  readonly control: RunControl;
  /** Resolves, never rejects, when the run has given its memory and threads back. */
  readonly ended: Promise<void>;
}

export class Session {
  readonly #platform: SessionPlatform;
  readonly #post: (event: WorkerEvent) => void;
  readonly #devices: Promise<readonly DeviceOption[]>;
  /** Images being loaded or loaded, and what they were chosen by. */
  #data: { readonly key: string; readonly prepared: Promise<Prepared> } | null = null;
  /** Load commands so far: only the newest is answered. */
  #loads = 0;
  /** Key of the data that the page was last told of. */
  #shownKey = "";
  #latentSize = DEFAULT_CONFIG.latentSize;
  #run: ActiveRun | null = null;
  readonly #activations: Activations;
  /** Single steps are to be taken apart. */
  #isSlow = false;

  constructor(platform: SessionPlatform, post: (event: WorkerEvent) => void) {
    this.#platform = platform;
    this.#post = post;
    this.#activations = new Activations((model) => platform.createPredictor(model), post);
    this.#devices = platform.probeDevices();
    this.#devices.then(
      (devices) => {
        const { oneThread, maxThreads } = platform;
        post({ type: "ready", devices, oneThread, maxThreads });
      },
      (error) => this.#fail("", error),
    );
  }

  handle(command: Command): void {
    switch (command.type) {
      case "load":
        void this.#load(command);
        return;
      case "start":
        this.#start(command);
        return;
      case "reference":
        this.#handleReference(command.latentSize);
        return;
      case "measure":
        this.#measure(command);
        return;
      case "look":
        void this.#look(command);
        return;
      case "watch":
        this.#activations.choose(command.choice);
        return;
      case "slowly":
        this.#isSlow = command.isWanted;
        return;
      case "reset":
        this.#run?.control.cancel();
        return;
      case "pause":
      case "resume":
      case "step":
      case "stop":
        if (this.#run?.id === command.runId) this.#run.control[command.type]();
        return;
      default:
        assertNever(command);
    }
  }

  #handleReference(latentSize: number): void {
    try {
      void this.#showReference(parseLatentSize(latentSize));
    } catch (error) {
      this.#fail("", error);
    }
  }

  async #load(request: DataChoice): Promise<void> {
    const load = ++this.#loads;
    try {
      const prepared = await this.#prepare(parseDataChoice(request));
      if (load !== this.#loads) return;
      this.#showData(prepared);
      await this.#showReference(this.#latentSize);
    } catch (error) {
      if (load === this.#loads) this.#fail("", error);
    }
  }

  /** The images of that choice: those at hand if they are the same, else loaded. */
  async #prepare(choice: DataChoice): Promise<Prepared> {
    const key = dataKey(choice);
    if (this.#data?.key === key) return this.#data.prepared;
    const before = this.#data?.prepared;
    const prepared = this.#prepareAnew(key, choice, before);
    this.#data = { key, prepared };
    // A failure is not kept: the next request tries again.
    prepared.catch(() => {
      if (this.#data?.prepared === prepared) this.#data = null;
    });
    return prepared;
  }

  async #prepareAnew(
    key: string,
    choice: DataChoice,
    before: Promise<Prepared> | undefined,
  ): Promise<Prepared> {
    const old = await before?.catch(() => null);
    old?.reference.retire();
    const same =
      old?.choice.data === choice.data && old.choice.classes.join() === choice.classes.join();
    const { dataset, note } =
      old && same
        ? old
        : await this.#platform.loadDataset(choice, (loadedBytes, totalBytes) => {
            if (this.#data?.key === key) {
              this.#post({ type: "dataProgress", loadedBytes, totalBytes });
            }
          });
    checkedClasses(choice.classes, dataset.spec);
    const split = splitDataset(dataset, choice.split, choice.seed);
    const preview = previewIndices(dataset, split);
    const { shape, images } = dataset;
    const reference = new Reference(() =>
      this.#platform.createPca({ shape, images, split, previewIndices: preview }),
    );
    return { key, choice, dataset, note, split, previewIndices: preview, reference };
  }

  #showData(prepared: Prepared): void {
    const { dataset, note, split, previewIndices: preview } = prepared;
    this.#shownKey = prepared.key;
    this.#post({
      type: "dataset",
      spec: dataset.spec,
      sourceNote: note,
      classes: dataset.classes,
      trainImages: split.train.length,
      validationImages: split.validation.length,
      testImages: split.test.length,
      previewOriginals: {
        shape: dataset.shape,
        count: preview.length,
        pixels: pickImages(dataset, preview),
      },
      previewLabels: Array.from(preview, elementOf(dataset.labels)),
    });
  }

  /** Posts PCA of that latent size for the images last loaded, once they and it are there. */
  async #showReference(latentSize: number): Promise<void> {
    this.#latentSize = latentSize;
    // Whoever asked for the images reports it when they cannot be had.
    const prepared = await this.#data?.prepared.catch(() => null);
    if (!prepared) return;
    const isCurrent = () => this.#data?.key === prepared.key;
    try {
      await prepared.reference.show(this.#latentSize, (figures) => {
        if (!isCurrent()) return;
        const { data, classes, split, seed } = prepared.choice;
        // The figures are kept for the next time, so the page gets a copy of the pixels.
        const pixels = figures.reconstructions.pixels.slice();
        const reconstructions = { ...figures.reconstructions, pixels };
        this.#post({ type: "pca", ...figures, data, classes, split, seed, reconstructions });
      });
    } catch (error) {
      if (isCurrent()) this.#fail("", error);
    }
  }

  #start({ type: _type, paused, ...settings }: Extract<Command, { type: "start" }>): void {
    const control = new RunControl(paused);
    const request = { ...settings, control };
    this.#begin(request.runId, control, (before) => this.#execute(request, before));
  }

  /** What takes the devices, once that before it has given them back. */
  #begin(id: string, control: RunControl, act: (before: Promise<void>) => Promise<void>): void {
    const before = this.#run;
    before?.control.cancel();
    const run = { id, control, ended: act(before?.ended ?? Promise.resolve()) };
    this.#run = run;
    void run.ended.then(() => {
      if (this.#run === run) this.#run = null;
    });
  }

  /** A run under way would be slowed down, and would spoil the figures: nobody may ask then. */
  #measure({ config }: Extract<Command, { type: "measure" }>): void {
    if (this.#run && this.#run.id !== "") return;
    const control = new RunControl();
    this.#begin("", control, (before) => this.#measureAll(config, control, before));
  }

  async #measureAll(
    unchecked: RunConfig,
    control: RunControl,
    before: Promise<void>,
  ): Promise<void> {
    try {
      const settings = parseSettings(unchecked);
      await before;
      control.throwIfCancelled();
      const { dataset } = await this.#prepare(settings);
      const config = fitConfig(settings, dataset.spec);
      const devices = await this.#devices;
      control.throwIfCancelled();
      const net = netOf(config, dataset.shape);
      const model = await this.#platform.buildModel(net, config.seed, null);
      try {
        const task = { config, model, dataset, devices, control };
        await measureDevices(this.#platform, task, true, measureEvents(this.#post));
      } finally {
        model.dispose();
      }
    } catch (error) {
      if (!control.cancelled) this.#fail("", error);
    }
  }

  /** Nothing but pictures: what stands in its way leaves the page without them. */
  async #look(command: Extract<Command, { type: "look" }>): Promise<void> {
    const { runId, weights, step } = command;
    let model: LayersModel | null = null;
    try {
      const settings = parseSettings(command.config);
      // One that was reset may still be giving its memory back.
      await this.#run?.ended;
      const prepared = await this.#data?.prepared.catch(() => null);
      if (this.#run || prepared?.key !== dataKey(settings)) return;
      const config = fitConfig(settings, prepared.dataset.spec);
      const net = netOf(config, prepared.dataset.shape);
      model = await this.#platform.buildModel(net, config.seed, null);
      if (this.#run) return;
      setFlatWeights(model, weights);
      const { dataset, previewIndices, reference } = prepared;
      const createStart = () =>
        this.#platform.buildModel(net, config.seed, () => reference.pca(config.latentSize));
      const run = { runId, model, dataset, previewIndices, createStart };
      await this.#activations.lookAt(run, step);
    } catch (error) {
      console.warn("The stored net cannot be looked into.", error);
    } finally {
      model?.dispose();
    }
  }

  async #execute(
    request: Omit<RunRequest, "prepared" | "devices" | "activations" | "isSlow">,
    before: Promise<void>,
  ): Promise<void> {
    const { runId, control } = request;
    let release = () => {};
    try {
      const settings = parseSettings(request.config);
      await before;
      control.throwIfCancelled();
      this.#post({ type: "phase", runId, phase: "preparing" });
      const prepared = await this.#prepare(settings);
      const config = fitConfig(settings, prepared.dataset.spec);
      release = prepared.reference.hold();
      control.throwIfCancelled();
      if (this.#shownKey !== prepared.key) this.#showData(prepared);
      void this.#showReference(config.latentSize);
      const devices = await this.#devices;
      const activations = this.#activations;
      const isSlow = () => this.#isSlow;
      const known = { config, prepared, devices, activations, isSlow };
      await executeRun(this.#platform, { ...request, ...known }, this.#post);
    } catch (error) {
      // A cancelled run has nobody left who would want to know how it ended.
      if (!control.cancelled) this.#fail(runId, error);
    } finally {
      release();
    }
  }

  #fail(runId: string, error: unknown): void {
    this.#post({ type: "failed", runId, ...toFailure(error) });
  }
}

/** Equal keys, equal images in equal parts. */
function dataKey({ data, classes, split, seed }: DataChoice): string {
  return JSON.stringify([data, classes, split, seed]);
}

function assertNever(command: never): never {
  throw new TypeError(`Unknown command ${JSON.stringify(command)}.`);
}
