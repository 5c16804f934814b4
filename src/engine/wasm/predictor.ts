/** Runs a model forward with the hand-written WASM kernels: a fraction of a trainer's memory. */

import type { LayersModel } from "@tensorflow/tfjs";
import { checkBatchSize, checkKept } from "../checks";
import { compile } from "../compile";
import { type Parameter, sizeOf } from "../graph";
import { nestedDropoutOf, type Plan } from "../plan";
import { readModelStatistics, readModelWeights } from "../weights";
import { ForwardLowering } from "./forward";
import type { KernelVariant, WasmPlatform } from "./platform";
import { Runtime } from "./runtime";
import { writeKept } from "./settings";

export interface Predictor {
  /** Numbers of one input, and of one output. */
  readonly inputSize: number;
  readonly outputSize: number;
  /**
   * Outputs of any number of inputs, closely packed; bytes are scaled by 1/255.
   *
   * It returns when it is done: of long work, callers give it a part at a time.
   * @throws RangeError where the numbers are no whole inputs
   */
  predict(inputs: Uint8Array | Float32Array): Float32Array<ArrayBuffer>;
  /** Other weights, as `readModelWeights` and `readModelStatistics` have them of the same model. */
  setWeights(weights: readonly Float32Array[], statistics: readonly Float32Array[]): void;
  /** A copy of one of the arrays that it has of them. */
  readWeights(role: "trained" | "still", index: number): Float32Array<ArrayBuffer>;
  /** As a Trainer's: how many of its first numbers a model's NestedDropout keeps; null for all. */
  setKept(kept: number | null): void;
  /** Bytes that it holds. */
  memoryBytes(): number;
  /** Ends its threads; its memory goes with the last reference to it. */
  dispose(): void;
}

export interface PredictorOptions {
  /** Most inputs in one pass. */
  readonly batchSize: number;
  /** 1 to 64, cut to 1 where memory cannot be shared. */
  readonly threads: number;
  /** Overrides the detection of relaxed SIMD. */
  readonly variant?: KernelVariant;
}

/** The loom's decoder is as fast with 16 images in a pass as with 64: 0.25 ms an image. */
const DEFAULTS: PredictorOptions = { batchSize: 32, threads: 1 };

class WasmPredictor implements Predictor {
  readonly inputSize: number;
  readonly outputSize: number;
  private readonly plan: Plan;
  private readonly batchSize: number;
  private readonly runtime: Runtime;
  private readonly lowering: ForwardLowering;
  /** Programs by number of images and kind of input. */
  private readonly programs = new Map<string, number>();
  private preparation: number | null = null;
  private isDisposed = false;

  constructor(plan: Plan, batchSize: number, runtime: Runtime) {
    this.plan = plan;
    this.inputSize = sizeOf(plan.input);
    this.outputSize = sizeOf(plan.output);
    this.batchSize = batchSize;
    this.runtime = runtime;
    this.lowering = new ForwardLowering(runtime.arena, plan, batchSize, runtime.threads);
    writeKept(runtime.arena, this.lowering.settings, nestedDropoutOf(plan)?.kept ?? null);
  }

  setWeights(weights: readonly Float32Array[], statistics: readonly Float32Array[]): void {
    this.alive();
    const { arena } = this.runtime;
    const { memory } = this.lowering;
    const set = (arrays: readonly Parameter[], given: readonly Float32Array[]) => {
      for (const [index, values] of given.entries()) {
        arena.floats(memory.weightsOf(arrays[index]!), values.length).set(values);
      }
    };
    set(this.plan.parameters, weights);
    set(this.plan.statistics, statistics);
    this.preparation ??= this.runtime.load(this.lowering.prepare());
    this.runtime.run(this.preparation);
  }

  readWeights(role: "trained" | "still", index: number): Float32Array<ArrayBuffer> {
    this.alive();
    const { parameters, statistics } = this.plan;
    const array = (role === "trained" ? parameters : statistics)[index];
    if (!array) throw new RangeError(`There is no array ${index} of that role.`);
    const address = this.lowering.memory.weightsOf(array);
    return Float32Array.from(this.runtime.arena.floats(address, array.size));
  }

  predict(inputs: Uint8Array | Float32Array): Float32Array<ArrayBuffer> {
    this.alive();
    const { inputSize, outputSize, batchSize, lowering, runtime } = this;
    const count = inputs.length / inputSize;
    if (!Number.isInteger(count)) {
      throw new RangeError(`inputs of ${inputSize} numbers each expected, not ${inputs.length}`);
    }
    const isBytes = inputs instanceof Uint8Array;
    const results = new Float32Array(count * outputSize);
    for (let from = 0; from < count; from += batchSize) {
      const images = Math.min(batchSize, count - from);
      const length = images * inputSize;
      const place = isBytes
        ? runtime.arena.octets(lowering.inputs, length)
        : runtime.arena.floats(lowering.inputs, length);
      place.set(inputs.subarray(from * inputSize, from * inputSize + length));
      runtime.run(this.program(images, isBytes));
      const outputs = runtime.arena.floats(lowering.outputs, images * outputSize);
      results.set(outputs, from * outputSize);
    }
    return results;
  }

  private program(images: number, isBytes: boolean): number {
    const key = `${images} ${isBytes ? "bytes" : "floats"}`;
    const known = this.programs.get(key);
    if (known !== undefined) return known;
    const program = this.runtime.load(this.lowering.pass(images, isBytes));
    this.programs.set(key, program);
    return program;
  }

  setKept(kept: number | null): void {
    this.alive();
    checkKept(kept, nestedDropoutOf(this.plan) !== undefined);
    writeKept(this.runtime.arena, this.lowering.settings, kept);
  }

  memoryBytes(): number {
    return this.runtime.arena.bytes;
  }

  private alive(): void {
    if (this.isDisposed) throw new Error("The predictor has been disposed of.");
  }

  dispose(): void {
    this.isDisposed = true;
    this.runtime.dispose();
  }
}

/**
 * A predictor with a copy of the model's weights, so that the model may change or go.
 *
 * @throws UnsupportedLayerError for a model that cannot be compiled, RangeError for options that
 *   are out of range
 */
export async function createWasmPredictor(
  model: LayersModel,
  platform: WasmPlatform,
  options: Partial<PredictorOptions> = {},
): Promise<Predictor> {
  const { batchSize, threads, variant } = { ...DEFAULTS, ...options };
  checkBatchSize(batchSize);
  const plan = compile(model);
  const weights = await readModelWeights(model);
  const statistics = await readModelStatistics(model);
  const runtime = await Runtime.start(platform, threads, variant);
  const predictor = new WasmPredictor(plan, batchSize, runtime);
  predictor.setWeights(weights, statistics);
  return predictor;
}
