/** Both directions of each kind of convolution: plain, folded with a doubling, and transposed. */

import type { ConvOperation, ConvTransposeOperation } from "../../plan";
import { foldedTaps } from "../../taps";
import { windowOf } from "../../window";
import {
  type Counted,
  type Instruction,
  instruction,
  type Job,
  type Phase,
  rangeJob,
} from "../program";
import type { Context, Surroundings } from "./context";
import {
  gather,
  gatherToOne,
  gatherToOneWeightGradient,
  gatherWeightGradient,
  type PhaseWeights,
  phaseWeights,
  scatter,
  scatterWeightGradient,
} from "./gather";
import { type Epilogue, PLAIN } from "./gemm";

/** For each weight of a folded window, the kernel slabs that it sums. */
function foldedSlabs([height, width]: readonly [number, number]): number[][] {
  return foldedTaps(height).flatMap((row) =>
    foldedTaps(width).map((column) =>
      row.taps.flatMap((y) => column.taps.map((x) => y * width + x)),
    ),
  );
}

/** A job that transposes slabs of [rows, columns] floats. */
function transposeSlabs(
  rows: number,
  columns: number,
  pairs: readonly { from: number; to: number }[],
): Job {
  const instructions = pairs.map(({ from, to }) =>
    instruction("transpose", {
      from,
      fromPitch: columns * 4,
      to,
      toPitch: rows * 4,
      rows,
      columnFrom: 0,
      columnTo: columns,
    }),
  );
  return rangeJob(1, 1, ...instructions);
}

/** Forward epilogue: bias and ReLU happen as the product is stored. */
function epilogueOf(context: Context, operation: ConvOperation | ConvTransposeOperation): Epilogue {
  return {
    bias: operation.bias ? context.weights(operation.bias) : null,
    relu: operation.activation === "relu",
  };
}

/** Instructions and preparation of both directions, for one of the three kinds of convolution. */
export interface Directions {
  readonly prepare: Phase[];
  readonly forward: Instruction[];
  readonly inputGradient: Instruction[];
  readonly weightGradient: Instruction[];
  /** For each kernel slab, the slabs of the partial sums that add up to it. */
  readonly slabs: number[][];
}

export function plainConv(
  context: Context,
  operation: ConvOperation,
  around: Surroundings,
  sums: Counted,
): Directions {
  const { arena } = context;
  const window = windowOf(operation);
  const kernel = context.weights(operation.kernel);
  const from = operation.input.channels;
  const to = operation.output.channels;
  const slab = from * to;
  const count = window.size[0] * window.size[1];
  const epilogue = epilogueOf(context, operation);
  const toOne =
    operation.activation === "relu"
      ? null
      : gatherToOne(around.input, around.output, window, kernel, epilogue.bias);
  const forward = [toOne ?? gather(arena, around.input, around.output, window, kernel, epilogue)];
  const prepare: Phase[] = [];
  const inputGradient: Instruction[] = [];
  if (around.inputGradient && around.outputGradient) {
    const weights = phaseWeights(arena, window, slab);
    prepare.push([
      transposeSlabs(
        from,
        to,
        weights.flatMap((phase) =>
          phase.slabs.map((index, place) => ({
            from: kernel + index * slab * 4,
            to: phase.address + place * slab * 4,
          })),
        ),
      ),
    ]);
    inputGradient.push(
      ...scatter(arena, around.outputGradient, around.inputGradient, window, weights, PLAIN),
    );
  }
  // With one output channel and many inputs, the other way round wastes no columns; it needs the
  // gradient's halo, which is there when the gradient goes on to the input.
  const turn = to === 1 && from > 1 && window.stride === 1 && around.inputGradient !== null;
  const weightGradientOf = turn ? gatherToOneWeightGradient : gatherWeightGradient;
  const weightGradient = around.outputGradient
    ? [weightGradientOf(arena, around.input, around.outputGradient, window, sums)]
    : [];
  const slabs = Array.from({ length: count }, (_, index) => [index]);
  return { prepare, forward, inputGradient, weightGradient, slabs };
}

