/** One image copied, from and to what lies closely packed too, and one mirrored. */

import { STREAM_FLIPS } from "../../../math/philox";
import { type Buffer, oddLines } from "../buffers";
import { type Argument, type Counted, type Instruction, instruction } from "../program";
import type { Context } from "./context";

/** Floats in one row of pixels. */
export function rowFloats(buffer: Buffer): number {
  return buffer.shape.width * buffer.shape.channels;
}

/** From a buffer to another of the same shape. */
export function copyImage(from: Buffer, to: Buffer): Instruction {
  return instruction("copyRows", {
    from: from.at,
    fromPitch: from.pitch,
    to: to.at,
    toPitch: to.pitch,
    rows: from.shape.height,
    bytes: rowFloats(from) * 4,
  });
}

/** Copies a part's channels between a buffer of its own and one that holds all parts. */
export function copyChannels(
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

/** From closely packed floats, or bytes that stand for 0 to 1. */
export function loadImage(from: Argument, isBytes: boolean, to: Buffer): Instruction {
  const rows = to.shape.height;
  const columns = rowFloats(to);
  const target = { to: to.at, toPitch: to.pitch, rows };
  return isBytes
    ? instruction("loadBytes", { from, fromPitch: columns, ...target, columns })
    : instruction("copyRows", { from, fromPitch: columns * 4, ...target, bytes: columns * 4 });
}

/** To closely packed floats. */
export function packImage(from: Buffer, to: Argument): Instruction {
  const bytes = rowFloats(from) * 4;
  const source = { from: from.at, fromPitch: from.pitch, rows: from.shape.height };
  return instruction("copyRows", { ...source, to, toPitch: bytes, bytes });
}

/** Mirrors half of the batch's images, in place. */
export function flipImage(settings: number, image: Buffer): Instruction {
  const { height, width, channels } = image.shape;
  return instruction("flipImage", {
    settings,
    stream: STREAM_FLIPS,
    image: { base: 0, stride: 1, by: "image" },
    x: image.at,
    pitch: image.pitch,
    height,
    width,
    channels,
  });
}

/** Words that a kernel may draw beyond those that it wants: it draws whole blocks, four at a time. */
const SPARE_WORDS = 18;

/** Room, by thread, for so many random words of a row. */
export function randomWords({ arena, threads }: Context, count: number): Counted {
  const stride = oddLines((count + SPARE_WORDS) * 4);
  return { base: arena.allocate(stride * threads), stride, by: "thread" };
}
