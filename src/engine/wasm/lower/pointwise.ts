/** Pooling, enlarging, reshaping and depth to space on the WASM device. */

import {
  type DepthToSpaceOperation,
  type MaxPoolOperation,
  type RescaleOperation,
  sizeOf,
  type UpsampleOperation,
} from "../../plan";
import {
  BY_IMAGE,
  DEPTH_TO_SPACE,
  FILL_ZERO,
  MAX_POOL,
  MAX_POOL_GRADIENT,
  SCALE_ROWS,
  UPSAMPLE,
  UPSAMPLE_GRADIENT,
} from "../assembly/opcodes";
import { allocateBuffer, type Buffer, NO_HALO, reshapeBuffer } from "../buffers";
import { type Argument, type Counted, floatBits, type Instruction, plus } from "../program";
import { copyImage, rowFloats } from "./activation";
import { type Context, imageStep, type LoweredOperation, type Surroundings } from "./context";

/** Sets one image to zero, halo left alone. */
function clear(buffer: Buffer): Instruction[] {
  const bytes = buffer.shape.width * buffer.pixel;
  return Array.from({ length: buffer.shape.height }, (_, row) => ({
    opcode: FILL_ZERO,
    args: [plus(buffer.at, row * buffer.pitch), bytes],
  }));
}

export function lowerMaxPool(
  context: Context,
  operation: MaxPoolOperation,
  around: Surroundings,
): LoweredOperation {
  const { input, output, inputGradient, outputGradient } = around;
  const { height, width, channels } = output.shape;
  const stride = Math.ceil(sizeOf(output.shape) / 64) * 64;
  const place: Counted = {
    base: context.arena.allocate(stride * context.capacity),
    stride,
    by: BY_IMAGE,
  };
  const relu = operation.activation === "relu" ? 1 : 0;
  const shape: Argument[] = [height, width, channels, operation.size, relu];
  // Windows cover all of the input but the rest of a division; only then is there more to clear.
  const covered =
    height * operation.size === input.shape.height && width * operation.size === input.shape.width;
  return {
    prepare: [],
    forward: () => [
      imageStep({
        opcode: MAX_POOL,
        args: [input.at, input.pitch, output.at, output.pitch, place, ...shape],
      }),
    ],
    backward: () =>
      inputGradient && outputGradient
        ? [
            imageStep(...(covered ? [] : clear(inputGradient)), {
              opcode: MAX_POOL_GRADIENT,
              args: [
                ...[outputGradient.at, outputGradient.pitch, output.at, output.pitch, place],
                ...[inputGradient.at, inputGradient.pitch, ...shape],
              ],
            }),
          ]
        : [],
    reduce: () => [],
  };
}

export function lowerUpsample(
  operation: UpsampleOperation,
  around: Surroundings,
): LoweredOperation {
  const { input, output, inputGradient, outputGradient } = around;
  const { height, width, channels } = input.shape;
  const shape = [height, width, channels, operation.factor];
  return {
    prepare: [],
    forward: () => [
      imageStep({
        opcode: UPSAMPLE,
        args: [input.at, input.pitch, output.at, output.pitch, ...shape],
      }),
    ],
    backward: () =>
      inputGradient && outputGradient
        ? [
            imageStep({
              opcode: UPSAMPLE_GRADIENT,
              args: [
                ...[outputGradient.at, outputGradient.pitch],
                ...[inputGradient.at, inputGradient.pitch, ...shape],
              ],
            }),
          ]
        : [],
    reduce: () => [],
  };
}

export function lowerDepthToSpace(
  { block }: DepthToSpaceOperation,
  around: Surroundings,
): LoweredOperation {
  const { input, output, inputGradient, outputGradient } = around;
  const move = (deep: Buffer, wide: Buffer, isBackward: boolean): Instruction => ({
    opcode: DEPTH_TO_SPACE,
    args: [
      ...[deep.at, deep.pitch, wide.at, wide.pitch, deep.shape.height, deep.shape.width],
      ...[block, block * wide.shape.channels, isBackward ? 1 : 0],
    ],
  });
  return {
    prepare: [],
    forward: () => [imageStep(move(input, output, false))],
    backward: () =>
      inputGradient && outputGradient ? [imageStep(move(inputGradient, outputGradient, true))] : [],
    reduce: () => [],
  };
}

export function lowerRescale(
  { scale, offset }: RescaleOperation,
  around: Surroundings,
): LoweredOperation {
  const { input, output, inputGradient, outputGradient } = around;
  const rescale = (from: Buffer, to: Buffer, add: number) =>
    imageStep({
      opcode: SCALE_ROWS,
      args: [
        ...[from.at, from.pitch, to.at, to.pitch, to.shape.height, rowFloats(to)],
        ...[floatBits(scale), floatBits(add)],
      ],
    });
  return {
    prepare: [],
    forward: () => [rescale(input, output, offset)],
    backward: () =>
      inputGradient && outputGradient ? [rescale(outputGradient, inputGradient, 0)] : [],
    reduce: () => [],
  };
}

/** Is there nothing between its rows? */
function isPacked(buffer: Buffer): boolean {
  return buffer.pitch === buffer.shape.width * buffer.pixel;
}

/** Copies one image into another shape; rows that are not packed keep their own shape. */
function copyReshaped(context: Context, from: Buffer, to: Buffer): Instruction[] {
  if (from.at.base === to.at.base) return [];
  if (isPacked(from)) return [copyImage(reshapeBuffer(from, to.shape), to)];
  if (isPacked(to)) return [copyImage(from, reshapeBuffer(to, from.shape))];
  const { arena, threads } = context;
  const packed = allocateBuffer(arena, from.shape, NO_HALO, false, threads);
  return [copyImage(from, packed), copyImage(reshapeBuffer(packed, to.shape), to)];
}

/** Copies between shapes where a side needs a halo; elsewhere both share one buffer. */
export function lowerReshape(context: Context, around: Surroundings): LoweredOperation {
  const { input, output, inputGradient, outputGradient } = around;
  const forward = copyReshaped(context, input, output);
  const backward =
    inputGradient && outputGradient ? copyReshaped(context, outputGradient, inputGradient) : [];
  return {
    prepare: [],
    forward: () => [imageStep(...forward)],
    backward: () => [imageStep(...backward)],
    reduce: () => [],
  };
}
