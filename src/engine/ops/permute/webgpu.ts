/** An image's axes in another order on the GPU. */

import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { mapKernel } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import type { PermuteOperation } from ".";

export const permute: WebgpuKind<PermuteOperation> = {
  lower(context, operation) {
    const { input, output, order } = operation;
    const made = ["y", "x", "c"];
    // The output's axis that the input's axis has become.
    const axis = (of: number) => made[order.indexOf(of)]!;
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation))],
      width: 1,
      size: sizeOf(output),
      value: `${pixelOf(output, 1)}\nvalue = from_values[${placeOf(input, 1, [axis(0), axis(1), axis(2)])}];`,
      target: targetOf(context, operation),
    });
    return { run: [kernel] };
  },
};
