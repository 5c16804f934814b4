/** What convolutions and dense layers have in common: forward, both gradients, and their sums. */

import type { GraphNode } from "../../graph";
import { Residual } from "../../residual";
import { phaseCount, phaseGrid } from "../gathers";
import { type Kernel, reads } from "../kernel";
import { fewFiltersKernel, hasFewFilters } from "../kernels/few-filters";
import { foldKernel } from "../kernels/fold";
import { mapKernel, type Target, widthOf } from "../kernels/map";
import { canSplit, type Outcome, type ProductSpec, productKernel } from "../kernels/product";
import { STRIP } from "../kernels/tile";
import { elementOf } from "../sink";
import type { Store } from "../stores";
import { wgsl } from "../wgsl";
import { type Context, inputOf, type LoweredOperation, nameOf } from "./context";
import { type WeightedSpec, weightGradient } from "./gradients";
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
    value: wgsl`
      ${hasBias && `value = biases[${(outcome.bias ?? 0) / width}u + e];`}
      for (var part = 0u; part < ${count}u; part++) {
        value += parts[part * ${(rows * columns) / width}u + i];
      }
    `,
    target,
    words: count,
  });
}

/** Weights that are folded, which the gradient of the input takes too. */
const FOLDED = new Residual<Store>();

/** The forward pass of a layer whose work is a product. */
export function lowerWeighted(context: Context, spec: WeightedSpec): LoweredOperation {
  const { operation, gathers, isTransposed } = spec;
  const { layer, kernel, bias, activation, input, output } = operation;
  const { forward, slabs } = gathers;
  const name = nameOf(operation);
  const slab = input.channels * output.channels;
  const at = context.weightAt(kernel);
  const folded = spec.folded && context.stores.declare(`${layer} folded`, slabs * slab);
  const fold =
    spec.folded &&
    folded &&
    foldKernel({
      name: `${layer} fold`,
      kernelSize: spec.folded,
      slab,
      weights: context.weights,
      offset: at,
      folded: FOLDED.keep(context, operation, folded),
    });
  const from = inputOf(context, operation);
  const store = context.tensors.store(operation.result);
  const weights = folded ?? context.weights;
  const offset = folded ? 0 : at;
  const biasAt = bias ? context.weightAt(bias) : null;
  const run =
    !isTransposed && hasFewFilters(forward)
      ? [
          fewFiltersKernel({
            name,
            gather: forward,
            from,
            to: store,
            weights,
            offset,
            bias: biasAt,
            activation,
          }),
        ]
      : product(
          context,
          { name, gather: forward, from, weights, offset, transposed: isTransposed },
          { kind: "output", store, bias: biasAt, biases: context.weights, activation },
        );
  return { prepare: fold ? [fold] : [], run };
}

/** The gradients of its weights and, where somebody takes it, of its input. */
export function lowerWeightedGradient(
  context: Context,
  node: GraphNode,
  spec: WeightedSpec,
): LoweredOperation {
  const { operation, gathers, isTransposed } = spec;
  const from = inputOf(context, node);
  const { kernels, segments } = weightGradient(context, spec, from);
  const sink = context.tensors.sink(node.result);
  if (!sink) return { run: kernels, segments };
  const inputGradient = product(
    context,
    {
      name: nameOf(node),
      gather: gathers.backward,
      from,
      weights: spec.folded ? FOLDED.of(context, operation) : context.weights,
      offset: spec.folded ? 0 : context.weightAt(operation.kernel),
      transposed: !isTransposed,
    },
    { kind: "gradient", sink },
  );
  return { run: [...kernels, ...inputGradient], segments };
}
