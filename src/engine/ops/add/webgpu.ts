/** Sums on the GPU. */

import { sizeOf } from "../../graph";
import { type Kernel, reads } from "../../webgpu/kernel";
import { mapKernel, widthOf } from "../../webgpu/kernels/map";
import { nameOf, targetOf, type WebgpuKind } from "../../webgpu/lower/context";
import { elementOf } from "../../webgpu/sink";
import type { AddOperation } from ".";

/** Inputs of one addition: with the sum and its gradient they fit the 8 buffers of any GPU. */
const MOST_TERMS = 6;

export const add: WebgpuKind<AddOperation> = {
  isSum: true,
  lower(context, operation) {
    const { inputs, output, activation } = operation;
    const { tensors } = context;
    const size = sizeOf(output);
    const width = widthOf(size);
    const element = elementOf(width);
    const run: Kernel[] = [];
    for (let first = 0; first < inputs.length; first += MOST_TERMS) {
      const terms = inputs.slice(first, first + MOST_TERMS);
      // A tensor that is added to itself is bound once.
      const distinct = [...new Set(terms)];
      const isLast = first + MOST_TERMS >= inputs.length;
      const sum = terms.map((term) => `term${distinct.indexOf(term)}[i]`);
      run.push(
        mapKernel({
          name: nameOf(operation),
          bindings: distinct.map((term, place) =>
            reads(`term${place}`, tensors.store(term), element),
          ),
          width,
          size,
          value: `value = ${[...(first > 0 ? ["out[i]"] : []), ...sum].join(" + ")};`,
          target: targetOf(context, operation, isLast ? activation : "linear"),
          words: terms.length,
        }),
      );
    }
    return { run };
  },
};
