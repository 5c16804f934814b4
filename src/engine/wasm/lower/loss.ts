/** The losses of one image on the WASM device, and their gradients. */

import { type LossTerm, ssimOfTerm } from "../../../config/loss";
import type { DivergenceOperation, LossOperation } from "../../differentiate";
import { type SampleShape, sizeOf } from "../../graph";
import type { Arena } from "../arena";
import { allocateBuffer, type Buffer, oddLines } from "../buffers";
import { ERRORS } from "../instructions";
import { type Argument, type Counted, type Instruction, instruction } from "../program";
import { packImage } from "./images";
import { lowerSsim, ssimScratchBytes } from "./ssim";
import type { Rows, Term, TermBuffers } from "./term";

export interface LossBuffers {
  /** Logits where cross-entropy is among the terms, else what the loss looks at. */
  readonly values: Buffer;
  /** Null for 0. */
  readonly target: Buffer | null;
  /** Of the values. Null without training: then the net's outputs are stored instead. */
  readonly gradient: Buffer | null;
  /** Where an end's outputs (behind the sigmoid) go, closely packed, when there is no gradient. */
  readonly outputs: Argument;
  /** A double: the image's loss, summed over its numbers. */
  readonly loss: Counted;
  /** Added to the losses that there are, or put in their place. */
  readonly lossAdds: boolean;
}

/** Instructions for one image of a batch of `images`. */
export type LossInstructions = (around: LossBuffers, images: number) => Instruction[];

/** A loss, with the scratch memory that its terms need. */
export function lowerLoss(
  arena: Arena,
  threads: number,
  settings: number,
  loss: LossOperation | DivergenceOperation,
): LossInstructions {
  if (loss.kind === "divergence") return lowerDivergence(settings, loss);
  const { terms, input: shape, share, end } = loss;
  const [first] = terms;
  if (first?.[0] === "categoricalCrossentropy") {
    const categorical = lowerCategorical(shape, first[1], share);
    return ({ values, target, gradient, loss, lossAdds }, images) => {
      if (!target) throw new Error("Cross-entropy has targets.");
      const around = { values, target, gradient, gradientAdds: false, loss, lossAdds };
      return [categorical(around, images)];
    };
  }
  const crossEntropy = terms.find(([term]) => term === "binaryCrossentropy");
  const others = terms.filter(([term]) => term !== "binaryCrossentropy");
  const ofValues = lowerValueTerms(arena, threads, others, shape, share);
  if (crossEntropy) return withLogits(arena, threads, crossEntropy[1], ofValues, shape, share);
  // One row of zeros for all rows.
  const zeros = { at: arena.allocate(rowsOf(shape).columns * 4), pitch: 0 };
  return ({ values, target, gradient, outputs, loss, lossAdds }, images) => [
    ...(gradient || !end ? [] : [packImage(values, outputs)]),
    ...inTurn(ofValues, { values, target: target ?? zeros, gradient, loss }, images, lossAdds),
  ];
}

/** The terms that compare outputs, not logits. */
function lowerValueTerms(
  arena: Arena,
  threads: number,
  terms: readonly (readonly [LossTerm, number])[],
  shape: SampleShape,
  share: number,
): Term[] {
  const bytes = terms.map(([term]) => {
    const ssim = ssimOfTerm(term, shape);
    return ssim ? ssimScratchBytes(shape, ssim.taps.length) : 0;
  });
  const stride = oddLines(Math.max(0, ...bytes));
  const scratch: Counted = { base: arena.allocate(stride * threads), stride, by: "thread" };
  return terms.map(([term, weight]) => {
    const ssim = ssimOfTerm(term, shape);
    if (ssim) return lowerSsim(arena, ssim, shape, weight, scratch, share);
    if (term === "cosineSimilarity") return lowerCosine(shape, weight, share);
    return lowerError(errorOf(term), shape, weight, share);
  });
}

function errorOf(term: LossTerm): (typeof ERRORS)[number] {
  if (term === "meanAbsoluteError") return "absolute";
  return term === "huber" ? "huber" : "squared";
}

