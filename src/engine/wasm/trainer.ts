/** Trains a model with the hand-written WASM kernels. */

import type { LayersModel } from "@tensorflow/tfjs";
import { TrainerChecks } from "../checks";
import { compile } from "../compile";
import {
  type DeviceInfo,
  layersOf,
  type Samples,
  type Trainer,
  type TrainerOptions,
} from "../device";
import { OutOfMemoryError } from "../errors";
import { sizeOf } from "../graph";
import type { OptimizerState } from "../optimizer";
import { nestedDropoutOf, type Plan } from "../plan";
import {
  readModelStatistics,
  readModelWeights,
  writeModelStatistics,
  writeModelWeights,
} from "../weights";
import { Lowering, type SampleSource } from "./lowering";
import { memoryProblem, PROGRAMS_BYTES, trainingBytes } from "./need";
import type { KernelVariant, WasmPlatform } from "./platform";
import { Runtime } from "./runtime";
import { writeKept, writeStepSettings } from "./settings";

const LABELS: Record<KernelVariant, string> = {
  relaxed: "WASM relaxed SIMD",
  simd: "WASM SIMD",
};

interface Resident {
  readonly inputs: SampleSource;
  readonly targets: SampleSource;
}

export class WasmTrainer implements Trainer {
  readonly info: DeviceInfo;
  readonly model: LayersModel;
  readonly options: TrainerOptions;
  private readonly checks: TrainerChecks;
  protected readonly plan: Plan;
  protected readonly runtime: Runtime;
  private readonly isTraced: boolean;
  private readonly indices: number;
  private lowering: Lowering | null = null;
  private resident: Resident | null = null;
  /** Programs by "train" or "forward" and number of images. */
  private readonly programs = new Map<string, number>();
  private stepsTaken = 0;
  private kept: number | null;

  constructor(
    model: LayersModel,
    options: TrainerOptions,
    checks: TrainerChecks,
    plan: Plan,
    runtime: Runtime,
    isTraced = false,
  ) {
    this.isTraced = isTraced;
    this.model = model;
    this.options = options;
    this.checks = checks;
    this.plan = plan;
    this.kept = nestedDropoutOf(plan)?.kept ?? null;
    this.runtime = runtime;
    const threads = `${runtime.threads} thread${runtime.threads === 1 ? "" : "s"}`;
    const label = `${LABELS[runtime.variant]}, ${threads}`;
    this.info = { name: "wasm", label, threads: runtime.threads };
    this.indices = runtime.arena.allocate(options.batchSize * 4);
    runtime.setSamples(this.indices);
  }

  async setSamples(samples: Samples): Promise<void> {
    const { checks, plan, options, runtime } = this;
    checks.samples(samples);
    const isAutoencoder = samples.targets === undefined;
    if (!this.lowering) this.refuseTooLarge(samples, isAutoencoder);
    const inputs = this.place(samples.inputs, this.resident?.inputs);
    const targets = samples.targets ? this.place(samples.targets, this.resident?.targets) : inputs;
    this.resident = { inputs, targets };
    this.programs.clear();
    if (this.lowering) return;
    const { arena, threads } = runtime;
    this.lowering = new Lowering(arena, plan, options, threads, isAutoencoder, this.isTraced);
    // Programs are laid out with the first steps: by then nothing can take its place.
    runtime.arena.reserve(PROGRAMS_BYTES);
    writeKept(runtime.arena, this.lowering.memory.settings, this.kept);
    await this.pushWeights();
  }

  /** @throws OutOfMemoryError where memory cannot grow to what training takes */
  private refuseTooLarge({ inputs, targets }: Samples, isAutoencoder: boolean): void {
    const { plan, options, runtime } = this;
    const bytes =
      trainingBytes(plan, options, runtime.threads, isAutoencoder) +
      inputs.byteLength +
      (targets?.byteLength ?? 0);
    const problem = memoryProblem(bytes, options.batchSize, runtime.arena.most);
    if (problem !== null) throw new OutOfMemoryError(problem);
  }

  /** Copies samples into memory, over the earlier ones where they fit. */
  private place(
    values: Uint8Array | Float32Array,
    previous: SampleSource | undefined,
  ): SampleSource {
    const { arena } = this.runtime;
    const isBytes = values instanceof Uint8Array;
    const fits = previous !== undefined && previous.bytes >= values.byteLength;
    const address = fits ? previous.address : arena.allocate(values.byteLength);
    if (isBytes) arena.octets(address, values.length).set(values);
    else arena.floats(address, values.length).set(values);
    return { address, isBytes, bytes: fits ? previous.bytes : values.byteLength };
  }

  /** The memory and the data. @throws Error before there are samples, or after `dispose` */
  protected ready(): { lowering: Lowering; resident: Resident } {
    const { checks, lowering, resident } = this;
    checks.ready();
    if (!lowering || !resident) throw new Error("The samples could not be laid out.");
    return { lowering, resident };
  }

  private run(kind: "train" | "forward", indices: Uint32Array): void {
    const { lowering, resident } = this.ready();
    const key = `${kind} ${indices.length}`;
    let program = this.programs.get(key);
    if (program === undefined) {
      const phases = lowering[kind](indices.length, resident.inputs, resident.targets);
      program = this.runtime.load(phases);
      this.programs.set(key, program);
    }
    this.runtime.arena.ints(this.indices, indices.length).set(indices);
    this.runtime.run(program);
  }

