/** Numbers drawn from normal distributions on the WASM device, and their gradient. */

import { STREAM_DROPOUT } from "../../../math/philox";
import { type SampleShape, sizeOf } from "../../graph";
import { type Context, ends, imageStep, imageWise, type WasmKind } from "../../wasm/lower/context";
import { copyChannels, randomWords } from "../../wasm/lower/images";
import { instruction } from "../../wasm/program";
import type { SampleGradient, SampleOperation } from ".";

/** What is drawn for numbers of that shape. */
function drawn(context: Context, number: number, shape: SampleShape) {
  const { height, width, channels } = shape;
  return {
    settings: context.settings,
    stream: STREAM_DROPOUT + number,
    block: { base: 0, stride: Math.ceil(sizeOf(shape) / 4), by: "image" },
    rows: height,
    pixels: width,
    channels,
    words: randomWords(context, width * channels),
  } as const;
}

export const sample: WasmKind<SampleOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const draw = instruction("sample", {
      ...drawn(context, operation.number, operation.output),
      from: from.at,
      fromPitch: from.pitch,
      to: to.at,
      toPitch: to.pitch,
    });
    const means = copyChannels(from, from.at, to, to.at, to);
    return { run: (_, isTraining) => [imageStep(isTraining ? draw : means)] };
  },
};

export const sampleGradient: WasmKind<SampleGradient> = {
  lower(context, operation) {
    const { from: dy, to: dx } = ends(context, operation);
    const kept = context.buffer(operation.inputs[1]!);
    return imageWise(
      instruction("sampleGradient", {
        ...drawn(context, operation.number, operation.input),
        from: kept.at,
        fromPitch: kept.pitch,
        dy: dy.at,
        dyPitch: dy.pitch,
        dx: dx.at,
        dxPitch: dx.pitch,
      }),
    );
  },
};
