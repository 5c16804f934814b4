/** Layer and group normalisation on the WASM device, an image at a time. */

import type { GraphNode } from "../../graph";
import { Residual } from "../../residual";
import { oddLines } from "../../wasm/buffers";
import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { groupSumFloats, groupSums } from "../../wasm/lower/group-sums";
import { type Counted, instruction } from "../../wasm/program";
import { type LayerNormGradient, type LayerNormOperation, setsOf } from ".";

/** Mean and 1 / deviation of each set, as floats. */
const STATS = new Residual<Counted>();

function shapeOf({ output }: GraphNode, { pixels, channels }: LayerNormOperation) {
  return {
    rows: output.height,
    pixels: output.width,
    channels: output.channels,
    // An image of one pixel is both.
    wholeImage: pixels > 1 || channels < output.channels,
    count: channels,
  };
}

export const layerNorm: WasmKind<LayerNormOperation> = {
  lower(context, operation) {
    const { gamma, beta, epsilon } = operation;
    const { from, to } = ends(context, operation);
    const stride = oddLines(setsOf(operation) * 8);
    const base = context.arena.allocate(stride * context.capacity);
    const stats = STATS.keep(context, operation, { base, stride, by: "image" });
    return imageWise(
      instruction("layerNorm", {
        x: from.at,
        xPitch: from.pitch,
        y: to.at,
        yPitch: to.pitch,
        ...shapeOf(operation, operation),
        gamma: gamma && context.weights(gamma),
        beta: beta && context.weights(beta),
        epsilon,
        stats,
      }),
    );
  },
};

export const layerNormGradient: WasmKind<LayerNormGradient> = {
  partialFloats: ({ of }) => groupSumFloats([of.gamma, of.beta]),
  lower(context, { of, inputs, result }) {
    const gradient = context.buffer(inputs[0]!);
    const input = context.buffer(inputs[1]!);
    const to = context.taken(result);
    const { at, prologue, reduce } = groupSums(context, [of.gamma, of.beta]);
    const [gammaSums = null, betaSums = null] = at;
    const instructions = [
      instruction("layerNormGradient", {
        x: input.at,
        xPitch: input.pitch,
        dy: gradient.at,
        dyPitch: gradient.pitch,
        dx: to?.at ?? null,
        dxPitch: to?.pitch ?? 0,
        ...shapeOf(of, of),
        gamma: of.gamma && context.weights(of.gamma),
        gammaSums,
        betaSums,
        stats: STATS.of(context, of),
      }),
    ];
    return { run: () => [{ kind: "images", prologue, instructions }], reduce };
  },
};
