/** How the gradient of a layer's weights is computed: from which side, and in how many parts. */

import type { GraphNode } from "../../graph";
import { isTrained, type Weighted } from "../../ops/weights";
import { type Gather, type Gathers, mostTaps, phaseCount, phaseGrid } from "../gathers";
import { type Kernel, reads } from "../kernel";
import { foldedSources } from "../kernels/fold";
import { columnSumsKernel, type Segment, slabSegment, sumsSegment } from "../kernels/reduce";
import { weightGradientKernel } from "../kernels/weight-gradient";
import type { Store } from "../stores";
import { type Context, inputOf } from "./context";
import { chooseTile, ENOUGH_GROUPS, groupsOf, partsFor } from "./tiles";

/** What tells one layer whose work is a product from another. */
export interface WeightedSpec {
  readonly operation: GraphNode & Weighted;
  readonly gathers: Gathers;
  /** Are a slab's sides changed, as a transposed convolution has them? */
  readonly isTransposed: boolean;
  /** Size of the kernel, where it is folded with a doubling of the image. */
  readonly folded: readonly [number, number] | null;
}

/** Fewest pixels of a part of a weight gradient, and most words of all its parts. */
const PART_PIXELS = 64;
const MOST_PART_WORDS = 2 ** 22;
/** Cost of a way that does not sum the bias's gradient as it goes: a kernel more. */
const TURNING_COST = 1.1;

/** One way to compute a weight gradient. */
interface GradientWay {
  readonly gather: Gather;
  readonly from: Store;
  readonly to: Store;
  /** Are the sums' slabs the kernel's with sides changed? */
  readonly turned: boolean;
  /** Do its columns belong to the output, whose sums are the bias's gradient? */
  readonly sumsBias: boolean;
}

function costOfWay({ gather, sumsBias }: GradientWay): number {
  const rows = mostTaps(gather) * gather.from.channels;
  const tile = chooseTile(rows, gather.to.channels, ENOUGH_GROUPS);
  const grid = phaseGrid(gather);
  const padded = groupsOf(tile, rows, gather.to.channels) * tile.rows * tile.columns;
  return padded * grid.height * grid.width * phaseCount(gather) * (sumsBias ? 1 : TURNING_COST);
}

interface WeightGradient {
  readonly kernels: Kernel[];
  readonly segments: Segment[];
}

/** The kernels, and how their parts add up. */
export function weightGradient(
  context: Context,
  { operation, gathers, isTransposed, folded }: WeightedSpec,
  gradient: Store,
): WeightGradient {
  if (!isTrained(operation)) return { kernels: [], segments: [] };
  const { forward, backward, slabs } = gathers;
  const { capacity, gradients } = context;
  const value = inputOf(context, operation);
  const ways: GradientWay[] = [
    { gather: forward, from: value, to: gradient, turned: isTransposed, sumsBias: true },
    { gather: backward, from: gradient, to: value, turned: !isTransposed, sumsBias: false },
  ];
  const way = ways.reduce((best, other) => (costOfWay(other) < costOfWay(best) ? other : best));
  const { gather, turned } = way;
  const rows = mostTaps(gather) * gather.from.channels;
  const columns = gather.to.channels;
  const grid = phaseGrid(gather);
  const phases = phaseCount(gather);
  const pixels = capacity * grid.height * grid.width;
  const size = gather.from.channels * columns;

  const most = Math.min(
    Math.ceil(pixels / PART_PIXELS),
    Math.max(1, Math.floor(MOST_PART_WORDS / (slabs * size))),
  );
  const tile = chooseTile(rows, columns, phases * most);
  const parts = partsFor(groupsOf(tile, rows, columns) * phases, most);
  const { kernel, bias, layer } = operation;
  const kernelSlabs = kernel.size / size;
  const isDirect = parts === 1 && !turned && phases === 1 && kernelSlabs === slabs;
  const at = isDirect ? context.weightAt(kernel) : context.reserveParts(parts * slabs * size);
  const sums = bias && way.sumsBias ? bias : null;
  const sumCount = parts * phases;
  const sumsAt =
    sums === null
      ? null
      : isDirect
        ? context.weightAt(sums)
        : context.reserveParts(sumCount * columns);
  const kernels = [
    weightGradientKernel({
      name: `${layer} weight gradient`,
      gather,
      from: way.from,
      to: way.to,
      slabs,
      capacity,
      tile,
      parts,
      at,
      sumsAt,
      out: isDirect ? gradients : context.parts,
    }),
  ];
  const segments: Segment[] = [];
  if (!isDirect) {
    const sources = folded
      ? foldedSources(folded)
      : Array.from({ length: slabs }, (_, slab) => [slab]);
    const [kernelRows, kernelColumns] = turned
      ? [columns, gather.from.channels]
      : [gather.from.channels, columns];
    segments.push(
      slabSegment({
        at: context.weightAt(kernel),
        slabs: kernelSlabs,
        rows: kernelRows,
        columns: kernelColumns,
        partsAt: at,
        parts,
        partSlabs: slabs,
        turned,
        sources,
      }),
    );
    if (sums && sumsAt !== null) {
      segments.push(sumsSegment(context.weightAt(sums), columns, sumsAt, sumCount));
    }
  }
  if (bias && !sums) {
    const { height, width, channels } = operation.output;
    const count = Math.min(ENOUGH_GROUPS, Math.ceil((capacity * height * width) / PART_PIXELS));
    const biasAt = context.reserveParts(count * channels);
    kernels.push(
      columnSumsKernel({
        name: `${layer} bias gradient`,
        bindings: [reads("values", gradient)],
        term: "values[i]",
        pixels: height * width,
        channels,
        capacity,
        out: context.parts,
        at: biasAt,
        parts: count,
      }),
    );
    segments.push(sumsSegment(context.weightAt(bias), channels, biasAt, count));
  }
  return { kernels, segments };
}
