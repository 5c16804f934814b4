/** Normal noise on the WASM device. */

import { STREAM_DROPOUT } from "../../../math/philox";
import { sizeOf } from "../../graph";
import { ends, imageStep, type WasmKind } from "../../wasm/lower/context";
import { copyImage, randomWords, rowFloats } from "../../wasm/lower/images";
import { instruction } from "../../wasm/program";
import type { NoiseOperation } from ".";

export const noise: WasmKind<NoiseOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const { deviation, multiplies, number, output } = operation;
    const columns = rowFloats(to);
    const draw = instruction("gaussianNoise", {
      settings: context.settings,
      stream: STREAM_DROPOUT + number,
      block: { base: 0, stride: Math.ceil(sizeOf(output) / 4), by: "image" },
      deviation,
      multiplies,
      from: from.at,
      fromPitch: from.pitch,
      to: to.at,
      toPitch: to.pitch,
      rows: output.height,
      columns,
      words: randomWords(context, columns),
    });
    return { run: (_, isTraining) => [imageStep(isTraining ? draw : copyImage(from, to))] };
  },
};
