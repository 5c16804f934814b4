/** Max pooling on the WASM device: beside each maximum, its place within its window is kept. */

import { sizeOf } from "../../graph";
import { Residual } from "../../residual";
import type { Buffer } from "../../wasm/buffers";
import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { type Counted, type Instruction, instruction, plus } from "../../wasm/program";
import type { MaxPoolGradient, MaxPoolOperation } from ".";

/** A byte for each maximum. */
const ARGMAX = new Residual<Counted>();

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
    const { size, output, activation } = operation;
    const stride = Math.ceil(sizeOf(output) / 64) * 64;
    const base = context.arena.allocate(stride * context.capacity);
    return imageWise(
      instruction("maxPool", {
        x: from.at,
        xPitch: from.pitch,
        y: to.at,
        yPitch: to.pitch,
        argmax: ARGMAX.keep(context, operation, { base, stride, by: "image" }),
        ...output,
        size,
        relu: activation === "relu",
      }),
    );
  },
};

export const maxPoolGradient: WasmKind<MaxPoolGradient> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const { size } = operation.of;
    const { height, width } = operation.input;
    // Windows cover all of the image but the rest of a division; only then is there more to clear.
    const isCovered = height * size === to.shape.height && width * size === to.shape.width;
    return imageWise(
      ...(isCovered ? [] : clear(to)),
      instruction("maxPoolGradient", {
        dy: from.at,
        dyPitch: from.pitch,
        argmax: ARGMAX.of(context, operation.of),
        dx: to.at,
        dxPitch: to.pitch,
        ...operation.input,
        size,
      }),
    );
  },
};
