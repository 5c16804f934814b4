/** What is random in training on the WASM device: flips, dropout, truncation. */

import {
  dropoutThreshold,
  STREAM_DROPOUT,
  STREAM_FLIPS,
  STREAM_TRUNCATION,
  truncationThresholds,
} from "../../../math/philox";
import { type DropoutOperation, type NestedDropoutOperation, sizeOf } from "../../plan";
import { type Buffer, oddLines } from "../buffers";
import { type Counted, type Instruction, instruction } from "../program";
import { type Context, imageStep, type LoweredOperation, type Surroundings } from "./context";
import { copyImage, rowFloats } from "./copy";

/** Place in the batch. */
const IMAGE: Counted = { base: 0, stride: 1, by: "image" };

/** Words that the dropout kernel may draw beyond a row: it draws whole blocks, four at a time. */
const SPARE_WORDS = 18;

/** Mirrors half of the batch's images, in place. */
export function flipImage(settings: number, image: Buffer): Instruction {
  const { height, width, channels } = image.shape;
  return instruction("flipImage", {
    settings,
    stream: STREAM_FLIPS,
    image: IMAGE,
    x: image.at,
    pitch: image.pitch,
    height,
    width,
    channels,
  });
}

/** The backward pass draws the mask again: that is cheaper than to keep it. */
export function lowerDropout(
  context: Context,
  operation: DropoutOperation,
  around: Surroundings,
): LoweredOperation {
  const { arena, settings, threads } = context;
  const { input, output, inputGradient, outputGradient } = around;
  const { rate, number } = operation;
  const columns = rowFloats(output);
  const stride = oddLines((columns + SPARE_WORDS) * 4);
  const words: Counted = { base: arena.allocate(stride * threads), stride, by: "thread" };
  const block: Counted = { base: 0, stride: Math.ceil(sizeOf(output.shape) / 4), by: "image" };
  const drop = (from: Buffer, to: Buffer): Instruction =>
    instruction("dropout", {
      settings,
      stream: STREAM_DROPOUT + number,
      block,
      threshold: dropoutThreshold(rate),
      scale: 1 / (1 - rate),
      from: from.at,
      fromPitch: from.pitch,
      to: to.at,
      toPitch: to.pitch,
      rows: to.shape.height,
      columns,
      words,
    });
  return {
    prepare: [],
    forward: (_, isTraining) => [
      imageStep(isTraining ? drop(input, output) : copyImage(input, output)),
    ],
    backward: () =>
      inputGradient && outputGradient ? [imageStep(drop(outputGradient, inputGradient))] : [],
    reduce: () => [],
  };
}

export function lowerNestedDropout(
  context: Context,
  { evenTo }: NestedDropoutOperation,
  around: Surroundings,
): LoweredOperation {
  const { arena, settings } = context;
  const { input, output, inputGradient, outputGradient } = around;
  const size = sizeOf(output.shape);
  const thresholds = arena.words(truncationThresholds(size, evenTo));
  const truncate = (from: Buffer, to: Buffer, isDrawn: boolean): Instruction =>
    instruction("truncate", {
      settings,
      stream: STREAM_TRUNCATION,
      image: IMAGE,
      thresholds: isDrawn ? thresholds : null,
      from: from.at,
      to: to.at,
      size,
    });
  return {
    prepare: [],
    forward: (_, isTraining) => [imageStep(truncate(input, output, isTraining))],
    backward: () =>
      inputGradient && outputGradient
        ? [imageStep(truncate(outputGradient, inputGradient, true))]
        : [],
    reduce: () => [],
  };
}
