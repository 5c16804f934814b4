/** Zeros around an image on the GPU, and an image without its edges. */

import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import { wgsl } from "../../webgpu/wgsl";
import type { CropOperation, PadOperation } from ".";

export const pad: WebgpuKind<PadOperation> = {
  lower(context, operation) {
    const { input, output, edges } = operation;
    const { top, left } = edges;
    const width = widthOf(output.channels);
    const place = placeOf(input, width, [`y - ${top}u`, `x - ${left}u`, "c"]);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(output),
      value: wgsl`
        ${pixelOf(output, width)}
        // Above and left of the image the difference is a large number.
        if (y - ${top}u < ${input.height}u && x - ${left}u < ${input.width}u) {
          value = from_values[${place}];
        }
      `,
      target: targetOf(context, operation),
      words: sizeOf(input) / sizeOf(output),
    });
    return { run: [kernel] };
  },
};

export const crop: WebgpuKind<CropOperation> = {
  lower(context, operation) {
    const { input, output, edges } = operation;
    const width = widthOf(output.channels);
    const place = placeOf(input, width, [`y + ${edges.top}u`, `x + ${edges.left}u`, "c"]);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(output),
      value: `${pixelOf(output, width)}\nvalue = from_values[${place}];`,
      target: targetOf(context, operation),
    });
    return { run: [kernel] };
  },
};
