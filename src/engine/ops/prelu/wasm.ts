/** Parametric ReLU on the WASM device. */

import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { groupSumFloats, groupSums } from "../../wasm/lower/group-sums";
import { instruction } from "../../wasm/program";
import type { PreluGradient, PreluOperation } from ".";

function shapeOf({ output, isShared }: PreluOperation) {
  const { height: rows, width: pixels, channels } = output;
  return { rows, pixels, channels, shared: isShared };
}

export const prelu: WasmKind<PreluOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(
      instruction("prelu", {
        x: from.at,
        xPitch: from.pitch,
        y: to.at,
        yPitch: to.pitch,
        ...shapeOf(operation),
        slopes: context.weights(operation.slopes),
      }),
    );
  },
};

export const preluGradient: WasmKind<PreluGradient> = {
  partialFloats: ({ of }) => groupSumFloats([of.slopes]),
  lower(context, { of, inputs, result }) {
    const gradient = context.buffer(inputs[0]!);
    const input = context.buffer(inputs[1]!);
    const to = context.taken(result);
    const { at, prologue, reduce } = groupSums(context, [of.slopes]);
    const instructions = [
      instruction("preluGradient", {
        x: input.at,
        xPitch: input.pitch,
        dy: gradient.at,
        dyPitch: gradient.pitch,
        dx: to?.at ?? null,
        dxPitch: to?.pitch ?? 0,
        ...shapeOf(of),
        slopes: context.weights(of.slopes),
        sums: at[0]!,
      }),
    ];
    return { run: () => [{ kind: "images", prologue, instructions }], reduce };
  },
};
