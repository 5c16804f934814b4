/** Softmax on the GPU. */

import { reads, writes } from "../../webgpu/kernel";
import { eachOfSet, pixelSets, setsKernel } from "../../webgpu/kernels/sets";
import { inputOf, nameOf, type WebgpuKind } from "../../webgpu/lower/context";
import { sinkBindings, sinkFunction } from "../../webgpu/sink";
import { wgsl } from "../../webgpu/wgsl";
import type { SoftmaxGradient, SoftmaxOperation } from ".";

export const softmax: WebgpuKind<SoftmaxOperation> = {
  lower(context, operation) {
    const { height, width, channels } = operation.output;
    const sets = pixelSets(height * width, channels);
    const kernel = setsKernel({
      name: nameOf(operation),
      sets,
      bindings: [
        reads("x", inputOf(context, operation)),
        writes("out", context.tensors.store(operation.result)),
      ],
      body: wgsl`
        var most = -3.4e38;
        ${eachOfSet(sets, "most = max(most, x[i]);")}
        most = set_max(lane, local, most);
        var total = 0.0;
        ${eachOfSet(sets, "total += exp(x[i] - most);")}
        total = set_sum(lane, local, total);
        ${eachOfSet(sets, "out[i] = exp(x[i] - most) / total;")}
      `,
      words: 4,
    });
    return { run: [kernel] };
  },
};

export const softmaxGradient: WebgpuKind<SoftmaxGradient> = {
  lower(context, operation) {
    const sink = context.tensors.sink(operation.result);
    if (!sink) return { run: [] };
    const { height, width, channels } = operation.output;
    const sets = pixelSets(height * width, channels);
    const kernel = setsKernel({
      name: nameOf(operation),
      sets,
      bindings: [
        reads("dy", inputOf(context, operation)),
        reads("y", context.tensors.store(operation.inputs[1]!)),
        ...sinkBindings(sink, 1),
      ],
      functions: sinkFunction(sink, 1),
      body: wgsl`
        var total = 0.0;
        ${eachOfSet(sets, "total += dy[i] * y[i];")}
        total = set_sum(lane, local, total);
        ${eachOfSet(sets, "sink(i, y[i] * (dy[i] - total));")}
      `,
      words: 4,
    });
    return { run: [kernel] };
  },
};
