/** Numbers drawn from normal distributions on the GPU: drawn again on the way back. */

import { STREAM_DROPOUT } from "../../../math/philox";
import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { mapKernel } from "../../webgpu/kernels/map";
import { NORMALS } from "../../webgpu/kernels/normals";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { wgsl } from "../../webgpu/wgsl";
import type { SampleGradient, SampleOperation } from ".";

/** WGSL: the normal number for the `e`-th number that is drawn of an image of so many. */
const normalAt = (e: string, size: number, number: number): string =>
  `normals(image * ${Math.ceil(size / 4)}u + ${e} / 4u, ${STREAM_DROPOUT + number}u)[${e} % 4u]`;

export const sample: WebgpuKind<SampleOperation> = {
  lower(context, operation) {
    const { layer, number, output } = operation;
    const { channels } = output;
    const size = sizeOf(output);
    const kernel = (name: string, functions: string, value: string) =>
      mapKernel({
        name,
        bindings: [reads("from_values", inputOf(context, operation))],
        width: 1,
        size,
        functions,
        value: wgsl`
          let mean = i / ${channels}u * ${2 * channels}u + i % ${channels}u;
          ${value}
        `,
        target: targetOf(context, operation),
        words: 2,
      });
    const draw = wgsl`
      let deviation = exp(0.5 * from_values[mean + ${channels}u]);
      value = from_values[mean] + deviation * ${normalAt("e", size, number)};
    `;
    return {
      run: [kernel(nameOf(operation), NORMALS, draw)],
      inference: [kernel(`${layer} inference`, "", "value = from_values[mean];")],
    };
  },
};

export const sampleGradient: WebgpuKind<SampleGradient> = {
  lower(context, operation) {
    const { number, input, inputs, output } = operation;
    const { channels } = input;
    const size = sizeOf(input);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [
        reads("dy", inputOf(context, operation)),
        reads("from_values", context.tensors.store(inputs[1]!)),
      ],
      width: 1,
      size: sizeOf(output),
      functions: NORMALS,
      value: wgsl`
        let channel = e % ${2 * channels}u;
        let own = e / ${2 * channels}u * ${channels}u + channel % ${channels}u;
        value = dy[image * ${size}u + own];
        if (channel >= ${channels}u) {
          value *= 0.5 * exp(0.5 * from_values[i]) * ${normalAt("own", size, number)};
        }
      `,
      target: targetOf(context, operation),
      words: 2,
    });
    return { run: [kernel] };
  },
};
