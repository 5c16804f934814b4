/** Turns a plan into programs for the WASM device: memory laid out once, one program a batch size. */

import type { TrainerOptions } from "../device";
import { type Parameter, sizeOf } from "../graph";
import { withoutFinalSigmoid } from "../logits";
import type { Plan } from "../plan";
import type { Arena } from "./arena";
import { allocateBuffer, type Buffer, NO_HALO } from "./buffers";
import { type Layout, layOut } from "./layout";
import { type Context, imageStep, type LoweredOperation, type Step } from "./lower/context";
import { loadImage } from "./lower/copy";
import { flipImage } from "./lower/dropout";
import { addImage } from "./lower/join";
import { type LossInstructions, type LossSurroundings, lowerLoss } from "./lower/loss";
import { lowerOperation, partialFloats } from "./lower/operation";
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

export class Lowering {
  readonly plan: Plan;
  readonly memory: Memory;
  private readonly arena: Arena;
  private readonly threads: number;
  private readonly loss: LossInstructions;
  private readonly layout: Layout;
  private readonly operations: readonly LoweredOperation[];
  /** Where targets are put when they are not the inputs as they lie. */
  private readonly targets: Buffer;
  private readonly sharesTargets: boolean;
  private readonly flips: boolean;
  private readonly penalties: LoweredPenalties;
  private readonly update: readonly Phase[];

  /** Throws a RangeError when memory is full, an Error where loss and model do not fit. */
  constructor(
    arena: Arena,
    plan: Plan,
    { loss, adam, batchSize, flips }: TrainerOptions,
    threads: number,
    sharesTargets: boolean,
  ) {
    this.arena = arena;
    this.threads = threads;
    this.plan = loss.binaryCrossentropy === undefined ? plan : withoutFinalSigmoid(plan);
    this.memory = allocateMemory(arena, this.plan, batchSize);
    const { input, output } = this.plan;
    const sameShape = input.height === output.height && input.width === output.width;
    this.sharesTargets = sharesTargets && sameShape && input.channels === output.channels;
    this.layout = layOut(arena, this.plan, batchSize, threads, this.sharesTargets);
    this.targets = this.sharesTargets
      ? this.layout.input
      : allocateBuffer(arena, output, NO_HALO, false, threads);
    this.loss = lowerLoss(arena, threads, loss, output);
    const context = this.context(batchSize);
    this.operations = this.plan.operations.map((operation, index) =>
      lowerOperation(context, operation, this.layout.surroundings[index]),
    );
    this.flips = flips;
    this.penalties = lowerPenalties(arena, this.memory, this.plan);
    this.update = lowerUpdate(arena, this.memory, this.plan, adam);
  }

  /** What regularisation added to the loss of the program just run. */
  penalty(): number {
    return this.penalties.total();
  }

  private context(capacity: number): Context {
    const { arena, memory, plan } = this;
    const total = plan.operations.reduce((sum, operation) => sum + partialFloats(operation), 0);
    const stride = Math.ceil((total * 4 + 64) / 64) * 64;
    let next = arena.allocate(stride * GROUPS);
    const address = (start: number) => (parameter: Parameter) =>
      start + memory.offsets[parameter.index] * 4;
    const { statistics, statisticOffsets } = memory;
    return {
      arena,
      threads: this.threads,
      capacity,
      settings: memory.settings,
      groups: (images) => Math.ceil(images / grainOf(images)),
      statistics: ({ index }) => statistics + statisticOffsets[index] * 4,
      weights: address(memory.weights),
      gradients: address(memory.gradients),
      partials: (floats) => {
        const base = next;
        next += floats * 4;
        return { base, stride, by: "group" };
      },
    };
  }

  /** Phases of one training step on that many images. */
  train(images: number, inputs: SampleSource, targets: SampleSource): Phase[] {
    const grain = grainOf(images);
    const backward = this.operations
      .map((operation, index) => [
        ...operation.backward(images),
        ...this.layout.surroundings[index].sums.map(({ part, total }) =>
          imageStep(addImage(part, total)),
        ),
      ])
      .reverse()
      .flat();
    const steps = [
      imageStep(...this.load(this.layout.input, inputs, true)),
      ...this.operations.flatMap((operation) => operation.forward(images, true)),
      this.lossStep(images, targets, true),
      ...backward,
    ];
    const groups = Math.ceil(images / grain);
    return [
      ...preparation(this.operations, true),
      ...joinSteps(steps, images, grain),
      this.operations.flatMap((operation) => operation.reduce(groups)),
      this.penalties.phase(true),
      ...this.update,
    ];
  }

  /** Phases of a forward pass on that many images: outputs and losses. */
  forward(images: number, inputs: SampleSource, targets: SampleSource): Phase[] {
    const steps = [
      imageStep(...this.load(this.layout.input, inputs, false)),
      ...this.operations.flatMap((operation) => operation.forward(images, false)),
      this.lossStep(images, targets, false),
    ];
    return [
      ...preparation(this.operations, false),
      ...joinSteps(steps, images, grainOf(images)),
      this.penalties.phase(false),
    ];
  }

  /** Brings one sample from the resident data; in training some images are mirrored. */
  private load(to: Buffer, from: SampleSource, isTraining: boolean): Instruction[] {
    const size = sizeOf(to.shape) * (from.isBytes ? 1 : 4);
    const sample: Counted = { base: from.address, stride: size, by: "sample" };
    const isFlipped = isTraining && this.flips && to.shape.width > 1;
    return [
      loadImage(sample, from.isBytes, to),
      ...(isFlipped ? [flipImage(this.memory.settings, to)] : []),
    ];
  }

  private lossStep(images: number, source: SampleSource, isTraining: boolean): Step {
    const { output, outputGradient } = this.layout;
    const { memory, targets } = this;
    const around: LossSurroundings = {
      output,
      target: targets,
      gradient: isTraining ? outputGradient : null,
      outputs: { base: memory.outputs, stride: sizeOf(output.shape) * 4, by: "image" },
      loss: { base: memory.losses, stride: 8, by: "image" },
    };
    return imageStep(
      ...(this.sharesTargets ? [] : this.load(targets, source, isTraining)),
      ...this.loss(around, images),
    );
  }
}
