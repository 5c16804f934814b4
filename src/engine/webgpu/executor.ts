/** A plan on one GPU: its buffers, its kernels, and the calls that run them. */

import type { Samples, TrainerOptions } from "../device";
import type { TrainingPlan } from "../differentiate";
import { sizeOf } from "../graph";
import type { Plan } from "../plan";
import type { Faults } from "./faults";
import type { Kernel } from "./kernel";
import { loadKernel } from "./kernels/load";
import { type LoweredPlan, lowerPlan } from "./lower/plan";
import { Compiler, type Dispatch, encode } from "./programs";
import { Reader } from "./reader";
import { Schedule, SLOTS, STEP_BYTES, type StepSettings } from "./schedule";
import { type Store, Stores } from "./stores";

/** Steps in one submission; the GPU works on one while the next is recorded. */
const STEPS_A_SUBMIT = 8;
/** Submissions that wait at the GPU: more would only make stopping slow. */
const MOST_IN_FLIGHT = 3;

export type PassKind = "training" | "inference" | "scoring";

/** Samples as they lie on the GPU. */
interface Resident {
  readonly inputs: Store;
  readonly targets: Store | null;
  readonly order: Store;
  readonly loaders: Readonly<Record<PassKind, readonly Dispatch[]>>;
}

/** What one batch of a call is. */
export type BatchSettings = Pick<StepSettings, "images" | "step" | "learningRate" | "kept">;

