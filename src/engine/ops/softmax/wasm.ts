/** Softmax on the WASM device. */

import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { instruction } from "../../wasm/program";
import type { SoftmaxGradient, SoftmaxOperation } from ".";

export const softmax: WasmKind<SoftmaxOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const { height: rows, width: pixels, channels } = operation.output;
    return imageWise(
      instruction("softmax", {
        x: from.at,
        xPitch: from.pitch,
        y: to.at,
        yPitch: to.pitch,
        rows,
        pixels,
        channels,
      }),
    );
  },
};

export const softmaxGradient: WasmKind<SoftmaxGradient> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const output = context.buffer(operation.inputs[1]!);
    const { height: rows, width: pixels, channels } = operation.output;
    return imageWise(
      instruction("softmaxGradient", {
        y: output.at,
        yPitch: output.pitch,
        dy: from.at,
        dyPitch: from.pitch,
        dx: to.at,
        dxPitch: to.pitch,
        rows,
        pixels,
        channels,
      }),
    );
  },
};
