/** Turns a plan into forward passes alone: no gradients, and weights that are prepared once. */

import { type GraphNode, type Parameter, sizeOf } from "../graph";
import type { Plan } from "../plan";
import type { Arena } from "./arena";
import type { Buffer } from "./buffers";
import { layOut } from "./layout";
import { type Context, imageStep, type LoweredOperation } from "./lower/context";
import { loadImage, packImage } from "./lower/images";
import { grainOf, joinSteps, preparation } from "./lower/steps";
import { buffersOf, lowerOperations } from "./lowering";
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
  private readonly result: number;
  private readonly operations: readonly LoweredOperation[];

  /** Throws a RangeError when memory is full. */
  constructor(arena: Arena, plan: Plan, capacity: number, threads: number) {
    const { operations, input, output, result } = plan;
    const memory = allocateWeights(arena, plan);
    this.memory = memory;
    this.inputs = arena.allocate(capacity * sizeOf(input) * 4);
    this.outputs = arena.allocate(capacity * sizeOf(output) * 4);
    /** What brings the outputs away takes them. */
    const store: GraphNode = {
      kind: "store",
      layer: "outputs",
      inputs: [result],
      result: -1,
      input: output,
      output,
    };
    const given = [{ tensor: 0, shape: input, before: 0 }];
    const layout = layOut(arena, [...operations, store], given, capacity, threads);
    this.settings = arena.allocate(SETTINGS_WORDS * 4);
    this.result = result;
    this.context = {
      ...buffersOf(layout),
      arena,
      threads,
      capacity,
      settings: this.settings,
      groups: (images) => Math.ceil(images / grainOf(images)),
      statistics: ({ index }) => memory.statistics + memory.statisticOffsets[index]! * 4,
      weights: ({ index }: Parameter) => memory.weights + memory.parameters.offsets[index]! * 4,
      gradients: () => 0,
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
    const { context, operations, result } = this;
    const steps = [
      imageStep(this.load(context.buffer(0), inputsAreBytes)),
      ...operations.flatMap((operation) => operation.run(images, false)),
      imageStep(this.store(context.buffer(result))),
    ];
    return joinSteps(steps, images, grainOf(images));
  }

  private load(to: Buffer, isBytes: boolean): Instruction {
    const stride = sizeOf(to.shape) * (isBytes ? 1 : 4);
    return loadImage({ base: this.inputs, stride, by: "image" }, isBytes, to);
  }

  private store(from: Buffer): Instruction {
    return packImage(from, {
      base: this.outputs,
      stride: sizeOf(from.shape) * 4,
      by: "image",
    });
  }
}
