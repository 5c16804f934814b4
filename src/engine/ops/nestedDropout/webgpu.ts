/** Nested dropout on the GPU: how much is kept is drawn where it is needed, and again on the way back. */

import { STREAM_TRUNCATION, truncationThresholds } from "../../../math/philox";
import { type GraphNode, sizeOf } from "../../graph";
import { philoxWgsl } from "../../philox-wgsl";
import { type Kernel, reads } from "../../webgpu/kernel";
import { mapKernel } from "../../webgpu/kernels/map";
import {
  type Context,
  inputOf,
  nameOf,
  targetOf,
  type WebgpuKind,
} from "../../webgpu/lower/context";
import type { Store } from "../../webgpu/stores";
import { wgsl } from "../../webgpu/wgsl";
import type { NestedDropoutOperation } from ".";

/**
 * The first k numbers of each vector: k is drawn for the image from `thresholds` (of
 * `truncationThresholds`), or without them it is what the batch says.
 */
function truncationKernel(
  context: Context,
  operation: GraphNode,
  name: string,
  thresholds: Store | null,
): Kernel {
  const size = sizeOf(operation.output);
  const drawn = wgsl`
    let word = random(image, ${STREAM_TRUNCATION}u).x;
    var low = 0u;
    var high = ${size}u;
    while (low < high) {
      let middle = (low + high + 1u) / 2u;
      if (thresholds[middle - 1u] <= word) { low = middle; } else { high = middle - 1u; }
    }
    let kept_numbers = low;
  `;
  return mapKernel({
    name,
    bindings: [
      reads("from_values", inputOf(context, operation)),
      ...(thresholds ? [reads("thresholds", thresholds, "u32")] : []),
    ],
    width: 1,
    size,
    functions: thresholds ? philoxWgsl("batch") : "",
    value: wgsl`
      ${thresholds ? drawn : "let kept_numbers = batch.kept;"}
      value = select(0.0, from_values[i], e < kept_numbers);
    `,
    target: targetOf(context, operation),
  });
}

export const nestedDropout: WebgpuKind<NestedDropoutOperation> = {
  lower(context, operation) {
    const { layer, evenTo, output } = operation;
    const drawn = truncationThresholds(sizeOf(output), evenTo);
    const thresholds = context.constants(`${layer} thresholds`, drawn);
    return {
      run: [truncationKernel(context, operation, nameOf(operation), thresholds)],
      inference: [truncationKernel(context, operation, `${layer} inference`, null)],
    };
  },
};