/** Where a term's values, targets and gradient lie, and to what it adds. */
function placesOf({ values, target, gradient, loss, lossAdds }: TermBuffers) {
  return {
    targetPitch: target.pitch,
    target: target.at,
    values: values.at,
    valuesPitch: values.pitch,
    gradient: gradient?.at ?? null,
    gradientPitch: gradient?.pitch ?? 0,
    sum: loss,
    sumAdds: lossAdds,
  };
}

/** A function of each difference; an image's loss is their sum times `share`. */
function lowerError(
  kind: (typeof ERRORS)[number],
  shape: SampleShape,
  weight: number,
  share: number,
): Term {
  return (around, images) => {
    const { values, valuesPitch, gradient, gradientPitch, ...others } = placesOf(around);
    return instruction("errorLoss", {
      ...others,
      kind: ERRORS.indexOf(kind),
      y: values,
      yPitch: valuesPitch,
      dy: gradient,
      dyPitch: gradientPitch,
      ...rowsOf(shape),
      scale: weight / (images * sizeOf(shape)),
      weight: weight * share,
      dyAdds: around.gradientAdds,
    });
  };
}

/** One number of an image: it counts as all of its numbers. */
function lowerCosine(shape: SampleShape, weight: number, share: number): Term {
  return (around, images) => {
    const { values, valuesPitch, gradient, gradientPitch, ...others } = placesOf(around);
    return instruction("cosineLoss", {
      ...others,
      y: values,
      yPitch: valuesPitch,
      dy: gradient,
      dyPitch: gradientPitch,
      ...rowsOf(shape),
      scale: weight / images,
      weight: weight * share * sizeOf(shape),
      dyAdds: around.gradientAdds,
    });
  };
}

/** One number of a pixel, from its logits: it counts as all of its channels. */
function lowerCategorical(shape: SampleShape, weight: number, share: number): Term {
  const { height, width, channels } = shape;
  return (around, images) => {
    const { values, valuesPitch, gradient, gradientPitch, ...others } = placesOf(around);
    return instruction("softmaxLoss", {
      ...others,
      z: values,
      zPitch: valuesPitch,
      dz: gradient,
      dzPitch: gradientPitch,
      rows: height,
      pixels: width,
      channels,
      scale: weight / (images * height * width),
      weight: weight * share * channels,
    });
  };
}

/** Of an image's normal distributions; its weight grows in training alone. */
function lowerDivergence(settings: number, operation: DivergenceOperation): LossInstructions {
  const { input: shape, weight, share, free, warmUp } = operation;
  return ({ values, gradient, loss, lossAdds }, images) => [
    instruction("divergenceLoss", {
      settings,
      x: values.at,
      xPitch: values.pitch,
      dx: gradient?.at ?? null,
      dxPitch: gradient?.pitch ?? 0,
      rows: shape.height,
      pixels: shape.width,
      channels: shape.channels / 2,
      free,
      warmUp: gradient ? warmUp : 0,
      scale: weight / images,
      weight: weight * share,
      sum: loss,
      sumAdds: lossAdds,
    }),
  ];
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

/** Cross-entropy, and terms that see the logits' sigmoid. */
function withLogits(
  arena: Arena,
  threads: number,
  weight: number,
  terms: readonly Term[],
  shape: SampleShape,
  share: number,
): LossInstructions {
  const rowsAndColumns = rowsOf(shape);
  const pitch = rowsAndColumns.columns * 4;
  const room = () => allocateBuffer(arena, shape, threads);
  const between = terms.length > 0 ? { values: room(), gradient: room() } : null;
  return ({ values: logits, target, gradient, outputs, loss, lossAdds }, images) => {
    if (!target) throw new Error("Cross-entropy has targets.");
    const values: Rows | null = gradient ? (between?.values ?? null) : { at: outputs, pitch };
    const crossEntropy = instruction("bceLoss", {
      z: logits.at,
      zPitch: logits.pitch,
      target: target.at,
      targetPitch: target.pitch,
      dz: gradient?.at ?? null,
      dzPitch: gradient?.pitch ?? 0,
      output: values?.at ?? null,
      ...rowsAndColumns,
      scale: weight / (images * sizeOf(shape)),
      weight: weight * share,
      sum: loss,
      sumAdds: lossAdds,
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
