/** Turns a plan into programs for the WASM device: memory laid out once, one program a batch size. */

import type { TrainerOptions } from "../device";
import { differentiate, type TrainingPlan } from "../differentiate";
import { type GraphNode, type Parameter, sizeOf } from "../graph";
import { wasmKindOf } from "../ops/wasm";
import type { Plan } from "../plan";
import type { Arena } from "./arena";
import type { Buffer } from "./buffers";
import { layOut } from "./layout";
import { type Context, imageStep, type LoweredOperation, type Step } from "./lower/context";
import { flipImage, loadImage } from "./lower/images";
import {
  type ActivityInstructions,
  type LossBuffers,
  type LossInstructions,
  lowerActivity,
  lowerLoss,
} from "./lower/loss";
import { type LoweredPenalties, lowerPenalties, lowerUpdate } from "./lower/optimizer";
import { GROUPS, grainOf, joinSteps, preparation } from "./lower/steps";
import { allocateMemory, type Memory } from "./memory";
import type { Counted, Instruction, Phase } from "./program";

/** Samples as they lie in memory. */
export interface SampleSource {
  readonly address: number;
  readonly isBytes: boolean;
  /** Room there. */
  readonly bytes: number;
}

/** How the operations of a pass are done, in their order. */
export function lowerOperations(
  context: Context,
  operations: readonly GraphNode[],
): LoweredOperation[] {
  return operations.map((operation) => {
    const kind = wasmKindOf(operation);
    if (!kind) throw new Error(`There is no ${operation.kind} on this device.`);
    return kind.lower(context, operation);
  });
}

/** Where tensors lie, for operations. */
export function buffersOf(layout: ReadonlyMap<number, Buffer>): Pick<Context, "buffer" | "taken"> {
  return {
    taken: (tensor) => layout.get(tensor) ?? null,
    buffer(tensor) {
      const buffer = layout.get(tensor);
      if (!buffer) throw new Error(`Tensor ${tensor} is not there.`);
      return buffer;
    },
  };
}

export class Lowering {
  readonly memory: Memory;
  private readonly training: TrainingPlan;
  private readonly context: Context;
  private readonly loss: LossInstructions;
  private readonly activities: readonly ActivityInstructions[];
  private readonly forwardPass: readonly LoweredOperation[];
  private readonly backwardPass: readonly LoweredOperation[];
  private readonly flips: boolean;
  private readonly penalties: LoweredPenalties;
  private readonly update: readonly Phase[];

  /**
   * @throws OutOfMemoryError
   * @throws RangeError where loss and output do not fit, Error for cross-entropy without a sigmoid
   */
  constructor(
    arena: Arena,
    compiled: Plan,
    options: TrainerOptions,
    threads: number,
    isAutoencoder: boolean,
  ) {
    const { batchSize, flips } = options;
    const training = differentiate(compiled, options, isAutoencoder);
    const { plan, losses, backward } = training;
    const { operations } = plan;
    this.training = training;
    this.memory = allocateMemory(arena, plan, batchSize);
    const given = [
      // Targets that are not the inputs as they lie are brought for the loss.
      { tensor: training.targets, shape: plan.output, before: operations.length },
      { tensor: 0, shape: plan.input, before: 0 },
    ];
    const all = [...operations, ...losses, ...backward];
    const layout = layOut(arena, all, given, batchSize, threads);
    const [loss, ...others] = losses;
    this.loss = lowerLoss(arena, threads, loss);
    this.activities = others.map((each) => lowerActivity(arena, each, plan.output));
    this.context = this.contextOf(arena, layout, batchSize, threads);
    this.forwardPass = lowerOperations(this.context, operations);
    this.backwardPass = lowerOperations(this.context, backward);
    this.flips = flips;
    this.penalties = lowerPenalties(arena, this.memory, plan);
    this.update = lowerUpdate(arena, this.memory, plan, training.update);
  }

  /** What regularisation added to the loss of the program just run. */
  penalty(): number {
    return this.penalties.total();
  }

