/** Turns a plan into programs for the WASM device: memory laid out once, one program a batch size. */

import type { TrainerOptions } from "../device";
import { differentiate, type TrainingPlan } from "../differentiate";
import { type GraphNode, type SampleShape, sizeOf } from "../graph";
import { wasmKindOf } from "../ops/wasm";
import { type End, type Plan, storeOf } from "../plan";
import type { Allocator, Arena } from "./arena";
import { type Buffer, oddLines } from "./buffers";
import { layOut } from "./layout";
import { type Context, imageStep, type LoweredOperation, type Step } from "./lower/context";
import { flipImage, loadImage, packImage } from "./lower/images";
import { type LossInstructions, lowerLoss } from "./lower/loss";
import { type LoweredPenalties, lowerCopies, lowerPenalties, lowerUpdate } from "./lower/optimizer";
import { GROUPS, grainOf, joinSteps, preparation } from "./lower/steps";
import { allocateMemory, type Memory } from "./memory";
import type { Counted, Instruction, Job, Phase } from "./program";

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

/** What a step does, and the tensors that are brought to it. */
export function passOf({ plan, losses, unseen, backward, targets }: TrainingPlan) {
  const given = [
    // Targets that are not the inputs as they lie are brought for the loss.
    ...plan.ends.map(({ shape }, place) => ({
      tensor: targets[place]!,
      shape,
      before: plan.operations.length,
    })),
    { tensor: 0, shape: plan.input, before: 0 },
  ];
  return {
    operations: [...plan.operations, ...unseen.map(storeOf), ...losses, ...backward],
    given,
  };
}

/** Groups of images whose sums are kept apart until they are added up. */
export const PARTIAL_GROUPS = GROUPS;

/** Bytes of one group's sums over all operations. */
export function partialStride(operations: readonly GraphNode[]): number {
  const floats = operations.map((each) => wasmKindOf(each)?.partialFloats?.(each) ?? 0);
  const total = floats.reduce((sum, count) => sum + count, 0);
  return Math.ceil((total * 4 + 64) / 64) * 64;
}

/** Room by thread for the scratch of any of those operations. */
export function allocateScratch(
  arena: Allocator,
  operations: readonly GraphNode[],
  threads: number,
): Counted {
  const bytes = operations.map((each) => wasmKindOf(each)?.scratchBytes?.(each) ?? 0);
  const stride = oddLines(Math.max(0, ...bytes));
  return { base: arena.allocate(stride * threads), stride, by: "thread" };
}

/** Phases of the step that consists of those parts. */
export function phasesOf(parts: readonly Part[], images: number): Phase[] {
  const steps = parts.flatMap((part) => part.steps);
  return [
    ...preparation(parts, true),
    ...joinSteps(steps, images, grainOf(images)),
    parts.flatMap(({ sums }) => sums),
    ...parts.flatMap(({ update }) => update),
  ];
}

/** What an operation has in a training step, or something that goes with all of them. */
export interface Part extends Pick<LoweredOperation, "prepare"> {
  /** Null for what is no operation: samples that are brought, losses, the update of the weights. */
  readonly operation: GraphNode | null;
  readonly name: string;
  readonly steps: readonly Step[];
  /** Adds up what groups of images have. */
  readonly sums: readonly Job[];
  /** After all that. */
  readonly update: readonly Phase[];
}

/** The tensor of the samples. */
export const IMAGES = 0;

/** What a traced step brings away. */
function tracedEnds({ plan, gradients }: TrainingPlan): End[] {
  const shapes = new Map(plan.operations.map(({ result, output }) => [result, output]));
  const ends = plan.ends.map(({ tensor }) => tensor);
  const looked = new Set([IMAGES, ...plan.outputs.values(), ...ends]);
  return [...looked].flatMap((tensor) => {
    const own = { layer: "", shape: shapes.get(tensor) ?? plan.input, at: 0 };
    const gradient = gradients.get(tensor);
    return [{ ...own, tensor }, ...(gradient === undefined ? [] : [{ ...own, tensor: gradient }])];
  });
}

export class Lowering {
  readonly memory: Memory;
  readonly training: TrainingPlan;
  readonly context: Context;
  private readonly losses: readonly LossInstructions[];
  private readonly forwardPass: readonly LoweredOperation[];
  private readonly backwardPass: readonly LoweredOperation[];
  private readonly flips: boolean;
  private readonly penalties: LoweredPenalties;
  private readonly update: readonly Phase[];
  /** Where the batch's numbers of a tensor are brought with each training step, closely packed. */
  readonly traces: ReadonlyMap<number, number>;

