/** Convolutions on the WASM device: plain, folded with the doubling before it, or transposed. */

import type { ConvOperation, ConvTransposeOperation } from "../../plan";
import { windowOf } from "../../window";
import type { Buffer } from "../buffers";
import {
  type Argument,
  type Counted,
  type Instruction,
  instruction,
  type Job,
  plus,
  rangeJob,
} from "../program";
import { activate, activationGradient } from "./activation";
import {
  type Context,
  type ImageStep,
  imageStep,
  type LoweredOperation,
  type Surroundings,
} from "./context";
import { type Directions, foldedConv, plainConv, transposedConv } from "./directions";

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

function directionsOf(
  context: Context,
  operation: ConvOperation | ConvTransposeOperation,
  around: Surroundings,
  sums: Counted,
): Directions {
  if (operation.kind === "convTranspose") return transposedConv(context, operation, around, sums);
  const make = operation.upsample === 1 ? plainConv : foldedConv;
  return make(context, operation, around, sums);
}

/** Lowers a convolution; its weight gradient is summed by group, then over groups. */
export function lowerConv(
  context: Context,
  operation: ConvOperation | ConvTransposeOperation,
  around: Surroundings,
): LoweredOperation {
  const { arena } = context;
  const window = windowOf(operation);
  const slab = operation.input.channels * operation.output.channels;
  const filters = operation.output.channels;
  const kernelFloats = window.size[0] * window.size[1] * slab;
  const floats = kernelFloats + (operation.bias ? filters : 0);
  const sums = context.partials(floats);
  const biasSums = plus(sums, kernelFloats * 4);
  const directions = directionsOf(context, operation, around, sums);

  // ReLU is part of the product's epilogue; other activations follow it.
  const forward = [
    ...directions.forward,
    ...(operation.activation === "relu" ? [] : activate(operation.activation, around.output)),
  ];

  const backwardStep = (): ImageStep[] => {
    const gradient = around.outputGradient;
    if (!gradient) return [];
    return [
      {
        kind: "images",
        prologue: [instruction("fillZero", { to: sums, bytes: floats * 4 })],
        instructions: [
          ...activationGradient(operation.activation, around.output, gradient),
          ...directions.weightGradient,
          ...(operation.bias ? [biasGradient(gradient, biasSums)] : []),
          ...directions.inputGradient,
        ],
      },
    ];
  };

  const reduce = (groups: number): Job[] => {
    const start = sums.base;
    const groupOffsets = Array.from({ length: groups }, (_, group) => group * sums.stride);
    const kernel = context.gradients(operation.kernel);
    const jobs = directions.slabs.map((sources, index) => {
      const offsets = groupOffsets.flatMap((group) =>
        sources.map((source) => group + source * slab * 4),
      );
      const sum = instruction("sumSlabs", {
        to: kernel + index * slab * 4,
        from: start,
        table: arena.words(offsets),
        slabs: offsets.length,
        floats: slab,
      });
      return rangeJob(1, 1, sum);
    });
    if (operation.bias) {
      const sum = instruction("sumSlabs", {
        to: context.gradients(operation.bias),
        from: start + kernelFloats * 4,
        table: arena.words(groupOffsets),
        slabs: groups,
        floats: filters,
      });
      jobs.push(rangeJob(1, 1, sum));
    }
    return jobs;
  };

  return {
    prepare: directions.prepare,
    forward: () => [imageStep(...forward)],
    backward: backwardStep,
    reduce,
  };
}
