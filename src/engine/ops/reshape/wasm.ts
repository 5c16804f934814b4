/** Other shapes on the WASM device: copies where a side has a halo; elsewhere both share one buffer. */

import { allocateBuffer, type Buffer, reshapeBuffer } from "../../wasm/buffers";
import { type Context, ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { copyImage } from "../../wasm/lower/images";
import type { Instruction } from "../../wasm/program";
import type { ReshapeOperation } from ".";

/** Is there nothing between its rows? */
function isPacked(buffer: Buffer): boolean {
  return buffer.pitch === buffer.shape.width * buffer.pixel;
}

/** Copies one image into another shape; rows that are not packed keep their own shape. */
function copyReshaped({ arena, threads }: Context, from: Buffer, to: Buffer): Instruction[] {
  if (from.at.base === to.at.base) return [];
  if (isPacked(from)) return [copyImage(reshapeBuffer(from, to.shape), to)];
  if (isPacked(to)) return [copyImage(from, reshapeBuffer(to, from.shape))];
  const packed = allocateBuffer(arena, from.shape, threads);
  return [copyImage(from, packed), copyImage(reshapeBuffer(packed, to.shape), to)];
}

export const reshape: WasmKind<ReshapeOperation> = {
  renames: true,
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(...copyReshaped(context, from, to));
  },
};
