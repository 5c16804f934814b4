/** Batch normalisation on the WASM device: sums by image, then coefficients, then images again. */

import { Residual } from "../../residual";
import type { Buffer } from "../../wasm/buffers";
import { activate } from "../../wasm/lower/activation";
import {
  batchStep,
  type Context,
  ends,
  type ImageStep,
  imageStep,
  type Step,
  type WasmKind,
} from "../../wasm/lower/context";
import { type Counted, instruction, rangeJob } from "../../wasm/program";
import type { BatchNormGradient, BatchNormOperation } from ".";

/** Two doubles for each channel. */
const SUM_FLOATS = 4;

interface Kept {
  /** Sums of both passes: the backward one comes when those of the forward one are used up. */
  readonly sums: Counted;
  /** Address of scale, shift, mean and 1 / deviation of each channel. */
  readonly factors: number;
}

const KEPT = new Residual<Kept>();

/** Adds up one image: Σ b and Σ a·b. */
function sumUp(a: Buffer, b: Buffer, { sums }: Kept): ImageStep {
  const { height: rows, width: pixels, channels } = a.shape;
  return {
    kind: "images",
    prologue: [instruction("fillZero", { to: sums, bytes: SUM_FLOATS * channels * 4 })],
    instructions: [
      instruction("pairSums", {
        a: a.at,
        aPitch: a.pitch,
        b: b.at,
        bPitch: b.pitch,
        rows,
        pixels,
        channels,
        to: sums,
      }),
    ],
  };
}

/** The sums of all groups of a batch of that many images. */
function total(context: Context, operation: BatchNormOperation, { sums }: Kept, images: number) {
  const { height, width, channels } = operation.output;
  return {
    sums: sums.base,
    stride: sums.stride,
    groups: context.groups(images),
    channels,
    count: images * height * width,
  };
}

export const batchNorm: WasmKind<BatchNormOperation> = {
  meets: "between",
  partialFloats: ({ output }) => SUM_FLOATS * output.channels,
  lower(context, operation) {
    const { gamma, beta, epsilon, momentum, output } = operation;
    const { from, to } = ends(context, operation);
    const { height: rows, width: pixels, channels } = output;
    const kept = KEPT.keep(context, operation, {
      sums: context.partials(SUM_FLOATS * channels),
      factors: context.arena.allocate(4 * channels * 4),
    });
    const { factors } = kept;
    const parameters = {
      gamma: gamma ? context.weights(gamma) : null,
      beta: beta ? context.weights(beta) : null,
      mean: context.weights(operation.mean),
      variance: context.weights(operation.variance),
      epsilon,
    };
    const normalise = imageStep(
      instruction("affine", {
        x: from.at,
        xPitch: from.pitch,
        y: to.at,
        yPitch: to.pitch,
        rows,
        pixels,
        channels,
        scale: factors,
        shift: factors + channels * 4,
      }),
      ...activate(operation.activation, to),
    );
    const inference = instruction("normInference", { channels, ...parameters, to: factors });
    const fixed = [[rangeJob(1, 1, inference)]];
    if (operation.isFrozen) return { prepare: fixed, run: () => [normalise] };
    return {
      prepareInference: fixed,
      run(images, isTraining) {
        if (!isTraining) return [normalise];
        const statistics = instruction("normStatistics", {
          ...total(context, operation, kept, images),
          ...parameters,
          momentum,
          to: factors,
        });
        return [sumUp(from, from, kept), batchStep([rangeJob(1, 1, statistics)]), normalise];
      },
    };
  },
};

export const batchNormGradient: WasmKind<BatchNormGradient> = {
  meets: "between",
  lower(context, { inputs, result, of }) {
    const kept = KEPT.of(context, of);
    const gradient = context.buffer(inputs[0]!);
    const input = context.buffer(inputs[1]!);
    const to = context.taken(result);
    const { height: rows, width: pixels, channels } = of.output;
    if (of.isFrozen) {
      if (!to) return { run: () => [] };
      // The scale alone: the factors begin with it.
      const shift = context.arena.allocate(channels * 4);
      const scale = instruction("affine", {
        x: gradient.at,
        xPitch: gradient.pitch,
        y: to.at,
        yPitch: to.pitch,
        rows,
        pixels,
        channels,
        scale: kept.factors,
        shift,
      });
      return { run: () => [imageStep(scale)] };
    }
    const factors = context.arena.allocate(3 * channels * 4);
    return {
      run(images) {
        const coefficients = instruction("normGradient", {
          ...total(context, of, kept, images),
          forward: kept.factors,
          gammaGradient: of.gamma ? context.gradients(of.gamma) : null,
          betaGradient: of.beta ? context.gradients(of.beta) : null,
          to: factors,
        });
        const steps: Step[] = [
          sumUp(input, gradient, kept),
          batchStep([rangeJob(1, 1, coefficients)]),
        ];
        if (!to) return steps;
        const combine = instruction("affinePair", {
          a: gradient.at,
          aPitch: gradient.pitch,
          b: input.at,
          bPitch: input.pitch,
          y: to.at,
          yPitch: to.pitch,
          rows,
          pixels,
          channels,
          factors,
        });
        return [...steps, imageStep(combine)];
      },
    };
  },
};