/** Sums the kernel's slabs into the folded weights of each phase. */
function foldWeights(
  context: Context,
  operation: ConvOperation,
  weights: readonly PhaseWeights[],
): Job {
  const { arena } = context;
  const slab = operation.input.channels * operation.output.channels;
  const kernel = context.weights(operation.kernel);
  const folded = foldedSlabs(operation.kernelSize);
  const instructions = weights.flatMap((phase) =>
    phase.slabs.map((index, place) =>
      instruction("sumSlabs", {
        to: phase.address + place * slab * 4,
        from: kernel,
        table: arena.words(folded[index].map((source) => source * slab * 4)),
        slabs: folded[index].length,
        floats: slab,
      }),
    ),
  );
  return rangeJob(1, 1, ...instructions);
}

export function foldedConv(
  context: Context,
  operation: ConvOperation,
  around: Surroundings,
  sums: Counted,
): Directions {
  const { arena } = context;
  const window = windowOf(operation);
  const from = operation.input.channels;
  const to = operation.output.channels;
  const slab = from * to;
  const count = window.size[0] * window.size[1];
  const weights = phaseWeights(arena, window, slab);
  const prepare: Phase[] = [[foldWeights(context, operation, weights)]];
  const epilogue = epilogueOf(context, operation);
  const forward = scatter(arena, around.input, around.output, window, weights, epilogue);
  const inputGradient: Instruction[] = [];
  if (around.inputGradient && around.outputGradient) {
    const transposed = arena.allocate(count * slab * 4);
    const pairs = weights.flatMap((phase) =>
      phase.slabs.map((index, place) => ({
        from: phase.address + place * slab * 4,
        to: transposed + index * slab * 4,
      })),
    );
    prepare.push([transposeSlabs(from, to, pairs)]);
    inputGradient.push(
      gather(arena, around.outputGradient, around.inputGradient, window, transposed, PLAIN),
    );
  }
  const weightGradient = around.outputGradient
    ? scatterWeightGradient(arena, around.input, around.outputGradient, window, sums)
    : [];
  const folded = foldedSlabs(operation.kernelSize);
  const slabs = Array.from(
    { length: operation.kernelSize[0] * operation.kernelSize[1] },
    (_, kernelSlab) =>
      folded.flatMap((sources, index) => (sources.includes(kernelSlab) ? [index] : [])),
  );
  return { prepare, forward, inputGradient, weightGradient, slabs };
}

/** A transposed convolution; its kernel's slabs are [to, from channels], as Keras has them. */
export function transposedConv(
  context: Context,
  operation: ConvTransposeOperation,
  around: Surroundings,
  sums: Counted,
): Directions {
  const { arena } = context;
  const { input, output, inputGradient, outputGradient } = around;
  const window = windowOf(operation);
  const kernel = context.weights(operation.kernel);
  const from = operation.input.channels;
  const to = operation.output.channels;
  const slab = from * to;
  const weights = phaseWeights(arena, window, slab);
  const pairs = weights.flatMap((phase) =>
    phase.slabs.map((index, place) => ({
      from: kernel + index * slab * 4,
      to: phase.address + place * slab * 4,
    })),
  );
  return {
    prepare: [[transposeSlabs(to, from, pairs)]],
    forward: scatter(arena, input, output, window, weights, epilogueOf(context, operation)),
    inputGradient:
      inputGradient && outputGradient
        ? [gather(arena, outputGradient, inputGradient, window, kernel, PLAIN)]
        : [],
    weightGradient: outputGradient
      ? [gatherWeightGradient(arena, outputGradient, input, window, sums)]
      : [],
    slabs: Array.from({ length: window.size[0] * window.size[1] }, (_, index) => [index]),
  };
}
