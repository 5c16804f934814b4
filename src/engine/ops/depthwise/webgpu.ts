/** Depthwise convolutions on the GPU: nothing is summed over channels, so that there are no tiles. */

import { sizeOf } from "../../graph";
import { GROUP, type Kernel, line, reads, writes } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { pixelOf, placeOf } from "../../webgpu/kernels/pixels";
import { columnSumsKernel, sumsSegment } from "../../webgpu/kernels/reduce";
import {
  type Context,
  inputOf,
  type LoweredOperation,
  nameOf,
  targetOf,
  type WebgpuKind,
} from "../../webgpu/lower/context";
import { ENOUGH_GROUPS } from "../../webgpu/lower/tiles";
import { elementOf } from "../../webgpu/sink";
import type { Store } from "../../webgpu/stores";
import { wgsl } from "../../webgpu/wgsl";
import { isTrained } from "../weights";
import { windowOf } from "../window";
import type {
  ChannelSumsOperation,
  DepthwiseGradient,
  DepthwiseOperation,
  RepeatChannelsOperation,
} from ".";

/** Pixels of a part of a weight gradient, at least. */
const PART_PIXELS = 64;
/** Channels that a workgroup sums, and invocations for each of them. */
const CHANNELS = 32;
const LANES = 8;

/** Every multiply-add of one sample's pass, as two operations. */
function flopsOf({ output, kernel }: DepthwiseOperation): number {
  return 2 * output.height * output.width * kernel.size;
}

function counted(kernel: Kernel, operation: DepthwiseOperation): Kernel {
  return {
    ...kernel,
    work: (images) => ({ ...kernel.work(images), flops: images * flopsOf(operation) }),
  };
}

export const depthwise: WebgpuKind<DepthwiseOperation> = {
  lower(context, operation) {
    const { input, output, kernel, bias, activation } = operation;
    const { stride, dilation, offset, size } = windowOf(operation);
    const width = widthOf(output.channels);
    const across = output.channels / width;
    const weightAt = context.weightAt(kernel) / width;
    const biasAt = bias && context.weightAt(bias) / width;
    const sum = mapKernel({
      name: nameOf(operation),
      bindings: [
        reads("from_values", inputOf(context, operation), elementOf(width)),
        reads("weights", context.weights, elementOf(width)),
      ],
      width,
      size: sizeOf(output),
      value: wgsl`
        ${pixelOf(output, width)}
        ${biasAt !== null && `value = weights[${biasAt}u + c];`}
        for (var i_tap = 0u; i_tap < ${size[0]}u; i_tap++) {
          let row = i32(y) * ${stride[0]} + ${offset[0]} + i32(i_tap) * ${dilation[0]};
          if (row < 0 || row >= ${input.height}) { continue; }
          for (var j_tap = 0u; j_tap < ${size[1]}u; j_tap++) {
            let column = i32(x) * ${stride[1]} + ${offset[1]} + i32(j_tap) * ${dilation[1]};
            if (column < 0 || column >= ${input.width}) { continue; }
            let weight = weights[${weightAt}u + (i_tap * ${size[1]}u + j_tap) * ${across}u + c];
            value += from_values[${placeOf(input, width, ["u32(row)", "u32(column)", "c"])}] * weight;
          }
        }
      `,
      target: targetOf(context, operation, activation),
      words: sizeOf(input) / sizeOf(output),
    });
    return { run: [counted(sum, operation)] };
  },
};

/** A pixel gathers from the outputs whose windows it is in. */
function inputGradient(context: Context, node: DepthwiseGradient): Kernel {
  const { of } = node;
  const { input, output, kernel } = of;
  const { stride, dilation, offset, size } = windowOf(of);
  const width = widthOf(input.channels);
  const across = input.channels / width;
  const weightAt = context.weightAt(kernel) / width;
  const sum = mapKernel({
    name: nameOf(node),
    bindings: [
      reads("dy", inputOf(context, node), elementOf(width)),
      reads("weights", context.weights, elementOf(width)),
    ],
    width,
    size: sizeOf(input),
    value: wgsl`
      ${pixelOf(input, width)}
      for (var i_tap = 0u; i_tap < ${size[0]}u; i_tap++) {
        let down = i32(y) - ${offset[0]} - i32(i_tap) * ${dilation[0]};
        if (down < 0 || down % ${stride[0]} != 0 || down / ${stride[0]} >= ${output.height}) { continue; }
        for (var j_tap = 0u; j_tap < ${size[1]}u; j_tap++) {
          let right = i32(x) - ${offset[1]} - i32(j_tap) * ${dilation[1]};
          if (right < 0 || right % ${stride[1]} != 0 || right / ${stride[1]} >= ${output.width}) { continue; }
          let place = ${placeOf(output, width, [`u32(down / ${stride[0]})`, `u32(right / ${stride[1]})`, "c"])};
          value += dy[place] * weights[${weightAt}u + (i_tap * ${size[1]}u + j_tap) * ${across}u + c];
        }
      }
    `,
    target: targetOf(context, node),
    words: sizeOf(output) / sizeOf(input),
  });
  return counted(sum, of);
}

