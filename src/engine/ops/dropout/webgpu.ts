/** Dropout on the GPU: the mask is drawn where it is needed, and again on the way back. */

import { dropoutThreshold, STREAM_DROPOUT } from "../../../math/philox";
import { sizeOf } from "../../graph";
import { philoxWgsl } from "../../philox-wgsl";
import { float, reads } from "../../webgpu/kernel";
import { copyKernel, mapKernel, widthOf } from "../../webgpu/kernels/map";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { DropoutOperation } from ".";

/** values · mask: on the way there and back the same, but for what AlphaDropout adds. */
export const dropout: WebgpuKind<DropoutOperation> = {
  lower(context, operation) {
    const { layer, rate, number, byChannel, scale, offset, dropped, output } = operation;
    const size = sizeOf(output);
    const from = inputOf(context, operation);
    const target = targetOf(context, operation);
    const width = widthOf(byChannel ? output.channels : size);
    const type = elementOf(width);
    /** Numbers of an image that have a word each, and which of them is this one, or this vector. */
    const drawn = byChannel ? output.channels : size;
    const place = byChannel ? `e % ${drawn / width}u` : "e";
    const block = `image * ${Math.ceil(drawn / 4)}u + ${width === 4 ? place : `${place} / 4u`}`;
    const lane = width === 4 ? "" : `[${place} % 4u]`;
    const words = `random(${block}, ${STREAM_DROPOUT + number}u)${lane}`;
    const threshold = `${width === 4 ? "vec4<u32>" : "u32"}(${dropoutThreshold(rate)}u)`;
    const scaled = `from_values[i] * ${float(scale)}${offset === 0 ? "" : ` + ${float(offset)}`}`;
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", from, type)],
      width,
      size,
      functions: philoxWgsl("batch"),
      value: `value = select(${type}(${float(dropped)}), ${scaled}, ${words} >= ${threshold});`,
      target,
    });
    return { run: [kernel], inference: [copyKernel(`${layer} inference`, size, from, target)] };
  },
};