export class Executor {
  readonly lowered: LoweredPlan;
  readonly stores: Stores;
  readonly reader: Reader;
  readonly #device: GPUDevice;
  readonly #faults: Faults;
  readonly #plan: Plan;
  readonly #options: TrainerOptions;
  readonly #compiler: Compiler;
  readonly #schedule: Schedule;
  readonly #scheduleStore: Store;
  #scheduleGroup: GPUBindGroup | null = null;
  #programs: Readonly<Record<PassKind, readonly Dispatch[]>> = {
    training: [],
    inference: [],
    scoring: [],
  };
  #resident: Resident | null = null;

  constructor(device: GPUDevice, faults: Faults, training: TrainingPlan, options: TrainerOptions) {
    this.#device = device;
    this.#faults = faults;
    this.#plan = training.plan;
    this.#options = options;
    this.stores = new Stores(device);
    this.reader = new Reader(device, this.stores, faults);
    this.lowered = lowerPlan(this.stores, training, options.batchSize);
    this.#compiler = new Compiler(device, this.stores);
    this.#schedule = new Schedule(options);
    this.#scheduleStore = this.stores.declare("schedule", (SLOTS * STEP_BYTES) / 4);
  }

  /** Makes the buffers and compiles the kernels. @throws DeviceError, DeviceLostError */
  async start(onCompiled?: (done: number, all: number) => void): Promise<void> {
    const { training, inference, scoring, constants } = this.lowered;
    await this.#faults.during(this.stores.make());
    for (const [store, words] of constants) this.stores.write(store, words);
    // A kernel that takes part in several is there once.
    const kernels = [...new Set([...training, ...inference, ...scoring])];
    const compiling = this.#compiler.compile(kernels, onCompiled);
    const dispatches = await this.#faults.during(compiling);
    const found = new Map(kernels.map((kernel, place) => [kernel, dispatches[place]!]));
    const program = (list: readonly Kernel[]) => list.map((kernel) => found.get(kernel)!);
    this.#programs = {
      training: program(training),
      inference: program(inference),
      scoring: program(scoring),
    };
    this.#scheduleGroup = this.#compiler.schedule(this.#scheduleStore);
  }

  /** Copies samples to the GPU, in place of earlier ones. */
  async setSamples(samples: Samples): Promise<void> {
    const { stores, lowered } = this;
    const earlier = this.#resident;
    this.#resident = null;
    for (const store of [earlier?.inputs, earlier?.targets, earlier?.order]) {
      if (store) stores.free(store);
    }
    const place = (label: string, values: Uint8Array | Float32Array) =>
      stores.declare(label, Math.ceil(values.byteLength / 4));
    const inputs = place("inputs", samples.inputs);
    const targets = samples.targets ? place("target samples", samples.targets) : null;
    const order = stores.declare("order", this.callImages);
    await this.#faults.during(stores.make());
    this.#upload(inputs, samples.inputs);
    if (targets && samples.targets) this.#upload(targets, samples.targets);
    const { input, output, ends } = this.#plan;
    const kernels = (flips: boolean) => [
      loadKernel({
        name: "load inputs",
        samples: inputs,
        isBytes: samples.inputs instanceof Uint8Array,
        order,
        flips,
        to: lowered.input,
        shape: input,
        row: sizeOf(input),
        at: 0,
      }),
      ...ends.flatMap(({ shape, at }, place) => {
        const to = lowered.targets[place];
        if (!to) return [];
        return [
          loadKernel({
            name: ends.length === 1 ? "load targets" : `load targets ${place}`,
            samples: targets ?? inputs,
            isBytes: (samples.targets ?? samples.inputs) instanceof Uint8Array,
            order,
            flips,
            to,
            shape,
            row: sizeOf(output),
            at,
          }),
        ];
      }),
    ];
    const [training, inference] = await this.#faults.during(
      Promise.all([
        this.#compiler.compile(kernels(this.#options.flips)),
        this.#compiler.compile(kernels(false)),
      ]),
    );
    const loaders = { training, inference, scoring: inference };
    this.#resident = { inputs, targets, order, loaders };
  }

  /** Images of the largest call. */
  get callImages(): number {
    return SLOTS * this.#options.batchSize;
  }

  /** All kernels of one pass, in their order. */
  dispatches(kind: PassKind): readonly Dispatch[] {
    return [...this.#ready().loaders[kind], ...this.#programs[kind]];
  }

  /** Writes what the batches of a call need: two uploads, however many there are. */
  prepare(indices: Uint32Array<ArrayBuffer>, batches: readonly BatchSettings[]): void {
    let first = 0;
    for (const [slot, batch] of batches.entries()) {
      this.#schedule.set({ ...batch, slot, first });
      first += batch.images;
    }
    this.stores.write(this.#scheduleStore, this.#schedule.view(batches.length));
    this.stores.write(this.#ready().order, indices);
  }

  /** Sets the part of the schedule that the kernels of a pass see. */
  enter(pass: GPUComputePassEncoder, slot: number): void {
    pass.setBindGroup(1, this.#scheduleGroup, [slot * STEP_BYTES]);
  }

  /**
   * Runs the batches that have been prepared; returns each one's losses and penalties, and of
   * scoring the scores.
   *
   * @param after records what is to follow each batch; else those of a submission are one pass
   * @throws DeviceLostError
   */
  async run(
    kind: PassKind,
    batches: readonly BatchSettings[],
    after?: (encoder: GPUCommandEncoder, slot: number) => void,
  ): Promise<Float32Array<ArrayBuffer>> {
    this.#faults.check();
    const dispatches = this.dispatches(kind);
    const inFlight: Promise<unknown>[] = [];
    const results = this.#results(kind);
    // For the longest call, so that no step makes a buffer.
    this.reader.reserve(
      `${kind} results`,
      results.reduce((sum, { words }) => sum + words, 0),
    );
    const stretches = results.map((store) => {
      return { store, from: 0, words: (batches.length * store.words) / SLOTS };
    });
    for (let first = 0; first < batches.length; first += STEPS_A_SUBMIT) {
      const end = Math.min(first + STEPS_A_SUBMIT, batches.length);
      const encoder = this.#device.createCommandEncoder();
      let pass: GPUComputePassEncoder | null = null;
      for (let slot = first; slot < end; slot++) {
        pass ??= encoder.beginComputePass();
        this.enter(pass, slot);
        encode(pass, dispatches, batches[slot]!.images);
        if (!after) continue;
        pass.end();
        pass = null;
        after(encoder, slot);
      }
      pass?.end();
      if (end === batches.length) {
        this.reader.record(encoder, `${kind} results`, stretches);
      }
      this.#device.queue.submit([encoder.finish()]);
      if (end === batches.length) break;
      const done = this.#device.queue.onSubmittedWorkDone();
      // Not all of them are waited for.
      done.catch(() => {});
      inFlight.push(done);
      if (inFlight.length >= MOST_IN_FLIGHT) await this.#faults.during(inFlight.shift()!);
    }
    return this.reader.take(
      `${kind} results`,
      stretches.reduce((sum, { words }) => sum + words, 0),
    );
  }

  /** What a pass leaves of each slot. */
  #results(kind: PassKind): readonly Store[] {
    const { losses, penalties, scores } = this.lowered;
    return kind === "scoring" ? [losses, penalties, scores] : [losses, penalties];
  }

  get bytes(): number {
    return this.stores.bytes + this.reader.bytes;
  }

  dispose(): void {
    this.reader.dispose();
    this.stores.dispose();
  }

  #upload(store: Store, values: Uint8Array | Float32Array): void {
    const { buffer, byteOffset, byteLength } = values;
    // Uploads are of whole words; what shared memory holds is copied first.
    const padded = new Uint8Array(Math.ceil(byteLength / 4) * 4);
    padded.set(new Uint8Array(buffer, byteOffset, byteLength));
    this.stores.write(store, padded);
  }

  #ready(): Resident {
    if (!this.#resident) throw new Error("setSamples must be called first");
    return this.#resident;
  }
}