/** Parts of the sums over all outputs: [part][tap][channel] from word `at` on. */
function weightGradient(
  context: Context,
  of: DepthwiseOperation,
  gradient: Store,
  parts: number,
  at: number,
): Kernel {
  const { input, output } = of;
  const { stride, dilation, offset, size } = windowOf(of);
  const { channels } = output;
  const pixels = output.height * output.width;
  const each = Math.ceil((context.capacity * pixels) / parts);
  const taps = size[0] * size[1];
  const groups = Math.ceil(channels / CHANNELS);
  return {
    name: `${of.layer} weight gradient`,
    bindings: [
      reads("from_values", inputOf(context, of)),
      reads("dy", gradient),
      writes("out", context.parts),
    ],
    invocations: CHANNELS * LANES,
    functions: `var<workgroup> sums: array<f32, ${CHANNELS * LANES}>;`,
    body: wgsl`
      let part = ${GROUP} / ${groups * taps}u;
      let tap = ${GROUP} / ${groups}u % ${taps}u;
      let c = ${GROUP} % ${groups}u * ${CHANNELS}u + local % ${CHANNELS}u;
      let down = ${offset[0]} + i32(tap / ${size[1]}u) * ${dilation[0]};
      let right = ${offset[1]} + i32(tap % ${size[1]}u) * ${dilation[1]};
      let end = min(batch.images * ${pixels}u, (part + 1u) * ${each}u);
      var sum = 0.0;
      if (part < ${parts}u && c < ${channels}u) {
        for (var p = part * ${each}u + local / ${CHANNELS}u; p < end; p += ${LANES}u) {
          let image = p / ${pixels}u;
          let row = i32(p % ${pixels}u / ${output.width}u) * ${stride[0]} + down;
          let column = i32(p % ${output.width}u) * ${stride[1]} + right;
          if (row < 0 || row >= ${input.height} || column < 0 || column >= ${input.width}) { continue; }
          let place = ${placeOf(input, 1, ["u32(row)", "u32(column)", "c"])};
          sum += from_values[place] * dy[p * ${channels}u + c];
        }
      }
      sums[local] = sum;
      workgroupBarrier();
      if (part < ${parts}u && local < ${CHANNELS}u && c < ${channels}u) {
        var whole = 0.0;
        for (var lane = 0u; lane < ${LANES}u; lane++) { whole += sums[lane * ${CHANNELS}u + local]; }
        out[${at}u + (part * ${taps}u + tap) * ${channels}u + c] = whole;
      }
    `,
    grid: () => line(parts * taps * groups),
    work: (images) => ({
      flops: images * flopsOf(of),
      bytes: 4 * images * (sizeOf(input) + sizeOf(output)),
    }),
  };
}

function lowerGradient(context: Context, node: DepthwiseGradient): LoweredOperation {
  const { of } = node;
  const before = context.tensors.sink(node.result) ? [inputGradient(context, node)] : [];
  if (!isTrained(of)) return { run: before };
  const { output, kernel, bias, layer } = of;
  const gradient = inputOf(context, node);
  const pixels = output.height * output.width;
  const most = Math.ceil((context.capacity * pixels) / PART_PIXELS);
  const groups = (kernel.size / output.channels) * Math.ceil(output.channels / CHANNELS);
  const parts = Math.max(1, Math.min(most, Math.ceil(ENOUGH_GROUPS / groups)));
  const at = context.reserveParts(parts * kernel.size);
  const run = [weightGradient(context, of, gradient, parts, at)];
  const segments = [sumsSegment(context.weightAt(kernel), kernel.size, at, parts)];
  if (bias) {
    const count = Math.min(ENOUGH_GROUPS, most);
    const biasAt = context.reserveParts(count * bias.size);
    run.push(
      columnSumsKernel({
        name: `${layer} bias gradient`,
        bindings: [reads("values", gradient)],
        term: "values[i]",
        pixels,
        channels: bias.size,
        capacity: context.capacity,
        out: context.parts,
        at: biasAt,
        parts: count,
      }),
    );
    segments.push(sumsSegment(context.weightAt(bias), bias.size, biasAt, count));
  }
  return { run: [...run, ...before], segments };
}

export const depthwiseGradient: WebgpuKind<DepthwiseGradient> = { lower: lowerGradient };

export const repeatChannels: WebgpuKind<RepeatChannelsOperation> = {
  lower(context, operation) {
    const { output, times } = operation;
    const kernel = mapKernel({
      name: `${nameOf(operation)} channels`,
      bindings: [reads("from_values", inputOf(context, operation))],
      width: 1,
      size: sizeOf(output),
      value: `value = from_values[i / ${times}u];`,
      target: targetOf(context, operation),
      words: 1 / times,
    });
    return { run: [kernel] };
  },
};

export const channelSums: WebgpuKind<ChannelSumsOperation> = {
  lower(context, operation) {
    const { output, times } = operation;
    const kernel = mapKernel({
      name: `${nameOf(operation)} of channels`,
      bindings: [reads("out_gradient", inputOf(context, operation))],
      width: 1,
      size: sizeOf(output),
      value: wgsl`
        for (var copy = 0u; copy < ${times}u; copy++) { value += out_gradient[i * ${times}u + copy]; }
      `,
      target: targetOf(context, operation),
      words: times,
    });
    return { run: [kernel] };
  },
};
