/**
 * Max pooling on the WASM device: beside each maximum, its place is kept.
 *
 * Square windows that lie side by side, as nearly all do, have kernels of their own: a place within
 * the window is a byte there, and no pixel's gradient is a sum.
 */

import { sizeOf } from "../../graph";
import { Residual } from "../../residual";
import type { Buffer } from "../../wasm/buffers";
import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { windowArguments } from "../../wasm/lower/pooling";
import { type Counted, type Instruction, instruction, plus } from "../../wasm/program";
import type { MaxPoolGradient, MaxPoolOperation } from ".";

/** Where each maximum was: a byte for it where windows are tiles, a word elsewhere. */
const ARGMAX = new Residual<Counted>();

/** The side of square windows side by side in the image, of at most 15² pixels; null for others. */
function tileOf({ size, strides, padding, input, output }: MaxPoolOperation): number | null {
  const [side] = size;
  const isSquare = [...size, ...strides].every((length) => length === side);
  const isInside =
    padding[0] + padding[1] === 0 &&
    output.height * side <= input.height &&
    output.width * side <= input.width;
  return isSquare && isInside && side <= 15 ? side : null;
}

/** Sets one image to zero, halo left alone. */
function clear(buffer: Buffer): Instruction[] {
  const bytes = buffer.shape.width * buffer.pixel;
  return Array.from({ length: buffer.shape.height }, (_, row) =>
    instruction("fillZero", { to: plus(buffer.at, row * buffer.pitch), bytes }),
  );
}

export const maxPool: WasmKind<MaxPoolOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const { input, output, activation } = operation;
    const tile = tileOf(operation);
    const bytes = sizeOf(output) * (tile === null ? 4 : 1);
    const stride = Math.ceil(bytes / 64) * 64;
    const base = context.arena.allocate(stride * context.capacity);
    const around = {
      x: from.at,
      xPitch: from.pitch,
      y: to.at,
      yPitch: to.pitch,
      argmax: ARGMAX.keep(context, operation, { base, stride, by: "image" }),
      relu: activation === "relu",
    };
    return imageWise(
      tile === null
        ? instruction("maxPoolWindows", { ...around, ...windowArguments(operation, input, output) })
        : instruction("maxPool", { ...around, ...output, size: tile }),
    );
  },
};

export const maxPoolGradient: WasmKind<MaxPoolGradient> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const { input: pooled, output: image, of } = operation;
    const { height, width } = pooled;
    const tile = tileOf(of);
    const places = {
      dy: from.at,
      dyPitch: from.pitch,
      argmax: ARGMAX.of(context, of),
      dx: to.at,
      dxPitch: to.pitch,
    };
    if (tile === null) {
      return imageWise(
        ...clear(to),
        instruction("maxPoolWindowsGradient", { ...places, ...pooled }),
      );
    }
    // Tiles cover all of the image but the rest of a division; only then is there more to clear.
    const isCovered = height * tile === image.height && width * tile === image.width;
    return imageWise(
      ...(isCovered ? [] : clear(to)),
      instruction("maxPoolGradient", { ...places, ...pooled, size: tile }),
    );
  },
};