  private contextOf(
    arena: Arena,
    layout: ReadonlyMap<number, Buffer>,
    capacity: number,
    threads: number,
  ): Context {
    const { memory, training } = this;
    const operations: GraphNode[] = [...training.plan.operations, ...training.backward];
    const floats = operations.map((each) => wasmKindOf(each)?.partialFloats?.(each) ?? 0);
    const total = floats.reduce((sum, count) => sum + count, 0);
    const stride = Math.ceil((total * 4 + 64) / 64) * 64;
    let next = arena.allocate(stride * GROUPS);
    const { parameters, statistics, statisticOffsets } = memory;
    const address =
      (start: number, offsets: readonly number[]) =>
      ({ index }: Parameter) =>
        start + offsets[index]! * 4;
    return {
      ...buffersOf(layout),
      arena,
      threads,
      capacity,
      settings: memory.settings,
      groups: (images) => Math.ceil(images / grainOf(images)),
      statistics: address(statistics, statisticOffsets),
      weights: address(memory.weights, parameters.offsets),
      gradients: address(memory.gradients, parameters.offsets),
      partials(count) {
        const base = next;
        next += count * 4;
        return { base, stride, by: "group" };
      },
    };
  }

  /** Phases of one training step on that many images. */
  train(images: number, inputs: SampleSource, targets: SampleSource): Phase[] {
    const { forwardPass, backwardPass } = this;
    const grain = grainOf(images);
    const steps = [
      imageStep(...this.load(0, inputs, true)),
      ...forwardPass.flatMap((operation) => operation.run(images, true)),
      this.lossStep(images, targets, true),
      ...backwardPass.flatMap((operation) => operation.run(images, true)),
    ];
    const groups = Math.ceil(images / grain);
    return [
      ...preparation([...forwardPass, ...backwardPass], true),
      ...joinSteps(steps, images, grain),
      backwardPass.flatMap((operation) => operation.reduce?.(groups) ?? []),
      this.penalties.phase(true),
      ...this.update,
    ];
  }

  /** Phases of a forward pass on that many images: outputs and losses. */
  forward(images: number, inputs: SampleSource, targets: SampleSource): Phase[] {
    const { forwardPass } = this;
    const steps = [
      imageStep(...this.load(0, inputs, false)),
      ...forwardPass.flatMap((operation) => operation.run(images, false)),
      this.lossStep(images, targets, false),
    ];
    return [
      ...preparation(forwardPass, false),
      ...joinSteps(steps, images, grainOf(images)),
      this.penalties.phase(false),
    ];
  }

  /** Brings one sample from the resident data; in training some images are mirrored. */
  private load(tensor: number, from: SampleSource, isTraining: boolean): Instruction[] {
    const to = this.context.buffer(tensor);
    const size = sizeOf(to.shape) * (from.isBytes ? 1 : 4);
    const sample: Counted = { base: from.address, stride: size, by: "sample" };
    const isFlipped = isTraining && this.flips && to.shape.width > 1;
    return [
      loadImage(sample, from.isBytes, to),
      ...(isFlipped ? [flipImage(this.memory.settings, to)] : []),
    ];
  }

  private lossStep(images: number, source: SampleSource, isTraining: boolean): Step {
    const { context, memory, training } = this;
    const { losses, plan, targets } = training;
    const [first, ...others] = losses;
    const gradientOf = ({ result }: GraphNode) => (isTraining ? context.taken(result) : null);
    const around: LossBuffers = {
      output: context.buffer(plan.result),
      target: context.buffer(targets),
      gradient: gradientOf(first),
      outputs: { base: memory.outputs, stride: sizeOf(plan.output) * 4, by: "image" },
      loss: { base: memory.losses, stride: 8, by: "image" },
    };
    return imageStep(
      ...(targets === 0 ? [] : this.load(targets, source, isTraining)),
      ...this.loss(around, images),
      ...others.map((node, index) =>
        this.activities[index]!(
          context.buffer(node.inputs[0]!),
          gradientOf(node),
          around.loss,
          images,
        ),
      ),
    );
  }
}