  /**
   * @param isTraced whether training steps bring away what layers make that the plan has been asked for, the
   *   images, and the gradients of all these
   * @throws OutOfMemoryError
   * @throws RangeError where loss and output do not fit, Error for cross-entropy without a sigmoid
   */
  constructor(
    arena: Arena,
    compiled: Plan,
    options: TrainerOptions,
    threads: number,
    isAutoencoder: boolean,
    isTraced = false,
  ) {
    const { batchSize, flips, optimizer } = options;
    const training = differentiate(compiled, options, isAutoencoder, isTraced ? [IMAGES] : []);
    const { plan, losses, backward } = training;
    this.training = training;
    this.memory = allocateMemory(arena, plan, batchSize, optimizer);
    const { operations, given } = passOf(training);
    const traced = isTraced ? tracedEnds(training) : [];
    const ends = plan.ends.length;
    const all = [...operations, ...traced.map((end, place) => storeOf(end, ends + place))];
    const layout = layOut(arena, all, given, batchSize, threads);
    const room = (shape: SampleShape) => arena.allocate(batchSize * sizeOf(shape) * 4);
    this.traces = new Map(traced.map(({ tensor, shape }) => [tensor, room(shape)]));
    const { settings } = this.memory;
    this.losses = losses.map((each) => lowerLoss(arena, threads, settings, each));
    this.context = this.contextOf(arena, layout, batchSize, threads);
    this.forwardPass = lowerOperations(this.context, plan.operations);
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
    const stride = partialStride(operations);
    let next = arena.allocate(stride * PARTIAL_GROUPS);
    return {
      ...buffersOf(layout),
      arena,
      threads,
      capacity,
      settings: memory.settings,
      groups: (images) => Math.ceil(images / grainOf(images)),
      weights: memory.weightsOf,
      gradients: memory.gradientsOf,
      scratch: allocateScratch(arena, operations, threads),
      partials(count) {
        const base = next;
        next += count * 4;
        return { base, stride, by: "group" };
      },
    };
  }

  /** Phases of one training step on that many images. */
  train(images: number, inputs: SampleSource, targets: SampleSource): Phase[] {
    return phasesOf(this.parts(images, inputs, targets), images);
  }

  /** What such a step consists of, in its order. */
  parts(images: number, inputs: SampleSource, targets: SampleSource): Part[] {
    const { plan, backward } = this.training;
    const groups = Math.ceil(images / grainOf(images));
    const part = (name: string, some: Partial<Part>): Part => ({
      operation: null,
      name,
      steps: [],
      sums: [],
      update: [],
      ...some,
    });
    const pass = (operations: readonly GraphNode[], lowered: readonly LoweredOperation[]) =>
      operations.map((operation, place) => {
        const { prepare = [], run, reduce } = lowered[place]!;
        const steps = run(images, true);
        return part(operation.kind, { operation, prepare, steps, sums: reduce?.(groups) ?? [] });
      });
    const update = [lowerCopies(this.memory, plan), this.penalties.phase(true), ...this.update];
    return [
      part("samples", { steps: [imageStep(...this.loadInputs(inputs, true))] }),
      ...pass(plan.operations, this.forwardPass),
      part("loss", { steps: [this.lossStep(images, targets, true)] }),
      ...pass(backward, this.backwardPass),
      part("trace", { steps: [imageStep(...this.storeTraces())] }),
      part("update", { update }),
    ];
  }

  private storeTraces(): Instruction[] {
    return [...this.traces].map(([tensor, base]) => {
      const buffer = this.context.buffer(tensor);
      return packImage(buffer, { base, stride: sizeOf(buffer.shape) * 4, by: "image" });
    });
  }

  /** Phases of a forward pass on that many images: outputs and losses. */
  forward(images: number, inputs: SampleSource, targets: SampleSource): Phase[] {
    const { forwardPass } = this;
    const steps = [
      imageStep(...this.loadInputs(inputs, false)),
      ...forwardPass.flatMap((operation) => operation.run(images, false)),
      this.lossStep(images, targets, false),
    ];
    return [
      ...preparation(forwardPass, false),
      ...joinSteps(steps, images, grainOf(images)),
      this.penalties.phase(false),
    ];
  }

  /** Brings one sample from the resident data. */
  private loadInputs(from: SampleSource, isTraining: boolean): Instruction[] {
    return this.load(0, from, sizeOf(this.training.plan.input), 0, isTraining);
  }

  /**
   * Brings a tensor of one sample from the resident data; in training some images are mirrored.
   *
   * @param row numbers of a sample there
   * @param at place of the tensor's first among them
   */
  private load(
    tensor: number,
    from: SampleSource,
    row: number,
    at: number,
    isTraining: boolean,
  ): Instruction[] {
    const to = this.context.buffer(tensor);
    const bytes = from.isBytes ? 1 : 4;
    const sample: Counted = {
      base: from.address + at * bytes,
      stride: row * bytes,
      by: "sample",
    };
    const isFlipped = isTraining && this.flips && to.shape.width > 1;
    return [
      loadImage(sample, from.isBytes, to),
      ...(isFlipped ? [flipImage(this.memory.settings, to)] : []),
    ];
  }

  private lossStep(images: number, source: SampleSource, isTraining: boolean): Step {
    const { context, memory, training } = this;
    const { losses, plan, targets } = training;
    const row = sizeOf(plan.output);
    const outputsOf = ({ at }: End): Counted => ({
      base: memory.outputs + at * 4,
      stride: row * 4,
      by: "image",
    });
    const loaded = plan.ends.flatMap(({ at }, place) =>
      targets[place] === 0 ? [] : this.load(targets[place]!, source, row, at, isTraining),
    );
    const stored = isTraining
      ? []
      : training.unseen.map((end) => packImage(context.buffer(end.tensor), outputsOf(end)));
    const compared = losses.flatMap(({ inputs: [values, target], result, end }, place) =>
      this.losses[place]!(
        {
          values: context.buffer(values!),
          target: target === undefined ? null : context.buffer(target),
          gradient: isTraining ? context.taken(result) : null,
          outputs: outputsOf(end ?? plan.ends[0]!),
          loss: { base: memory.losses, stride: 8, by: "image" },
          lossAdds: place > 0,
        },
        images,
      ),
    );
    return imageStep(...loaded, ...stored, ...compared);
  }
}
