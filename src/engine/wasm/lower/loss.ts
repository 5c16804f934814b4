/** The loss of one image on the WASM device, and its gradient. */

import { type LossTerm, SSIM_OF_TERM } from "../../../config/loss";
import type { LossOperation } from "../../differentiate";
import { type SampleShape, sizeOf } from "../../graph";
import type { Arena } from "../arena";
import { allocateBuffer, type Buffer, oddLines } from "../buffers";
import { type Counted, type Instruction, instruction } from "../program";
import { packImage } from "./images";
import { lowerSsim, ssimScratchBytes } from "./ssim";
import type { Rows, Term, TermBuffers } from "./term";

export interface LossBuffers {
  /** Logits where cross-entropy is among the terms, else the net's output. */
  readonly output: Buffer;
  readonly target: Buffer;
  /** Of the output. Null without training: then the net's outputs are stored instead. */
  readonly gradient: Buffer | null;
  /** Where the net's outputs (behind the sigmoid) go, closely packed, when there is no gradient. */
  readonly outputs: Counted;
  /** A double: the image's loss, summed over its numbers. */
  readonly loss: Counted;
}

/** Instructions for one image of a batch of `images`. */
export type LossInstructions = (around: LossBuffers, images: number) => Instruction[];

/** A loss, with the scratch memory that its terms need. */
export function lowerLoss(
  arena: Arena,
  threads: number,
  { terms, input: shape }: LossOperation,
): LossInstructions {
  const crossEntropy = terms.find(([term]) => term === "binaryCrossentropy");
  const ofValues = lowerValueTerms(
    arena,
    threads,
    terms.filter(([term]) => term !== "binaryCrossentropy"),
    shape,
  );
  return crossEntropy
    ? withLogits(arena, threads, crossEntropy[1], ofValues, shape)
    : withoutLogits(ofValues);
}

/** The terms that compare outputs, not logits. */
function lowerValueTerms(
  arena: Arena,
  threads: number,
  terms: readonly (readonly [LossTerm, number])[],
  shape: SampleShape,
): Term[] {
  const bytes = terms.map(([term]) => {
    const ssim = SSIM_OF_TERM[term];
    return ssim ? ssimScratchBytes(shape, ssim.taps.length) : 0;
  });
  const stride = oddLines(Math.max(0, ...bytes));
  const scratch: Counted = { base: arena.allocate(stride * threads), stride, by: "thread" };
  return terms.map(([term, weight]) => {
    const ssim = SSIM_OF_TERM[term];
    if (ssim) return lowerSsim(arena, ssim, shape, weight, scratch);
    return lowerError(term === "meanAbsoluteError", shape, weight);
  });
}

/** The instruction of a loss of any tensor, for one image: it adds to the image's loss. */
export type ActivityInstructions = (
  values: Buffer,
  gradient: Buffer | null,
  loss: Counted,
  images: number,
) => Instruction;

/**
 * A loss that compares a tensor with 0.
 *
 * @param output shape of the model's output, over whose numbers the sum of an image's losses is taken
 */
export function lowerActivity(
  arena: Arena,
  { terms, input: shape }: LossOperation,
  output: SampleShape,
): ActivityInstructions {
  const [term, weight] = terms[0]!;
  // One row for all rows.
  const target = { at: arena.allocate(rowsOf(shape).columns * 4), pitch: 0 };
  const share = sizeOf(output) / sizeOf(shape);
  const error = lowerError(term === "meanAbsoluteError", shape, weight, share);
  return (values, gradient, loss, images) =>
    error({ values, target, gradient, gradientAdds: false, loss, lossAdds: true }, images);
}

/** Squared or absolute error; an image's loss is its sum times `share`. */
function lowerError(absolute: boolean, shape: SampleShape, weight: number, share = 1): Term {
  return ({ values, target, gradient, gradientAdds, loss, lossAdds }, images) =>
    instruction("errorLoss", {
      absolute,
      y: values.at,
      yPitch: values.pitch,
      target: target.at,
      targetPitch: target.pitch,
      dy: gradient?.at ?? null,
      dyPitch: gradient?.pitch ?? 0,
      ...rowsOf(shape),
      scale: weight / (images * sizeOf(shape)),
      weight: weight * share,
      sum: loss,
      dyAdds: gradientAdds,
      sumAdds: lossAdds,
    });
}

/** Instructions of terms that share their surroundings: the first overwrites, the others add. */
function inTurn(
  terms: readonly Term[],
  around: Omit<TermBuffers, "gradientAdds" | "lossAdds">,
  images: number,
  hasLoss: boolean,
): Instruction[] {
  return terms.map((term, index) =>
    term({ ...around, gradientAdds: index > 0, lossAdds: hasLoss || index > 0 }, images),
  );
}

function withoutLogits(terms: readonly Term[]): LossInstructions {
  return ({ output, target, gradient, outputs, loss }, images) => [
    ...(gradient ? [] : [packImage(output, outputs)]),
    ...inTurn(terms, { values: output, target, gradient, loss }, images, false),
  ];
}

/** Cross-entropy, and terms that see the logits' sigmoid. */
function withLogits(
  arena: Arena,
  threads: number,
  weight: number,
  terms: readonly Term[],
  shape: SampleShape,
): LossInstructions {
  const rowsAndColumns = rowsOf(shape);
  const pitch = rowsAndColumns.columns * 4;
  const room = () => allocateBuffer(arena, shape, threads);
  const between = terms.length > 0 ? { values: room(), gradient: room() } : null;
  return ({ output, target, gradient, outputs, loss }, images) => {
    const values: Rows | null = gradient ? (between?.values ?? null) : { at: outputs, pitch };
    const crossEntropy = instruction("bceLoss", {
      z: output.at,
      zPitch: output.pitch,
      target: target.at,
      targetPitch: target.pitch,
      dz: gradient?.at ?? null,
      dzPitch: gradient?.pitch ?? 0,
      output: values?.at ?? null,
      ...rowsAndColumns,
      scale: weight / (images * sizeOf(shape)),
      weight,
      sum: loss,
    });
    if (!values || !between) return [crossEntropy];
    const around = { values, target, gradient: gradient && between.gradient, loss };
    const chain =
      gradient &&
      instruction("logitGradient", {
        dp: between.gradient.at,
        p: values.at,
        pitch,
        dz: gradient.at,
        dzPitch: gradient.pitch,
        ...rowsAndColumns,
      });
    return [crossEntropy, ...inTurn(terms, around, images, true), ...(chain ? [chain] : [])];
  };
}

/** Rows of one image, and floats in each. */
function rowsOf({ height, width, channels }: SampleShape) {
  return { rows: height, columns: width * channels };
}
