/** Channels side by side on the WASM device, and some of them alone. */

import type { Buffer } from "../../wasm/buffers";
import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { type Argument, type Instruction, instruction, plus } from "../../wasm/program";
import type { ConcatOperation, SliceOperation } from ".";

/** Copies a part's channels between a buffer of its own and one that holds all parts. */
function copyChannels(
  from: Buffer,
  fromAt: Argument,
  to: Buffer,
  toAt: Argument,
  part: Buffer,
): Instruction {
  const { height, width } = part.shape;
  return instruction("copyPixels", {
    from: fromAt,
    fromPitch: from.pitch,
    fromPixel: from.pixel,
    to: toAt,
    toPitch: to.pitch,
    toPixel: to.pixel,
    rows: height,
    pixels: width,
    bytes: part.pixel,
  });
}

export const concat: WasmKind<ConcatOperation> = {
  lower(context, { inputs, result }) {
    const to = context.buffer(result);
    let bytes = 0;
    const copies = inputs.map((tensor) => {
      const part = context.buffer(tensor);
      const at = plus(to.at, bytes);
      bytes += part.pixel;
      return copyChannels(part, part.at, to, at, part);
    });
    return imageWise(...copies);
  },
};

export const slice: WasmKind<SliceOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(copyChannels(from, plus(from.at, operation.from * 4), to, to.at, to));
  },
};
