/** What convolutions of every kind have in common: how they end, and how their weights learn. */

import type { GraphNode } from "../../graph";
import { isTrained, type Weighted } from "../../ops/weights";
import type { Buffer } from "../buffers";
import {
  type Argument,
  type Counted,
  type Instruction,
  instruction,
  type Job,
  type Phase,
  plus,
  rangeJob,
} from "../program";
import { activate } from "./activation";
import { type Context, imageStep, imageWise, type LoweredOperation } from "./context";
import type { Epilogue } from "./gemm";

/** Bias and ReLU happen as the product is stored. */
export function epilogueOf(context: Context, { bias, activation }: Weighted): Epilogue {
  return { bias: bias ? context.weights(bias) : null, relu: activation === "relu" };
}

/** A convolution's forward pass, from its products on: what the epilogue cannot do follows. */
export function convolve(
  { activation }: Weighted,
  products: readonly Instruction[],
  to: Buffer,
  prepare: readonly Phase[] = [],
): LoweredOperation {
  const rest = activation === "relu" ? [] : activate(activation, to);
  return { ...imageWise(...products, ...rest), prepare };
}

/** A job that transposes slabs of [rows, columns] floats. */
export function transposeSlabs(
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

function biasGradient(gradient: Buffer, sums: Argument): Instruction {
  const { height, width, channels } = gradient.shape;
  return instruction("columnSums", {
    from: gradient.at,
    fromPitch: gradient.pitch,
    rows: height,
    pixels: width,
    channels,
    to: sums,
    accumulates: true,
  });
}

/** The gradient of a convolution in one layer. */
export interface ConvolutionGradient {
  readonly prepare: readonly Phase[];
  /** Floats of a slab, the weights of a tap: input channels × filters where nothing is said. */
  readonly slab?: number;
  /** Adds one image's weight gradient to the sums, slab by slab. */
  weightGradient(sums: Counted): readonly Instruction[];
  readonly inputGradient: readonly Instruction[];
  /** Slabs of the sums. */
  readonly sumSlabs: number;
  /**
   * For each slab of the kernel, the slabs of the sums that add up to it; or what else makes the kernel's
   * gradient of the groups' sums.
   */
  readonly slabs:
    | readonly (readonly number[])[]
    | ((sums: Counted, groups: number, to: number) => readonly Job[]);
}

/** Floats of one group's sums. */
export function sumFloats(of: GraphNode & Weighted, slabs: number): number {
  const { bias, input, output } = of;
  if (!isTrained(of)) return 0;
  return slabs * input.channels * output.channels + (bias ? output.channels : 0);
}

/** Weight gradients are summed by group of images, then over groups. */
export function convolveGradient(
  context: Context,
  of: GraphNode & Weighted,
  gradient: Buffer,
  gradients: ConvolutionGradient,
): LoweredOperation {
  const { arena } = context;
  const { kernel, bias } = of;
  const { prepare, weightGradient, inputGradient, sumSlabs, slabs } = gradients;
  if (!isTrained(of)) return { prepare, run: () => [imageStep(...inputGradient)] };
  const filters = of.output.channels;
  const { slab = of.input.channels * filters } = gradients;
  const floats = sumSlabs * slab + (bias ? filters : 0);
  const sums = context.partials(floats);
  const biasAt = sumSlabs * slab * 4;
  const instructions = [
    ...weightGradient(sums),
    ...(bias ? [biasGradient(gradient, plus(sums, biasAt))] : []),
    ...inputGradient,
  ];
  const prologue = [instruction("fillZero", { to: sums, bytes: floats * 4 })];
  return {
    prepare,
    run: () => [{ kind: "images", prologue, instructions }],
    reduce(groups) {
      const groupOffsets = Array.from({ length: groups }, (_, group) => group * sums.stride);
      const to = context.gradients(kernel);
      const jobs =
        typeof slabs === "function"
          ? [...slabs(sums, groups, to)]
          : slabs.map((sources, index) => {
              const offsets = groupOffsets.flatMap((group) =>
                sources.map((source) => group + source * slab * 4),
              );
              const sum = instruction("sumSlabs", {
                to: to + index * slab * 4,
                from: sums.base,
                table: arena.words(offsets),
                slabs: offsets.length,
                floats: slab,
              });
              return rangeJob(1, 1, sum);
            });
      if (bias) {
        const sum = instruction("sumSlabs", {
          to: context.gradients(bias),
          from: sums.base + biasAt,
          table: arena.words(groupOffsets),
          slabs: groups,
          floats: filters,
        });
        jobs.push(rangeJob(1, 1, sum));
      }
      return jobs;
    },
  };
}

/** Each slab of the kernel by itself. */
export function slabsAlone(count: number): number[][] {
  return Array.from({ length: count }, (_, index) => [index]);
}
