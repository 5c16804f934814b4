/** Parametric ReLU on the GPU. */

import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { mapKernel } from "../../webgpu/kernels/map";
import { columnSumsKernel, partsOf, sumsSegment } from "../../webgpu/kernels/reduce";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import type { PreluGradient, PreluOperation } from ".";

/** WGSL of the slope for the number at `i`. */
function slopeOf(word: number, { output, isShared }: PreluOperation): string {
  const period = isShared ? output.channels : sizeOf(output);
  return `weights[${word}u + i % ${period}u]`;
}

export const prelu: WebgpuKind<PreluOperation> = {
  lower(context, operation) {
    const slope = slopeOf(context.weightAt(operation.slopes), operation);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("x", inputOf(context, operation)), reads("weights", context.weights)],
      width: 1,
      size: sizeOf(operation.output),
      value: `value = x[i] * select(${slope}, 1.0, x[i] > 0.0);`,
      target: targetOf(context, operation),
    });
    return { run: [kernel] };
  },
};

export const preluGradient: WebgpuKind<PreluGradient> = {
  lower(context, operation) {
    const { of, inputs, result } = operation;
    const { output, slopes, isShared } = of;
    const [gradient, input] = inputs.map((tensor) => context.tensors.store(tensor));
    const bindings = [reads("x", input!), reads("dy", gradient!)];
    // Slopes that are shared are channels of pixels, others channels of images.
    const channels = isShared ? output.channels : sizeOf(output);
    const pixels = sizeOf(output) / channels;
    const { capacity, parts: out } = context;
    const parts = partsOf(capacity * pixels);
    const at = context.reserveParts(parts * channels);
    const sums = columnSumsKernel({
      name: `${of.layer} slope gradient`,
      bindings,
      term: "select(dy[i] * x[i], 0.0, x[i] > 0.0)",
      pixels,
      channels,
      capacity,
      out,
      at,
      parts,
    });
    const segments = [sumsSegment(context.weightAt(slopes), channels, at, parts)];
    const sink = context.tensors.sink(result);
    if (!sink) return { run: [sums], segments };
    const slope = slopeOf(context.weightAt(slopes), of);
    const inputGradient = mapKernel({
      name: nameOf(operation),
      bindings: [...bindings, reads("weights", context.weights)],
      width: 1,
      size: sizeOf(output),
      value: `value = dy[i] * select(${slope}, 1.0, x[i] > 0.0);`,
      target: { sink },
      words: 2,
    });
    return { run: [sums, inputGradient], segments };
  },
};
