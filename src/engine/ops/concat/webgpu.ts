/** Channels side by side on the GPU, and some of them alone. */

import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { ConcatOperation, SliceOperation } from ".";

/** How a part of that many channels lies among those of whole pixels, from channel `from` on. */
function partOf(channels: number, whole: number, from: number) {
  const width = widthOf(channels, whole, from);
  const across = channels / width;
  // The part's number i, among the whole's.
  const place = `i / ${across}u * ${whole / width}u + ${from / width}u + i % ${across}u`;
  return { width, place };
}

export const concat: WebgpuKind<ConcatOperation> = {
  lower(context, operation) {
    const { inputs, output, parts } = operation;
    let from = 0;
    const run = inputs.map((input, slot) => {
      const channels = parts[slot]!;
      const { width, place } = partOf(channels, output.channels, from);
      from += channels;
      return mapKernel({
        name: `${nameOf(operation)} ${slot + 1}`,
        bindings: [reads("from_values", context.tensors.store(input), elementOf(width))],
        width,
        size: output.height * output.width * channels,
        place,
        value: "value = from_values[i];",
        target: targetOf(context, operation),
      });
    });
    return { run };
  },
};

export const slice: WebgpuKind<SliceOperation> = {
  lower(context, operation) {
    const { input, output, from } = operation;
    const { width, place } = partOf(output.channels, input.channels, from);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(output),
      value: `value = from_values[${place}];`,
      target: targetOf(context, operation),
    });
    return { run: [kernel] };
  },
};
