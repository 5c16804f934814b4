/** Pooling, enlarging, reshaping and depth to space on the WASM device. */

import {
  type DepthToSpaceOperation,
  type MaxPoolOperation,
  type RescaleOperation,
  sizeOf,
  type UpsampleOperation,
} from "../../plan";
import { allocateBuffer, type Buffer, NO_HALO, reshapeBuffer } from "../buffers";
import { type Counted, type Instruction, instruction, plus } from "../program";
import { type Context, imageStep, type LoweredOperation, type Surroundings } from "./context";
import { copyImage, rowFloats } from "./copy";

/** Sets one image to zero, halo left alone. */
function clear(buffer: Buffer): Instruction[] {
  const bytes = buffer.shape.width * buffer.pixel;
  return Array.from({ length: buffer.shape.height }, (_, row) =>
    instruction("fillZero", { to: plus(buffer.at, row * buffer.pitch), bytes }),
  );
}

export function lowerMaxPool(
  context: Context,
  operation: MaxPoolOperation,
  around: Surroundings,
): LoweredOperation {
  const { input, output, inputGradient, outputGradient } = around;
  const { height, width, channels } = output.shape;
  const stride = Math.ceil(sizeOf(output.shape) / 64) * 64;
  const argmax: Counted = {
    base: context.arena.allocate(stride * context.capacity),
    stride,
    by: "image",
  };
  const relu = operation.activation === "relu";
  const shape = { height, width, channels, size: operation.size, relu };
  // Windows cover all of the input but the rest of a division; only then is there more to clear.
  const covered =
    height * operation.size === input.shape.height && width * operation.size === input.shape.width;
  return {
    prepare: [],
    forward: () => [
      imageStep(
        instruction("maxPool", {
          x: input.at,
          xPitch: input.pitch,
          y: output.at,
          yPitch: output.pitch,
          argmax,
          ...shape,
        }),
      ),
    ],
    backward: () =>
      inputGradient && outputGradient
        ? [
            imageStep(
              ...(covered ? [] : clear(inputGradient)),
              instruction("maxPoolGradient", {
                dy: outputGradient.at,
                dyPitch: outputGradient.pitch,
                y: output.at,
                yPitch: output.pitch,
                argmax,
                dx: inputGradient.at,
                dxPitch: inputGradient.pitch,
                ...shape,
              }),
            ),
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
  const shape = { height, width, channels, factor: operation.factor };
  return {
    prepare: [],
    forward: () => [
      imageStep(
        instruction("upsample", {
          from: input.at,
          fromPitch: input.pitch,
          to: output.at,
          toPitch: output.pitch,
          ...shape,
        }),
      ),
    ],
    backward: () =>
      inputGradient && outputGradient
        ? [
            imageStep(
              instruction("upsampleGradient", {
                dy: outputGradient.at,
                dyPitch: outputGradient.pitch,
                dx: inputGradient.at,
                dxPitch: inputGradient.pitch,
                ...shape,
              }),
            ),
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
  const move = (deep: Buffer, wide: Buffer, backward: boolean): Instruction =>
    instruction("depthToSpace", {
      deep: deep.at,
      deepPitch: deep.pitch,
      wide: wide.at,
      widePitch: wide.pitch,
      height: deep.shape.height,
      width: deep.shape.width,
      block,
      run: block * wide.shape.channels,
      backward,
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
    imageStep(
      instruction("scaleRows", {
        from: from.at,
        fromPitch: from.pitch,
        to: to.at,
        toPitch: to.pitch,
        rows: to.shape.height,
        columns: rowFloats(to),
        scale,
        offset: add,
      }),
    );
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
