/** Dropout on the WASM device. */

import { dropoutThreshold, STREAM_DROPOUT } from "../../../math/philox";
import { sizeOf } from "../../graph";
import type { Buffer } from "../../wasm/buffers";
import { type Context, ends, imageStep, type WasmKind } from "../../wasm/lower/context";
import { copyImage, randomWords, rowFloats } from "../../wasm/lower/images";
import { type Instruction, instruction } from "../../wasm/program";
import type { DropoutOperation } from ".";

function drop(
  context: Context,
  operation: DropoutOperation,
  from: Buffer,
  to: Buffer,
): Instruction {
  const { rate, number, byChannel, scale, offset, dropped, output } = operation;
  const { height: rows, width: pixels, channels } = output;
  const columns = rowFloats(to);
  const drawn = byChannel ? channels : sizeOf(output);
  const shared = {
    settings: context.settings,
    stream: STREAM_DROPOUT + number,
    block: { base: 0, stride: Math.ceil(drawn / 4), by: "image" },
    threshold: dropoutThreshold(rate),
    scale,
    from: from.at,
    fromPitch: from.pitch,
    to: to.at,
    toPitch: to.pitch,
    rows,
    words: randomWords(context, byChannel ? channels : columns),
  } as const;
  if (byChannel) return instruction("spatialDropout", { ...shared, pixels, channels });
  if (offset === 0 && dropped === 0) return instruction("dropout", { ...shared, columns });
  return instruction("alphaDropout", { ...shared, columns, offset, dropped });
}

export const dropout: WasmKind<DropoutOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const draw = drop(context, operation, from, to);
    return { run: (_, isTraining) => [imageStep(isTraining ? draw : copyImage(from, to))] };
  },
};
