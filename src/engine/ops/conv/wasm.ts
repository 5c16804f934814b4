/** Convolutions on the WASM device: plain, or folded with the doubling before them. */

import { Residual } from "../../residual";
import { foldedTaps } from "../../taps";
import { NO_HALO, widerHalo } from "../../wasm/buffers";
import { gatherHalo, scatterHalo } from "../../wasm/halo";
import { type Context, ends, type LoweredOperation, type WasmKind } from "../../wasm/lower/context";
import {
  convolve,
  convolveGradient,
  epilogueOf,
  slabsAlone,
  sumFloats,
  transposeSlabs,
} from "../../wasm/lower/convolution";
import {
  DOUBLED_HALO,
  doubled,
  doubledGradientScratch,
  doubledInputGradient,
  doubledMultiplyAdds,
  doubledScratch,
  doubledWeightGradient,
  isDoubled,
  SLABS,
} from "../../wasm/lower/doubled";
import {
  gather,
  gatherToOne,
  gatherToOneWeightGradient,
  gatherWeightGradient,
  type PhaseWeights,
  phaseWeights,
  scatter,
  scatterWeightGradient,
} from "../../wasm/lower/gather";
import { PLAIN } from "../../wasm/lower/gemm";
import { kernelGradient, kernelSlabs } from "../../wasm/lower/slabs";
import {
  isWinograd,
  PLACES,
  tileRest,
  tilesHalo,
  turnedOffset,
  turnedSlabs,
  winograd,
  winogradMultiplyAdds,
  winogradScratch,
  winogradWeightGradient,
} from "../../wasm/lower/winograd";
import { instruction, type Job, rangeJob } from "../../wasm/program";
import type { ConvGradient, ConvOperation } from ".";
import { convWindow, isScatter } from "./window";

/** The folded weights, which the gradient takes too. */
const FOLDED = new Residual<readonly PhaseWeights[]>();

/** For each weight of a folded window, the kernel slabs that it sums. */
function foldedSlabs([height, width]: readonly [number, number]): number[][] {
  return foldedTaps(height).flatMap((row) =>
    foldedTaps(width).map((column) =>
      row.taps.flatMap((y) => column.taps.map((x) => y * width + x)),
    ),
  );
}

/** The kernel as methods of fewer products have it, which the gradient takes too. */
const TRANSFORMED = new Residual<number>();

/** Sums the kernel's slabs into the folded weights of each phase. */
function foldWeights(
  context: Context,
  operation: ConvOperation,
  weights: readonly PhaseWeights[],
): Job {
  const { arena } = context;
  const slab = operation.input.channels * operation.output.channels;
  const kernel = context.weights(operation.kernel);
  const folded = foldedSlabs(operation.kernelSize);
  const instructions = weights.flatMap((phase) =>
    phase.slabs.map((index, place) => {
      const sources = folded[index] ?? [];
      return instruction("sumSlabs", {
        to: phase.address + place * slab * 4,
        from: kernel,
        table: arena.words(sources.map((source) => source * slab * 4)),
        slabs: sources.length,
        floats: slab,
      });
    }),
  );
  return rangeJob(1, 1, ...instructions);
}

/** Addresses of slabs, from where they are to where the other order wants them. */
function slabPairs(weights: readonly PhaseWeights[], slabBytes: number, other: number) {
  return weights.flatMap((phase) =>
    phase.slabs.map((index, place) => ({
      inPhase: phase.address + place * slabBytes,
      inWindow: other + index * slabBytes,
    })),
  );
}

/** Is it cut into tiles, by Winograd's method? */
function isTiled(operation: ConvOperation): boolean {
  return !isScatter(operation) && isWinograd(operation, convWindow(operation));
}

/** Is it of a doubled image whose differences are faster? */
function isOfDifferences(operation: ConvOperation): boolean {
  return isScatter(operation) && isDoubled(operation, operation.kernelSize);
}

function slabBytesOf({ input, output }: ConvOperation): number {
  return input.channels * output.channels * 4;
}

