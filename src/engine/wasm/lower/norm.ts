/** Batch normalisation on the WASM device: sums by image, then coefficients, then images again. */

import type { BatchNormOperation } from "../../plan";
import {
  AFFINE,
  AFFINE_PAIR,
  FILL_ZERO,
  NORM_GRADIENT,
  NORM_INFERENCE,
  NORM_STATISTICS,
  PAIR_SUMS,
} from "../assembly/opcodes";
import type { Buffer } from "../buffers";
import { floatBits, type Instruction, rangeJob } from "../program";
import { activate, activationGradient } from "./activation";
import {
  batchStep,
  type Context,
  type ImageStep,
  imageStep,
  type LoweredOperation,
  type Step,
  type Surroundings,
} from "./context";

/** Two doubles for each channel. */
export const NORM_SUM_FLOATS = 4;

export function lowerBatchNorm(
  context: Context,
  operation: BatchNormOperation,
  around: Surroundings,
): LoweredOperation {
  const { arena } = context;
  const { input, output, inputGradient, outputGradient } = around;
  const { height, width, channels } = operation.output;
  const { activation } = operation;
  const sums = context.partials(NORM_SUM_FLOATS * channels);
  const gamma = operation.gamma ? context.weights(operation.gamma) : 0;
  const beta = operation.beta ? context.weights(operation.beta) : 0;
  const mean = context.statistics(operation.mean);
  const variance = context.statistics(operation.variance);
  const epsilon = floatBits(operation.epsilon);
  /** Scale, shift, mean and 1 / deviation of each channel. */
  const forwardFactors = arena.allocate(4 * channels * 4);
  const backwardFactors = arena.allocate(3 * channels * 4);
  const shape = [height, width, channels];

  /** Adds up one image: Σ b and Σ a·b. */
  const sumUp = (a: Buffer, b: Buffer, before: Instruction[]): ImageStep => ({
    kind: "images",
    prologue: [{ opcode: FILL_ZERO, args: [sums, NORM_SUM_FLOATS * channels * 4] }],
    instructions: [
      ...before,
      { opcode: PAIR_SUMS, args: [a.at, a.pitch, b.at, b.pitch, ...shape, sums] },
    ],
  });
  const total = (images: number) => [
    ...[sums.base, sums.stride, context.groups(images), channels],
    images * height * width,
  ];

  const normalise = imageStep(
    {
      opcode: AFFINE,
      args: [
        ...[input.at, input.pitch, output.at, output.pitch, ...shape],
        ...[forwardFactors, forwardFactors + channels * 4],
      ],
    },
    ...activate(activation, output),
  );

  const forward = (images: number, isTraining: boolean): Step[] => {
    if (!isTraining) return [normalise];
    const statistics = {
      opcode: NORM_STATISTICS,
      args: [
        ...total(images),
        ...[gamma, beta, mean, variance, floatBits(operation.momentum), epsilon, forwardFactors],
      ],
    };
    return [sumUp(input, input, []), batchStep([rangeJob(1, 1, statistics)]), normalise];
  };

  const backward = (images: number): Step[] => {
    if (!outputGradient) return [];
    const coefficients = {
      opcode: NORM_GRADIENT,
      args: [
        ...[...total(images), forwardFactors],
        operation.gamma ? context.gradients(operation.gamma) : 0,
        operation.beta ? context.gradients(operation.beta) : 0,
        backwardFactors,
      ],
    };
    const steps: Step[] = [
      sumUp(input, outputGradient, activationGradient(activation, output, outputGradient)),
      batchStep([rangeJob(1, 1, coefficients)]),
    ];
    if (inputGradient) {
      steps.push(
        imageStep({
          opcode: AFFINE_PAIR,
          args: [
            ...[outputGradient.at, outputGradient.pitch, input.at, input.pitch],
            ...[inputGradient.at, inputGradient.pitch, ...shape, backwardFactors],
          ],
        }),
      );
    }
    return steps;
  };

  const inference = {
    opcode: NORM_INFERENCE,
    args: [channels, gamma, beta, mean, variance, epsilon, forwardFactors],
  };
  return {
    prepare: [],
    prepareInference: [[rangeJob(1, 1, inference)]],
    forward,
    backward,
    reduce: () => [],
  };
}
