/** Dropout on the WASM device. */

import { dropoutThreshold, STREAM_DROPOUT } from "../../../math/philox";
import { sizeOf } from "../../graph";
import { oddLines } from "../../wasm/buffers";
import { ends, imageStep, type WasmKind } from "../../wasm/lower/context";
import { copyImage, rowFloats } from "../../wasm/lower/images";
import { instruction } from "../../wasm/program";
import type { DropoutOperation } from ".";

/** Words that the kernel may draw beyond a row: it draws whole blocks, four at a time. */
const SPARE_WORDS = 18;

export const dropout: WasmKind<DropoutOperation> = {
  lower(context, operation) {
    const { arena, settings, threads } = context;
    const { from, to } = ends(context, operation);
    const { rate, number, output } = operation;
    const columns = rowFloats(to);
    const stride = oddLines((columns + SPARE_WORDS) * 4);
    const drop = instruction("dropout", {
      settings,
      stream: STREAM_DROPOUT + number,
      block: { base: 0, stride: Math.ceil(sizeOf(output) / 4), by: "image" },
      threshold: dropoutThreshold(rate),
      scale: 1 / (1 - rate),
      from: from.at,
      fromPitch: from.pitch,
      to: to.at,
      toPitch: to.pitch,
      rows: to.shape.height,
      columns,
      words: { base: arena.allocate(stride * threads), stride, by: "thread" },
    });
    return { run: (_, isTraining) => [imageStep(isTraining ? drop : copyImage(from, to))] };
  },
};
