/** Turns a plan into forward passes alone: no gradients, and weights that are prepared once. */

import { sizeOf } from "../graph";
import { type End, type Plan, storeOf } from "../plan";
import type { Arena } from "./arena";
import type { Buffer } from "./buffers";
import { layOut } from "./layout";
import { type Context, imageStep, type LoweredOperation } from "./lower/context";
import { loadImage, packImage } from "./lower/images";
import { grainOf, joinSteps, preparation } from "./lower/steps";
import { allocateScratch, buffersOf, lowerOperations } from "./lowering";
import { allocateWeights, type WeightMemory } from "./memory";
import { type Counted, type Instruction, type Phase, SETTINGS_WORDS } from "./program";

/** Sums of gradients, which no forward pass adds to. */
const NOWHERE: Counted = { base: 0, stride: 0, by: "image" };

export class ForwardLowering {
  readonly memory: WeightMemory;
  /** Address of the batch's inputs: floats, or bytes that stand for 0 to 1, closely packed. */
  readonly inputs: number;
  /** Address of the batch's outputs, floats, closely packed. */
  readonly outputs: number;
  /** Address of the settings, of which a forward pass reads how much of a code is kept. */
  readonly settings: number;
  private readonly context: Context;
  private readonly plan: Plan;
  private readonly operations: readonly LoweredOperation[];

  /** Throws a RangeError when memory is full. */
  constructor(arena: Arena, plan: Plan, capacity: number, threads: number) {
    const { operations, input, output, ends } = plan;
    const memory = allocateWeights(arena, plan);
    this.memory = memory;
    this.inputs = arena.allocate(capacity * sizeOf(input) * 4);
    this.outputs = arena.allocate(capacity * sizeOf(output) * 4);
    const given = [{ tensor: 0, shape: input, before: 0 }];
    const layout = layOut(arena, [...operations, ...ends.map(storeOf)], given, capacity, threads);
    this.settings = arena.allocate(SETTINGS_WORDS * 4);
    this.plan = plan;
    this.context = {
      ...buffersOf(layout),
      arena,
      threads,
      capacity,
      settings: this.settings,
      groups: (images) => Math.ceil(images / grainOf(images)),
      weights: memory.weightsOf,
      gradients: () => 0,
      scratch: allocateScratch(arena, operations, threads),
      partials: () => NOWHERE,
    };
    this.operations = lowerOperations(this.context, operations);
  }

  /** Phases to run once the weights are in place. */
  prepare(): Phase[] {
    return preparation(this.operations, false);
  }

  /** Phases of a pass over that many images. */
  pass(images: number, inputsAreBytes: boolean): Phase[] {
    const { context, operations, plan } = this;
    const steps = [
      imageStep(this.load(context.buffer(0), inputsAreBytes)),
      ...operations.flatMap((operation) => operation.run(images, false)),
      imageStep(...plan.ends.map((end) => this.store(end))),
    ];
    return joinSteps(steps, images, grainOf(images));
  }

  private load(to: Buffer, isBytes: boolean): Instruction {
    const stride = sizeOf(to.shape) * (isBytes ? 1 : 4);
    return loadImage({ base: this.inputs, stride, by: "image" }, isBytes, to);
  }

  private store({ tensor, at }: End): Instruction {
    return packImage(this.context.buffer(tensor), {
      base: this.outputs + at * 4,
      stride: sizeOf(this.plan.output) * 4,
      by: "image",
    });
  }
}
