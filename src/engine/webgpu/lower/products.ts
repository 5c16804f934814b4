/** What convolutions and dense layers have in common: forward, both gradients, and their sums. */

import { type Gathers, phaseCount, phaseGrid } from "../gathers";
import { type Kernel, reads } from "../kernel";
import { foldKernel } from "../kernels/fold";
import { mapKernel, type Target, widthOf } from "../kernels/map";
import { isNarrow, narrowKernel } from "../kernels/narrow";
import { canSplit, type Outcome, type ProductSpec, productKernel } from "../kernels/product";
import { STRIP } from "../kernels/tile";
import { elementOf } from "../sink";
import type { Store } from "../stores";
import type { Context, LoweredOperation } from "./context";
import { type ProductOperation, weightGradient } from "./gradients";
import { chooseTile, ENOUGH_GROUPS, groupsOf, partsFor } from "./tiles";

/** Fewest inner steps for which it pays to split a product, and of each of its parts. */
const LONG = 512;
const PART_STEPS = 128;

/** A product whose sums are split over its inner index where it has too few tiles. */
function product(
  context: Context,
  spec: Omit<ProductSpec, "tile" | "outcome">,
  outcome: Exclude<Outcome, { kind: "parts" }>,
): Kernel[] {
  const { gather } = spec;
  const { from, to } = gather;
  const grid = phaseGrid(gather);
  const rows = context.capacity * grid.height * grid.width;
  const inner = from.channels;
  const whole = chooseTile(rows, to.channels, phaseCount(gather));
  const isBusy = groupsOf(whole, rows, to.channels) >= ENOUGH_GROUPS / 2;
  if (!canSplit(gather) || inner < LONG || isBusy) {
    return [productKernel({ ...spec, outcome, tile: whole })];
  }
  const most = Math.floor(inner / PART_STEPS);
  const tile = chooseTile(rows, to.channels, most);
  const wanted = partsFor(groupsOf(tile, rows, to.channels), most);
  const steps = Math.ceil(inner / wanted / STRIP) * STRIP;
  const parts = Math.ceil(inner / steps);
  const store = context.scratch(parts * rows * to.channels);
  return [
    productKernel({ ...spec, outcome: { kind: "parts", store, rows, steps, parts }, tile }),
    joinKernel(`${spec.name} sum`, store, parts, rows, to.channels, outcome),
  ];
}

/** Adds up the parts of a product of [rows][columns]. */
function joinKernel(
  name: string,
  parts: Store,
  count: number,
  rows: number,
  columns: number,
  outcome: Exclude<Outcome, { kind: "parts" }>,
): Kernel {
  const hasBias = outcome.kind === "output" && outcome.bias !== null;
  const width = widthOf(columns, hasBias ? (outcome.bias ?? 0) : 0);
  const element = elementOf(width);
  const target: Target =
    outcome.kind === "output"
      ? { store: outcome.store, activation: outcome.activation }
      : { sink: outcome.sink };
  return mapKernel({
    name,
    bindings: [
      reads("parts", parts, element),
      ...(hasBias ? [reads("biases", outcome.biases, element)] : []),
    ],
    width,
    size: columns,
    value: [
      ...(hasBias ? [`value = biases[${(outcome.bias ?? 0) / width}u + e];`] : []),
      `for (var part = 0u; part < ${count}u; part++) { value += parts[part * ${(rows * columns) / width}u + i]; }`,
    ].join("\n"),
    target,
    words: count,
  });
}

/** Lowers a layer whose work is a product. */
export function lowerProduct(
  context: Context,
  operation: ProductOperation,
  gathers: Gathers,
): LoweredOperation {
  const { stores, tensors } = context;
  const { layer, kernel, bias, activation } = operation;
  const { forward, backward, slabs } = gathers;
  const slab = operation.input.channels * operation.output.channels;
  const isFolded = operation.kind === "conv" && operation.upsample === 2;
  const folded = isFolded ? stores.declare(`${layer} folded`, slabs * slab) : null;
  const weights = folded ?? context.weights;
  const offset = folded ? 0 : context.weightAt(kernel);
  const isTransposed = operation.kind === "convTranspose";
  const output = tensors.value(operation.result);
  const input = tensors.value(operation.inputs[0]!);
  const gradient = tensors.gradient(operation.result);
  const sink = tensors.inputSink(operation);
  const biasAt = bias ? context.weightAt(bias) : null;

  const prepare =
    folded && operation.kind === "conv"
      ? [
          foldKernel({
            name: `${layer} fold`,
            kernelSize: operation.kernelSize,
            ...{ slab, folded, weights: context.weights, offset: context.weightAt(kernel) },
          }),
        ]
      : [];
  const forwardKernels =
    !isTransposed && isNarrow(forward)
      ? [
          narrowKernel({
            name: `${layer} forward`,
            ...{
              gather: forward,
              from: input,
              to: output,
              weights,
              offset,
              bias: biasAt,
              activation,
            },
          }),
        ]
      : product(
          context,
          {
            name: `${layer} forward`,
            ...{ gather: forward, from: input, weights, offset, transposed: isTransposed },
          },
          { kind: "output", store: output, bias: biasAt, biases: context.weights, activation },
        );
  if (!gradient) return { prepare, forward: forwardKernels, backward: [], segments: [] };

  const { kernels, segments } = weightGradient(context, operation, gathers, gradient);
  const inputGradient = sink
    ? product(
        context,
        {
          name: `${layer} input gradient`,
          ...{ gather: backward, from: gradient, weights, offset, transposed: !isTransposed },
        },
        { kind: "gradient", sink },
      )
    : [];
  return { prepare, forward: forwardKernels, backward: [...kernels, ...inputGradient], segments };
}