export const conv: WasmKind<ConvOperation> = {
  halo(operation) {
    const { input, output } = operation;
    const window = convWindow(operation);
    if (isTiled(operation)) return tilesHalo(window.offset, input, output);
    if (isOfDifferences(operation)) return DOUBLED_HALO;
    return (isScatter(operation) ? scatterHalo : gatherHalo)(window, input, output);
  },
  multiplyAdds(operation) {
    if (isTiled(operation)) return winogradMultiplyAdds(operation);
    return isOfDifferences(operation) ? doubledMultiplyAdds(operation) : null;
  },
  scratchBytes(operation) {
    if (isTiled(operation)) return winogradScratch(operation);
    return isOfDifferences(operation) ? doubledScratch(operation) : 0;
  },
  lower(context, operation) {
    const { arena } = context;
    const { from, to } = ends(context, operation);
    const window = convWindow(operation);
    const epilogue = epilogueOf(context, operation);
    if (isTiled(operation)) {
      const kernel = context.weights(operation.kernel);
      const weights = arena.allocate(PLACES * slabBytesOf(operation));
      TRANSFORMED.keep(context, operation, weights);
      const products = winograd(context, from, to, window.offset, weights, epilogue);
      return convolve(operation, products, to, [
        [kernelSlabs(context, "winograd", operation, kernel, weights)],
      ]);
    }
    if (isOfDifferences(operation)) {
      const kernel = context.weights(operation.kernel);
      const weights = arena.allocate(SLABS * slabBytesOf(operation));
      TRANSFORMED.keep(context, operation, weights);
      const products = doubled(context, operation, from, to, weights, epilogue);
      return convolve(operation, products, to, [
        [kernelSlabs(context, "doubled", operation, kernel, weights)],
      ]);
    }
    if (operation.upsample === 2) {
      const weights = phaseWeights(arena, window, slabBytesOf(operation) / 4);
      FOLDED.keep(context, operation, weights);
      const products = scatter(arena, from, to, window, weights, epilogue);
      return convolve(operation, products, to, [[foldWeights(context, operation, weights)]]);
    }
    const kernel = context.weights(operation.kernel);
    const toOne = epilogue.relu ? null : gatherToOne(from, to, window, kernel, epilogue.bias);
    const products = toOne ? [toOne] : gather(arena, from, to, window, kernel, epilogue);
    return convolve(operation, products, to);
  },
};

function plainGradient(context: Context, { inputs, result, of }: ConvGradient): LoweredOperation {
  const { arena } = context;
  const gradient = context.buffer(inputs[0]!);
  const input = context.buffer(inputs[1]!);
  const inputGradient = context.taken(result);
  const window = convWindow(of);
  const count = window.size[0] * window.size[1];
  const [from, to] = [of.input.channels, of.output.channels];
  const weights = inputGradient ? phaseWeights(arena, window, from * to) : [];
  const pairs = slabPairs(weights, slabBytesOf(of), context.weights(of.kernel));
  const transposed = pairs.map(({ inPhase, inWindow }) => ({ from: inWindow, to: inPhase }));
  // With one output channel and many inputs, the other way round wastes no columns; it needs the
  // gradient's halo, which is there when the gradient goes on to the input.
  const isPlain = [...window.stride, ...window.dilation].every((step) => step === 1);
  const turn = to === 1 && from > 1 && isPlain && inputGradient !== null;
  const weightGradientOf = turn ? gatherToOneWeightGradient : gatherWeightGradient;
  return convolveGradient(context, of, gradient, {
    prepare: inputGradient ? [[transposeSlabs(from, to, transposed)]] : [],
    weightGradient: (sums) => [weightGradientOf(arena, input, gradient, window, sums)],
    inputGradient: inputGradient
      ? scatter(arena, gradient, inputGradient, window, weights, PLAIN)
      : [],
    sumSlabs: count,
    slabs: slabsAlone(count),
  });
}

function tiledGradient(context: Context, { inputs, result, of }: ConvGradient): LoweredOperation {
  const { arena } = context;
  const gradient = context.buffer(inputs[0]!);
  const input = context.buffer(inputs[1]!);
  const inputGradient = context.taken(result);
  const window = convWindow(of);
  const slabBytes = slabBytesOf(of);
  const turned = inputGradient ? arena.allocate(PLACES * slabBytes) : 0;
  const pairs = turnedSlabs(TRANSFORMED.of(context, of), turned, slabBytes);
  // Once the kernel is transformed.
  const prepare = [[], [transposeSlabs(of.input.channels, of.output.channels, pairs)]];
  return convolveGradient(context, of, gradient, {
    prepare: inputGradient ? prepare : [],
    weightGradient: (sums) => winogradWeightGradient(context, input, gradient, window.offset, sums),
    inputGradient: inputGradient
      ? winograd(context, gradient, inputGradient, turnedOffset(window), turned, PLAIN)
      : [],
    sumSlabs: PLACES,
    slabs: (...sums) => [kernelGradient(context, "winograd", of, ...sums)],
  });
}

