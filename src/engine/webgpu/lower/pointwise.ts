/** Operations that change numbers one by one, or where they lie. */

import { truncationThresholds } from "../../../math/philox";
import {
  type ActivationOperation,
  type AddOperation,
  type ConcatOperation,
  type DepthToSpaceOperation,
  type DropoutOperation,
  type MaxPoolOperation,
  type NestedDropoutOperation,
  type RescaleOperation,
  sizeOf,
  type UpsampleOperation,
} from "../../plan";
import { float, type Kernel, reads } from "../kernel";
import { mapKernel, widthOf } from "../kernels/map";
import {
  depthToSpaceGradientKernel,
  depthToSpaceKernel,
  poolGradientKernel,
  poolKernel,
  upsampleGradientKernel,
  upsampleKernel,
} from "../kernels/places";
import { copyKernel, dropoutKernel, truncationKernel } from "../kernels/random";
import { elementOf } from "../sink";
import type { Store } from "../stores";
import { type Context, type LoweredOperation, plain } from "./context";

/** An operation's name, tensors and gradients, its input's sink among them. */
function around({ tensors }: Context, operation: { inputs: readonly number[]; result: number }) {
  return {
    from: tensors.value(operation.inputs[0]!),
    to: tensors.value(operation.result),
    gradient: tensors.gradient(operation.result),
  };
}

export function lowerMaxPool(context: Context, operation: MaxPoolOperation): LoweredOperation {
  const { layer: name, input, output, size, activation } = operation;
  const { from, to, gradient } = around(context, operation);
  const words = context.capacity * sizeOf(output);
  const places = context.stores.declare(`${name} places`, words);
  const spec = { name, input, output, size };
  const sink = context.tensors.inputSink(operation);
  return plain(
    [poolKernel(spec, from, to, places, activation)],
    sink && gradient ? [poolGradientKernel(spec, gradient, places, sink)] : [],
  );
}

export function lowerUpsample(context: Context, operation: UpsampleOperation): LoweredOperation {
  const { layer, input, output, factor } = operation;
  const { from, to, gradient } = around(context, operation);
  const sink = context.tensors.inputSink(operation);
  return plain(
    [upsampleKernel(layer, input, output, factor, from, to)],
    sink && gradient ? [upsampleGradientKernel(layer, input, output, factor, gradient, sink)] : [],
  );
}

export function lowerDepthToSpace(
  context: Context,
  operation: DepthToSpaceOperation,
): LoweredOperation {
  const { layer, input, output, block } = operation;
  const { from, to, gradient } = around(context, operation);
  const sink = context.tensors.inputSink(operation);
  return plain(
    [depthToSpaceKernel(layer, input, output, block, from, to)],
    sink && gradient
      ? [depthToSpaceGradientKernel(layer, input, output, block, gradient, sink)]
      : [],
  );
}

export function lowerActivation(
  context: Context,
  operation: ActivationOperation,
): LoweredOperation {
  const { layer, output, activation } = operation;
  const { from, to, gradient } = around(context, operation);
  const sink = context.tensors.inputSink(operation);
  const size = sizeOf(output);
  // Whoever wrote the gradient has multiplied it by the slope.
  return plain(
    [copyKernel(`${layer} forward`, size, from, { store: to, activation })],
    sink && gradient ? [copyKernel(`${layer} input gradient`, size, gradient, { sink })] : [],
  );
}

export function lowerRescale(context: Context, operation: RescaleOperation): LoweredOperation {
  const { layer, output, scale, offset } = operation;
  const { from, to, gradient } = around(context, operation);
  const sink = context.tensors.inputSink(operation);
  const size = sizeOf(output);
  const width = widthOf(size);
  const common = { width, size } as const;
  const bound = (store: Store) => [reads("from_values", store, elementOf(width))];
  return plain(
    [
      mapKernel({
        ...common,
        name: `${layer} forward`,
        bindings: bound(from),
        value: `value = from_values[i] * ${float(scale)} + ${float(offset)};`,
        target: { store: to, activation: "linear" },
      }),
    ],
    sink && gradient
      ? [
          mapKernel({
            ...common,
            name: `${layer} input gradient`,
            bindings: bound(gradient),
            value: `value = from_values[i] * ${float(scale)};`,
            target: { sink },
          }),
        ]
      : [],
  );
}

