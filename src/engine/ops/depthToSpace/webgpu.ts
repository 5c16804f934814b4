/** Channels that become pixels on the GPU, and the other way. */

import { sizeOf } from "../../graph";
import { reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { inputOf, nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { DepthToSpaceOperation, SpaceToDepthOperation } from ".";

export const depthToSpace: WebgpuKind<DepthToSpaceOperation> = {
  lower(context, operation) {
    const { input: deep, output: wide, block } = operation;
    const width = widthOf(wide.channels);
    const across = wide.channels / width;
    const channel = `(y % ${block}u * ${block}u + x % ${block}u) * ${across}u + c`;
    const place = placeOf(deep, width, [`y / ${block}u`, `x / ${block}u`, channel]);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("from_values", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(wide),
      value: `${pixelOf(wide, width)}\nvalue = from_values[${place}];`,
      target: targetOf(context, operation),
    });
    return { run: [kernel] };
  },
};

export const spaceToDepth: WebgpuKind<SpaceToDepthOperation> = {
  lower(context, operation) {
    const { input: wide, output: deep, block } = operation;
    const width = widthOf(wide.channels);
    const across = wide.channels / width;
    const place = placeOf(wide, width, [
      `y * ${block}u + c / ${block * across}u`,
      `x * ${block}u + c / ${across}u % ${block}u`,
      `c % ${across}u`,
    ]);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("out_gradient", inputOf(context, operation), elementOf(width))],
      width,
      size: sizeOf(deep),
      value: `${pixelOf(deep, width)}\nvalue = out_gradient[${place}];`,
      target: targetOf(context, operation),
    });
    return { run: [kernel] };
  },
};
