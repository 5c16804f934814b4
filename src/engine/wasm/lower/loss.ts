/** The loss of one image on the WASM device, and its gradient. */

import { type LossTerm, type LossWeights, SSIM_OF_TERM, termsOf } from "../../../config/loss";
import { type SampleShape, sizeOf } from "../../plan";
import type { Arena } from "../arena";
import {
  BCE_LOSS,
  BY_THREAD,
  COPY_ROWS,
  LOGIT_GRADIENT,
  MAE_LOSS,
  MSE_LOSS,
} from "../assembly/opcodes";
import { allocateBuffer, type Buffer, NO_HALO, oddLines } from "../buffers";
import { type Counted, floatBits, type Instruction } from "../program";
import { lowerSsim, ssimScratchBytes } from "./ssim";
import type { Place, Term, TermSurroundings } from "./term";

export interface LossSurroundings {
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
export type LossInstructions = (around: LossSurroundings, images: number) => Instruction[];

/**
 * The loss of outputs of that shape, with the scratch memory that its terms need.
 *
 * @throws RangeError where loss and shape do not fit, as of termsOf
 */
export function lowerLoss(
  arena: Arena,
  threads: number,
  weights: LossWeights,
  shape: SampleShape,
): LossInstructions {
  const terms = termsOf(weights, shape);
  const { binaryCrossentropy } = weights;
  const ofValues = lowerValueTerms(
    arena,
    threads,
    terms.filter(([term]) => term !== "binaryCrossentropy"),
    shape,
  );
  return binaryCrossentropy === undefined
    ? withoutLogits(ofValues, shape)
    : withLogits(arena, threads, binaryCrossentropy, ofValues, shape);
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
  const scratch = { base: arena.allocate(stride * threads), stride, by: BY_THREAD };
  return terms.map(([term, weight]) => {
    const ssim = SSIM_OF_TERM[term];
    if (ssim) return lowerSsim(arena, ssim, shape, weight, scratch);
    return lowerError(term === "meanAbsoluteError" ? MAE_LOSS : MSE_LOSS, shape, weight);
  });
}

/** Squared or absolute error. */
function lowerError(opcode: number, shape: SampleShape, weight: number): Term {
  return ({ values, target, gradient, gradientAdds, loss, lossAdds }, images) => ({
    opcode,
    args: [
      ...[values.at, values.pitch, target.at, target.pitch],
      ...[gradient?.at ?? 0, gradient?.pitch ?? 0, ...rowsOf(shape)],
      ...[floatBits(weight / (images * sizeOf(shape))), floatBits(weight), loss],
      ...[gradientAdds ? 1 : 0, lossAdds ? 1 : 0],
    ],
  });
}

/** Instructions of terms that share their surroundings: the first overwrites, the others add. */
function inTurn(
  terms: readonly Term[],
  around: Omit<TermSurroundings, "gradientAdds" | "lossAdds">,
  images: number,
  hasLoss: boolean,
): Instruction[] {
  return terms.map((term, index) =>
    term({ ...around, gradientAdds: index > 0, lossAdds: hasLoss || index > 0 }, images),
  );
}

function withoutLogits(terms: readonly Term[], shape: SampleShape): LossInstructions {
  const [rows, columns] = rowsOf(shape);
  return ({ output, target, gradient, outputs, loss }, images) => {
    const store = {
      opcode: COPY_ROWS,
      args: [output.at, output.pitch, outputs, columns * 4, rows, columns * 4],
    };
    return [
      ...(gradient ? [] : [store]),
      ...inTurn(terms, { values: output, target, gradient, loss }, images, false),
    ];
  };
}

/** Cross-entropy, and terms that see the logits' sigmoid. */
function withLogits(
  arena: Arena,
  threads: number,
  weight: number,
  terms: readonly Term[],
  shape: SampleShape,
): LossInstructions {
  const [rows, columns] = rowsOf(shape);
  const pitch = columns * 4;
  const room = () => allocateBuffer(arena, shape, NO_HALO, false, threads);
  const between = terms.length > 0 ? { values: room(), gradient: room() } : null;
  return ({ output, target, gradient, outputs, loss }, images) => {
    const values: Place | null = gradient ? (between?.values ?? null) : { at: outputs, pitch };
    const crossEntropy = {
      opcode: BCE_LOSS,
      args: [
        ...[output.at, output.pitch, target.at, target.pitch],
        ...[gradient?.at ?? 0, gradient?.pitch ?? 0, values?.at ?? 0, rows, columns],
        ...[floatBits(weight / (images * sizeOf(shape))), floatBits(weight), loss],
      ],
    };
    if (!values || !between) return [crossEntropy];
    const around = { values, target, gradient: gradient && between.gradient, loss };
    const chain = gradient && {
      opcode: LOGIT_GRADIENT,
      args: [
        ...[between.gradient.at, values.at, pitch, gradient.at, gradient.pitch],
        ...[rows, columns],
      ],
    };
    return [crossEntropy, ...inTurn(terms, around, images, true), ...(chain ? [chain] : [])];
  };
}

/** Rows of one image, and floats in each. */
function rowsOf({ height, width, channels }: SampleShape): [number, number] {
  return [height, width * channels];
}
