/** Tensors joined number by number on the GPU. */

import { sizeOf } from "../../graph";
import { float, type Kernel, keepNan, reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import {
  type Context,
  inputOf,
  nameOf,
  targetOf,
  type WebgpuKind,
} from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import { wgsl } from "../../webgpu/wgsl";
import type { ExtremeGradient, MergeOperation, MultipleOperation } from ".";

/** Tensors beside the result: with it and a gradient's slope they fit the 8 buffers of any GPU. */
const MOST_TERMS = 6;

/** The tensors, each bound once under a name, however often it is taken. */
function termsOf({ tensors }: Context, inputs: readonly number[], width: 1 | 4) {
  const distinct = [...new Set(inputs)];
  return {
    bindings: distinct.map((tensor, place) =>
      reads(`term${place}`, tensors.store(tensor), elementOf(width)),
    ),
    names: inputs.map((tensor) => `term${distinct.indexOf(tensor)}[i]`),
  };
}

export const merge: WebgpuKind<MergeOperation> = {
  lower(context, operation) {
    const { inputs, output, by } = operation;
    const size = sizeOf(output);
    const width = widthOf(size);
    const type = elementOf(width);
    const step: Record<typeof by, string> = {
      multiply: "value *= term;",
      subtract: "value -= term;",
      average: "value += term;",
      maximum: `value = ${keepNan("term", keepNan("value", "max(value, term)", type), type)};`,
      minimum: `value = ${keepNan("term", keepNan("value", "min(value, term)", type), type)};`,
    };
    const run: Kernel[] = [];
    for (let first = 0; first < inputs.length; first += MOST_TERMS) {
      const { bindings, names } = termsOf(context, inputs.slice(first, first + MOST_TERMS), width);
      const isLast = first + MOST_TERMS >= inputs.length;
      const [start, ...rest] = [...(first > 0 ? ["out[i]"] : []), ...names];
      run.push(
        mapKernel({
          name: nameOf(operation),
          bindings,
          width,
          size,
          value: wgsl`
            value = ${start!};
            var term = value;
            ${rest.flatMap((name) => [`term = ${name};`, step[by]])}
            ${isLast && by === "average" && `value *= ${float(1 / inputs.length)};`}
          `,
          target: targetOf(context, operation),
          words: names.length,
        }),
      );
    }
    return { run };
  },
};

export const multiple: WebgpuKind<MultipleOperation> = {
  lower(context, operation) {
    const size = sizeOf(operation.output);
    const width = widthOf(size);
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings: [reads("dy", inputOf(context, operation), elementOf(width))],
      width,
      size,
      value: `value = dy[i] * ${float(operation.factor)};`,
      target: targetOf(context, operation),
    });
    return { run: [kernel] };
  },
};

export const extremeGradient: WebgpuKind<ExtremeGradient> = {
  lower(context, operation) {
    const size = sizeOf(operation.output);
    const width = widthOf(size);
    const type = elementOf(width);
    const { bindings, names } = termsOf(context, operation.inputs, width);
    const [dy, extreme, own, ...before] = names;
    const isElse = before.map((name) => ` & (${name} != ${extreme})`).join("");
    const kernel = mapKernel({
      name: nameOf(operation),
      bindings,
      width,
      size,
      value: `value = select(${type}(0.0), ${dy}, (${own} == ${extreme})${isElse});`,
      target: targetOf(context, operation),
      words: names.length,
    });
    return { run: [kernel] };
  },
};