  setKept(kept: number | null): void {
    this.checks.kept(kept);
    this.kept = kept;
    if (this.lowering) writeKept(this.runtime.arena, this.lowering.memory.settings, kept);
  }

  /** Sum of the losses of the batch just run, over its images' numbers. */
  private lossSum(images: number): number {
    const { lowering } = this.ready();
    let sum = 0;
    for (const loss of this.runtime.arena.doubles(lowering.memory.losses, images)) sum += loss;
    return sum / sizeOf(this.plan.output);
  }

  async step(
    indices: Uint32Array,
    learningRate = this.options.optimizer.learningRate,
  ): Promise<number> {
    const { options, runtime } = this;
    this.checks.step(indices, learningRate);
    const { lowering } = this.ready();
    const t = this.stepsTaken + 1;
    writeStepSettings(runtime.arena, lowering.memory.settings, options, t, learningRate);
    this.run("train", indices);
    this.stepsTaken = t;
    return this.lossSum(indices.length) / indices.length + lowering.penalty();
  }

  /** Forward passes over any number of samples, a batch at a time. */
  private inBatches(indices: Uint32Array, each: (from: number, images: number) => void): void {
    const { batchSize } = this.options;
    for (let from = 0; from < indices.length; from += batchSize) {
      const batch = indices.subarray(from, from + batchSize);
      this.run("forward", batch);
      each(from, batch.length);
    }
  }

  async evaluate(indices: Uint32Array): Promise<number> {
    this.checks.evaluate(indices);
    let sum = 0;
    this.inBatches(indices, (_, images) => {
      sum += this.lossSum(images);
    });
    return sum / indices.length + this.ready().lowering.penalty();
  }

  async predict(indices: Uint32Array): Promise<Float32Array> {
    this.checks.predict(indices);
    const size = sizeOf(this.plan.output);
    const outputs = new Float32Array(indices.length * size);
    this.inBatches(indices, (from, images) => {
      const { memory } = this.ready().lowering;
      outputs.set(this.runtime.arena.floats(memory.outputs, images * size), from * size);
    });
    return outputs;
  }

  /** The part of a flat array that a parameter occupies. */
  protected view(start: number, index: number): Float32Array {
    const { memory } = this.ready().lowering;
    const { size } = this.plan.parameters[index]!;
    return this.runtime.arena.floats(start + memory.parameters.offsets[index]! * 4, size);
  }

  /** The memory of a statistic. */
  private statistic(index: number): Float32Array {
    const { statistics, statisticOffsets } = this.ready().lowering.memory;
    const { size } = this.plan.statistics[index]!;
    return this.runtime.arena.floats(statistics + statisticOffsets[index]! * 4, size);
  }

  async pullWeights(): Promise<void> {
    const { weights } = this.ready().lowering.memory;
    writeModelWeights(
      this.model,
      this.plan.parameters.map(({ index }) => this.view(weights, index).slice()),
    );
    writeModelStatistics(
      this.model,
      this.plan.statistics.map(({ index }) => this.statistic(index).slice()),
    );
  }

  async pushWeights(): Promise<void> {
    const { weights } = this.ready().lowering.memory;
    const values = await readModelWeights(this.model);
    const statistics = await readModelStatistics(this.model);
    for (const [index, value] of values.entries()) this.view(weights, index).set(value);
    for (const [index, value] of statistics.entries()) this.statistic(index).set(value);
  }

  private concatenate(start: number): Float32Array {
    const { parameters } = this.plan;
    const all = new Float32Array(parameters.reduce((sum, { size }) => sum + size, 0));
    let at = 0;
    for (const { index, size } of parameters) {
      all.set(this.view(start, index), at);
      at += size;
    }
    return all;
  }

  async optimizerState(): Promise<OptimizerState> {
    const { first, second, means } = this.ready().lowering.memory;
    return {
      step: this.stepsTaken,
      m: this.concatenate(first),
      v: this.concatenate(second),
      ...(means === null ? {} : { a: this.concatenate(means) }),
    };
  }

  async setOptimizerState(state: OptimizerState): Promise<void> {
    const { first, second, means } = this.ready().lowering.memory;
    this.checks.optimizerState(state);
    let at = 0;
    for (const { index, size } of this.plan.parameters) {
      this.view(first, index).set(state.m.subarray(at, at + size));
      this.view(second, index).set(state.v.subarray(at, at + size));
      if (means !== null && state.a) this.view(means, index).set(state.a.subarray(at, at + size));
      at += size;
    }
    this.stepsTaken = state.step;
  }

  memoryBytes(): number {
    return this.runtime.arena.bytes;
  }

  dispose(): void {
    this.checks.dispose();
    this.runtime.dispose();
  }
}

/**
 * A trainer on the WASM device.
 *
 * `threads` (1 to 64) is cut to 1 where memory cannot be shared; `variant` overrides the detection
 * of relaxed SIMD, `plan` says otherwise how the model is computed.
 * @throws UnsupportedLayerError for a model that cannot be compiled
 * @throws RangeError, Error for options that no device takes, as of TrainerChecks
 */
export async function createWasmTrainer(
  model: LayersModel,
  options: TrainerOptions,
  platform: WasmPlatform,
  threads: number,
  variant?: KernelVariant,
  plan = compile(model, undefined, layersOf(options)),
): Promise<Trainer> {
  const checks = new TrainerChecks(model, options);
  return new WasmTrainer(
    model,
    options,
    checks,
    plan,
    await Runtime.start(platform, threads, variant),
  );
}
