/** Batch normalisation on the WASM device: sums by image, then coefficients, then images again. */

import type { BatchNormOperation } from "../../plan";
import type { Buffer } from "../buffers";
import { type Instruction, instruction, rangeJob } from "../program";
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
  const { epsilon, momentum } = operation;
  const parameters = {
    gamma: operation.gamma ? context.weights(operation.gamma) : null,
    beta: operation.beta ? context.weights(operation.beta) : null,
    mean: context.statistics(operation.mean),
    variance: context.statistics(operation.variance),
    epsilon,
  };
  /** Scale, shift, mean and 1 / deviation of each channel. */
  const forwardFactors = arena.allocate(4 * channels * 4);
  const backwardFactors = arena.allocate(3 * channels * 4);
  const shape = { rows: height, pixels: width, channels };

  /** Adds up one image: Σ b and Σ a·b. */
  const sumUp = (a: Buffer, b: Buffer, before: Instruction[]): ImageStep => ({
    kind: "images",
    prologue: [instruction("fillZero", { to: sums, bytes: NORM_SUM_FLOATS * channels * 4 })],
    instructions: [
      ...before,
      instruction("pairSums", {
        a: a.at,
        aPitch: a.pitch,
        b: b.at,
        bPitch: b.pitch,
        ...shape,
        to: sums,
      }),
    ],
  });
  const total = (images: number) => ({
    sums: sums.base,
    stride: sums.stride,
    groups: context.groups(images),
    channels,
    count: images * height * width,
  });

  const normalise = imageStep(
    instruction("affine", {
      x: input.at,
      xPitch: input.pitch,
      y: output.at,
      yPitch: output.pitch,
      ...shape,
      scale: forwardFactors,
      shift: forwardFactors + channels * 4,
    }),
    ...activate(activation, output),
  );

  const forward = (images: number, isTraining: boolean): Step[] => {
    if (!isTraining) return [normalise];
    const statistics = instruction("normStatistics", {
      ...total(images),
      ...parameters,
      momentum,
      to: forwardFactors,
    });
    return [sumUp(input, input, []), batchStep([rangeJob(1, 1, statistics)]), normalise];
  };

  const backward = (images: number): Step[] => {
    if (!outputGradient) return [];
    const coefficients = instruction("normGradient", {
      ...total(images),
      forward: forwardFactors,
      gammaGradient: operation.gamma ? context.gradients(operation.gamma) : null,
      betaGradient: operation.beta ? context.gradients(operation.beta) : null,
      to: backwardFactors,
    });
    const steps: Step[] = [
      sumUp(input, outputGradient, activationGradient(activation, output, outputGradient)),
      batchStep([rangeJob(1, 1, coefficients)]),
    ];
    if (inputGradient) {
      steps.push(
        imageStep(
          instruction("affinePair", {
            a: outputGradient.at,
            aPitch: outputGradient.pitch,
            b: input.at,
            bPitch: input.pitch,
            y: inputGradient.at,
            yPitch: inputGradient.pitch,
            ...shape,
            factors: backwardFactors,
          }),
        ),
      );
    }
    return steps;
  };

  const inference = instruction("normInference", { channels, ...parameters, to: forwardFactors });
  return {
    prepare: [],
    prepareInference: [[rangeJob(1, 1, inference)]],
    forward,
    backward,
    reduce: () => [],
  };
}