function differencesGradient(
  context: Context,
  { inputs, result, of }: ConvGradient,
): LoweredOperation {
  const { arena } = context;
  const gradient = context.buffer(inputs[0]!);
  const input = context.buffer(inputs[1]!);
  const inputGradient = context.taken(result);
  const slabBytes = slabBytesOf(of);
  const turned = inputGradient ? arena.allocate(SLABS * slabBytes) : 0;
  const weights = TRANSFORMED.of(context, of);
  const slabs = Array.from({ length: SLABS }, (_, slab) => ({
    from: weights + slab * slabBytes,
    to: turned + slab * slabBytes,
  }));
  // Once the kernel's slabs are there.
  const prepare = [[], [transposeSlabs(of.input.channels, of.output.channels, slabs)]];
  return convolveGradient(context, of, gradient, {
    prepare: inputGradient ? prepare : [],
    weightGradient: (sums) => doubledWeightGradient(context, of, input, gradient, sums),
    inputGradient: inputGradient
      ? doubledInputGradient(context, gradient, inputGradient, turned)
      : [],
    sumSlabs: SLABS,
    slabs: (...sums) => [kernelGradient(context, "doubled", of, ...sums)],
  });
}

function foldedGradient(context: Context, { inputs, result, of }: ConvGradient): LoweredOperation {
  const { arena } = context;
  const gradient = context.buffer(inputs[0]!);
  const input = context.buffer(inputs[1]!);
  const inputGradient = context.taken(result);
  const window = convWindow(of);
  const count = window.size[0] * window.size[1];
  const slabBytes = slabBytesOf(of);
  const turned = inputGradient ? arena.allocate(count * slabBytes) : 0;
  const pairs = slabPairs(FOLDED.of(context, of), slabBytes, turned).map(
    ({ inPhase, inWindow }) => ({ from: inPhase, to: inWindow }),
  );
  // Once the weights are folded.
  const prepare = [[], [transposeSlabs(of.input.channels, of.output.channels, pairs)]];
  const folded = foldedSlabs(of.kernelSize);
  return convolveGradient(context, of, gradient, {
    prepare: inputGradient ? prepare : [],
    weightGradient: (sums) => scatterWeightGradient(arena, input, gradient, window, sums),
    inputGradient: inputGradient
      ? gather(arena, gradient, inputGradient, window, turned, PLAIN)
      : [],
    sumSlabs: count,
    slabs: Array.from({ length: of.kernelSize[0] * of.kernelSize[1] }, (_, slab) =>
      folded.flatMap((sources, index) => (sources.includes(slab) ? [index] : [])),
    ),
  });
}

export const convGradient: WasmKind<ConvGradient> = {
  halo({ of }, slot) {
    if (slot > 0) return NO_HALO;
    const window = convWindow(of);
    if (isTiled(of)) {
      const seen = tilesHalo(turnedOffset(window), of.output, of.input);
      return widerHalo(seen, tileRest(of.output));
    }
    if (isOfDifferences(of)) return NO_HALO;
    return (isScatter(of) ? gatherHalo : scatterHalo)(window, of.output, of.input);
  },
  partialFloats({ of }) {
    if (isTiled(of)) return sumFloats(of, PLACES);
    if (isOfDifferences(of)) return sumFloats(of, SLABS);
    const [height, width] = convWindow(of).size;
    return sumFloats(of, height * width);
  },
  scratchBytes({ of }) {
    if (isTiled(of)) return winogradScratch(of);
    return isOfDifferences(of) ? doubledGradientScratch(of) : 0;
  },
  lower(context, operation) {
    const { of } = operation;
    if (isTiled(of)) return tiledGradient(context, operation);
    if (isOfDifferences(of)) return differencesGradient(context, operation);
    return (of.upsample === 1 ? plainGradient : foldedGradient)(context, operation);
  },
};
