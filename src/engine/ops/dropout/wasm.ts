/** Dropout on the WASM device. */

import { dropoutThreshold, STREAM_DROPOUT } from "../../../math/philox";
import { type SampleShape, sizeOf } from "../../graph";
import { Residual } from "../../residual";
import type { Buffer } from "../../wasm/buffers";
import { type Context, ends, imageStep, type WasmKind } from "../../wasm/lower/context";
import { copyImage, randomWords, rowFloats } from "../../wasm/lower/images";
import { type Counted, type Instruction, instruction } from "../../wasm/program";
import type { DropoutOperation } from ".";

/**
 * Bits of the numbers that are kept: the words are drawn once a step, at 3 ns a number, and on the way back a
 * byte is read for four numbers.
 */
const MASK = new Residual<Counted>();

/** Whether each number by itself becomes 0 or not. */
const isPlain = ({ byChannel, offset, dropped }: DropoutOperation): boolean =>
  !byChannel && offset === 0 && dropped === 0;

function maskOf({ arena, capacity }: Context, { height, width, channels }: SampleShape): Counted {
  const stride = Math.ceil((height * Math.ceil((width * channels) / 4)) / 64) * 64;
  return { base: arena.allocate(stride * capacity), stride, by: "image" };
}

function drop(
  context: Context,
  operation: DropoutOperation,
  from: Buffer,
  to: Buffer,
): Instruction {
  const { rate, number, byChannel, scale, offset, dropped, output, of } = operation;
  const { height: rows, width: pixels, channels } = output;
  const columns = rowFloats(to);
  const places = {
    from: from.at,
    fromPitch: from.pitch,
    to: to.at,
    toPitch: to.pitch,
    rows,
    scale,
  } as const;
  if (of && isPlain(of)) {
    const mask = MASK.of(context, of);
    return instruction("dropoutGradient", { ...places, columns, mask });
  }
  const drawn = byChannel ? channels : sizeOf(output);
  const shared = {
    ...places,
    settings: context.settings,
    stream: STREAM_DROPOUT + number,
    block: { base: 0, stride: Math.ceil(drawn / 4), by: "image" },
    threshold: dropoutThreshold(rate),
    words: randomWords(context, byChannel ? channels : columns),
  } as const;
  if (byChannel) return instruction("spatialDropout", { ...shared, pixels, channels });
  if (isPlain(operation)) {
    const mask = MASK.keep(context, operation, maskOf(context, output));
    return instruction("dropout", { ...shared, columns, mask });
  }
  return instruction("alphaDropout", { ...shared, columns, offset, dropped });
}

export const dropout: WasmKind<DropoutOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const draw = drop(context, operation, from, to);
    return { run: (_, isTraining) => [imageStep(isTraining ? draw : copyImage(from, to))] };
  },
};