export function lowerDropout(context: Context, operation: DropoutOperation): LoweredOperation {
  const { layer, output, rate, number } = operation;
  const { from, to, gradient } = around(context, operation);
  const sink = context.tensors.inputSink(operation);
  const size = sizeOf(output);
  const target = { store: to, activation: "linear" } as const;
  const drop = (name: string) => ({ name, rate, number, size });
  return {
    ...plain(
      [dropoutKernel(drop(`${layer} forward`), from, target)],
      sink && gradient ? [dropoutKernel(drop(`${layer} input gradient`), gradient, { sink })] : [],
    ),
    inference: [copyKernel(`${layer} inference`, size, from, target)],
  };
}

export function lowerNestedDropout(
  context: Context,
  operation: NestedDropoutOperation,
): LoweredOperation {
  const { layer, output, evenTo } = operation;
  const { from, to, gradient } = around(context, operation);
  const sink = context.tensors.inputSink(operation);
  const size = sizeOf(output);
  const drawn = truncationThresholds(size, evenTo);
  const thresholds = context.constants(`${layer} thresholds`, drawn);
  const target = { store: to, activation: "linear" } as const;
  return {
    ...plain(
      [truncationKernel(`${layer} forward`, size, thresholds, from, target)],
      sink && gradient
        ? [truncationKernel(`${layer} input gradient`, size, thresholds, gradient, { sink })]
        : [],
    ),
    inference: [truncationKernel(`${layer} inference`, size, null, from, target)],
  };
}

/** Inputs of one addition: with the sum and its gradient they fit the 8 buffers of any GPU. */
const MOST_TERMS = 6;

export function lowerAdd(context: Context, operation: AddOperation): LoweredOperation {
  const { layer, inputs, output, activation } = operation;
  const { tensors } = context;
  const { to, gradient } = around(context, operation);
  const size = sizeOf(output);
  const width = widthOf(size);
  const element = elementOf(width);
  const forward: Kernel[] = [];
  for (let first = 0; first < inputs.length; first += MOST_TERMS) {
    const terms = inputs.slice(first, first + MOST_TERMS);
    // A tensor that is added to itself is bound once.
    const distinct = [...new Set(terms)];
    const isLast = first + MOST_TERMS >= inputs.length;
    const sum = terms.map((term) => `term${distinct.indexOf(term)}[i]`);
    forward.push(
      mapKernel({
        name: `${layer} forward`,
        bindings: distinct.map((term, place) =>
          reads(`term${place}`, tensors.value(term), element),
        ),
        width,
        size,
        value: `value = ${[...(first > 0 ? ["out[i]"] : []), ...sum].join(" + ")};`,
        target: { store: to, activation: isLast ? activation : "linear" },
        words: terms.length,
      }),
    );
  }
  const backward = inputs.flatMap((_, slot) => {
    const sink = tensors.inputSink(operation, slot);
    return sink && gradient
      ? [copyKernel(`${layer} input gradient ${slot + 1}`, size, gradient, { sink })]
      : [];
  });
  return plain(forward, backward);
}

export function lowerConcat(context: Context, operation: ConcatOperation): LoweredOperation {
  const { layer, inputs, output, parts } = operation;
  const { tensors } = context;
  const { to, gradient } = around(context, operation);
  const pixels = output.height * output.width;
  const forward: Kernel[] = [];
  const backward: Kernel[] = [];
  let offset = 0;
  for (const [slot, input] of inputs.entries()) {
    const channels = parts[slot]!;
    const width = widthOf(channels, output.channels, offset);
    const element = elementOf(width);
    const across = channels / width;
    // The part's number i, among the output's.
    const place = `i / ${across}u * ${output.channels / width}u + ${offset / width}u + i % ${across}u`;
    const size = pixels * channels;
    const bound = (store: Store) => [reads("from_values", store, element)];
    forward.push(
      mapKernel({
        name: `${layer} forward ${slot + 1}`,
        ...{ bindings: bound(tensors.value(input)), width, size, place },
        value: "value = from_values[i];",
        target: { store: to, activation: "linear" },
      }),
    );
    const sink = tensors.inputSink(operation, slot);
    if (sink && gradient) {
      backward.push(
        mapKernel({
          name: `${layer} input gradient ${slot + 1}`,
          ...{ bindings: bound(gradient), width, size },
          value: `value = from_values[${place}];`,
          target: { sink },
        }),
      );
    }
    offset += channels;
  }
  return plain(forward, backward);
}
