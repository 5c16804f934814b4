/** Layer and group normalisation on the GPU: sums over a set, then every number of it. */

import type { Parameter } from "../../graph";
import { Residual } from "../../residual";
import { float, type Kernel, reads, writes } from "../../webgpu/kernel";
import { columnSumsKernel, partsOf, type Segment, sumsSegment } from "../../webgpu/kernels/reduce";
import { eachOfSet, pixelSets, type Sets, setsKernel } from "../../webgpu/kernels/sets";
import { type Context, inputOf, nameOf, type WebgpuKind } from "../../webgpu/lower/context";
import { sinkBindings, sinkFunction } from "../../webgpu/sink";
import type { Store } from "../../webgpu/stores";
import { wgsl } from "../../webgpu/wgsl";
import { type LayerNormGradient, type LayerNormOperation, setsOf } from ".";

/** [set][mean, 1 / deviation] */
const STATS = new Residual<Store>();

function setsIn(operation: LayerNormOperation): Sets {
  const { output, pixels, channels } = operation;
  if (channels === output.channels && pixels === 1) {
    return pixelSets(output.height * output.width, channels);
  }
  const groups = output.channels / channels;
  return {
    count: setsOf(operation),
    size: pixels * channels,
    place:
      `(stretch / ${groups}u * ${pixels}u + k / ${channels}u) * ${output.channels}u` +
      ` + stretch % ${groups}u * ${channels}u + k % ${channels}u`,
  };
}

/** WGSL of a channel's factor, for the number at `i`. */
function factorOf(context: Context, operation: LayerNormOperation, array: Parameter): string {
  return `weights[${context.weightAt(array)}u + i % ${operation.output.channels}u]`;
}

export const layerNorm: WebgpuKind<LayerNormOperation> = {
  lower(context, operation) {
    const { layer, gamma, beta, epsilon } = operation;
    const sets = setsIn(operation);
    const words = 2 * context.capacity * sets.count;
    const stats = STATS.keep(context, operation, context.stores.declare(`${layer} stats`, words));
    const scale = gamma ? ` * ${factorOf(context, operation, gamma)}` : "";
    const shift = beta ? ` + ${factorOf(context, operation, beta)}` : "";
    const kernel = setsKernel({
      name: nameOf(operation),
      sets,
      bindings: [
        reads("x", inputOf(context, operation)),
        writes("stats", stats),
        writes("out", context.tensors.store(operation.result)),
        ...(gamma || beta ? [reads("weights", context.weights)] : []),
      ],
      body: wgsl`
        var sum = 0.0;
        ${eachOfSet(sets, "sum += x[i];")}
        let mean = set_sum(lane, local, sum) / ${float(sets.size)};
        var squares = 0.0;
        ${eachOfSet(sets, "squares += (x[i] - mean) * (x[i] - mean);")}
        let variance = set_sum(lane, local, squares) / ${float(sets.size)};
        let inverse = inverseSqrt(variance + ${float(epsilon)});
        if (is_there && lane == 0u) {
          stats[2u * stretch] = mean;
          stats[2u * stretch + 1u] = inverse;
        }
        ${eachOfSet(sets, `out[i] = (x[i] - mean) * inverse${scale}${shift};`)}
      `,
      words: 4,
    });
    return { run: [kernel] };
  },
};

export const layerNormGradient: WebgpuKind<LayerNormGradient> = {
  lower(context, operation) {
    const { of, inputs, result } = operation;
    const stats = STATS.of(context, of);
    const [gradient, input] = inputs.map((tensor) => context.tensors.store(tensor));
    const bindings = [reads("x", input!), reads("dy", gradient!), reads("stats", stats)];
    const run: Kernel[] = [];
    const segments: Segment[] = [];
    const { height, width, channels } = of.output;
    /** The sums of a term over all pixels of the batch, for each channel. */
    const sums = (array: Parameter, what: string, term: string) => {
      const { capacity, parts: out } = context;
      const pixels = height * width;
      const parts = partsOf(capacity * pixels);
      const at = context.reserveParts(parts * channels);
      const name = `${of.layer} ${what} gradient`;
      run.push(
        columnSumsKernel({ name, bindings, term, pixels, channels, capacity, out, at, parts }),
      );
      segments.push(sumsSegment(context.weightAt(array), channels, at, parts));
    };
    const set = setOfNumber(of);
    if (of.gamma)
      sums(of.gamma, "gamma", `dy[i] * (x[i] - stats[2u * (${set})]) * stats[2u * (${set}) + 1u]`);
    if (of.beta) sums(of.beta, "beta", "dy[i]");
    const sink = context.tensors.sink(result);
    if (!sink) return { run, segments };
    const sets = setsIn(of);
    const slope = of.gamma ? `dy[i] * ${factorOf(context, of, of.gamma)}` : "dy[i]";
    run.push(
      setsKernel({
        name: nameOf(operation),
        sets,
        bindings: [
          ...bindings,
          ...(of.gamma ? [reads("weights", context.weights)] : []),
          ...sinkBindings(sink, 1),
        ],
        functions: sinkFunction(sink, 1),
        body: wgsl`
          var mean = 0.0;
          var inverse = 0.0;
          if (is_there) { mean = stats[2u * stretch]; inverse = stats[2u * stretch + 1u]; }
          var sum = 0.0;
          var product = 0.0;
          ${eachOfSet(sets, `let g = ${slope}; sum += g; product += g * (x[i] - mean) * inverse;`)}
          sum = set_sum(lane, local, sum) / ${float(sets.size)};
          product = set_sum(lane, local, product) / ${float(sets.size)};
          ${eachOfSet(sets, `sink(i, inverse * (${slope} - sum - (x[i] - mean) * inverse * product));`)}
        `,
        words: 6,
      }),
    );
    return { run, segments };
  },
};

/** WGSL: the set of the number at `i`. */
function setOfNumber({ output, pixels, channels }: LayerNormOperation): string {
  const groups = output.channels / channels;
  const pixel = `i / ${output.channels}u / ${pixels}u`;
  return groups === 1 ? pixel : `${pixel} * ${groups}u + i % ${output.channels}u / ${channels}u`;
}
