/** Transposed convolutions on the WASM device; a kernel's slabs are [to, from channels], as in Keras. */

import { NO_HALO } from "../../wasm/buffers";
import { gatherHalo, scatterHalo } from "../../wasm/halo";
import { ends, type WasmKind } from "../../wasm/lower/context";
import {
  convolve,
  convolveGradient,
  epilogueOf,
  slabsAlone,
  sumFloats,
  transposeSlabs,
} from "../../wasm/lower/convolution";
import { gather, gatherWeightGradient, phaseWeights, scatter } from "../../wasm/lower/gather";
import { PLAIN } from "../../wasm/lower/gemm";
import { windowOf } from "../window";
import type { ConvTransposeGradient, ConvTransposeOperation } from ".";

export const convTranspose: WasmKind<ConvTransposeOperation> = {
  halo: (operation) => scatterHalo(windowOf(operation), operation.input, operation.output),
  lower(context, operation) {
    const { arena } = context;
    const { from, to } = ends(context, operation);
    const window = windowOf(operation);
    const kernel = context.weights(operation.kernel);
    const [inputs, filters] = [operation.input.channels, operation.output.channels];
    const slabBytes = inputs * filters * 4;
    const weights = phaseWeights(arena, window, inputs * filters);
    const pairs = weights.flatMap((phase) =>
      phase.slabs.map((index, place) => ({
        from: kernel + index * slabBytes,
        to: phase.address + place * slabBytes,
      })),
    );
    const products = scatter(arena, from, to, window, weights, epilogueOf(context, operation));
    return convolve(operation, products, to, [[transposeSlabs(filters, inputs, pairs)]]);
  },
};

export const convTransposeGradient: WasmKind<ConvTransposeGradient> = {
  halo: ({ of }, slot) => (slot > 0 ? NO_HALO : gatherHalo(windowOf(of), of.output, of.input)),
  partialFloats({ of }) {
    const [height, width] = windowOf(of).size;
    return sumFloats(of, height * width);
  },
  lower(context, { inputs, result, of }) {
    const { arena } = context;
    const gradient = context.buffer(inputs[0]!);
    const input = context.buffer(inputs[1]!);
    const inputGradient = context.taken(result);
    const window = windowOf(of);
    const kernel = context.weights(of.kernel);
    const count = window.size[0] * window.size[1];
    return convolveGradient(context, of, gradient, {
      prepare: [],
      weightGradient: (sums) => [gatherWeightGradient(arena, gradient, input, window, sums)],
      inputGradient: inputGradient
        ? gather(arena, gradient, inputGradient, window, kernel, PLAIN)
        : [],
      sumSlabs: count,
      slabs: slabsAlone(count),
    });
  },
};
