/** Pooling, enlarging, and channels that become pixels: numbers that change their places. */

import type { Activation, SampleShape } from "../../plan";
import { sizeOf } from "../../plan";
import { isNan, type Kernel, reads, writes } from "../kernel";
import { elementOf, type Sink } from "../sink";
import type { Store } from "../stores";
import { mapKernel, widthOf } from "./map";

/** WGSL that tells row `y`, column `x` and channel (or vector) `c` of place `e` in an image. */
function pixelOf({ width, channels }: SampleShape, vector: number): string {
  const across = channels / vector;
  return [
    `let c = e % ${across}u;`,
    `let x = e / ${across}u % ${width}u;`,
    `let y = e / ${across * width}u;`,
  ].join("\n");
}

/** The place of (row, column, channel) of the same image, in vectors. */
function placeOf(
  { height, width, channels }: SampleShape,
  vector: number,
  [y, x, c]: readonly [string, string, string],
): string {
  return `((image * ${height}u + ${y}) * ${width}u + ${x}) * ${channels / vector}u + ${c}`;
}

export interface PoolSpec {
  readonly name: string;
  readonly input: SampleShape;
  readonly output: SampleShape;
  readonly size: number;
}

/**
 * Where each maximum was, counted within its window; ties go to the first, as in TensorFlow, and
 * what is no number is largest.
 */
export function poolKernel(
  { name, input, output, size }: PoolSpec,
  from: Store,
  to: Store,
  places: Store,
  activation: Activation,
): Kernel {
  const width = widthOf(output.channels);
  const type = elementOf(width);
  const words = width === 4 ? "vec4<u32>" : "u32";
  const first = placeOf(input, width, [`y * ${size}u + dy`, `x * ${size}u + dx`, "c"]);
  return mapKernel({
    name: `${name} forward`,
    bindings: [reads("from_values", from, type), writes("places", places, words)],
    width,
    size: sizeOf(output),
    value: [
      pixelOf(output, width),
      `var where = ${words}(0u);`.replaceAll("where", "best_place"),
      `for (var dy = 0u; dy < ${size}u; dy++) {`,
      `for (var dx = 0u; dx < ${size}u; dx++) {`,
      `let other = from_values[${first}];`,
      "if (dy + dx == 0u) { value = other; }",
      `let better = (other > value) | ${isNan("other", type)};`,
      "value = select(value, other, better);",
      `best_place = select(best_place, ${words}(dy * ${size}u + dx), better);`,
      "}",
      "}",
      "places[i] = best_place;",
    ].join("\n"),
    target: { store: to, activation },
    words: sizeOf(input) / sizeOf(output) + 1,
  });
}

export function poolGradientKernel(
  { name, input, output, size }: PoolSpec,
  gradient: Store,
  places: Store,
  sink: Sink,
): Kernel {
  const width = widthOf(output.channels);
  const type = elementOf(width);
  const words = width === 4 ? "vec4<u32>" : "u32";
  return mapKernel({
    name: `${name} input gradient`,
    bindings: [reads("dy", gradient, type), reads("places", places, words)],
    width,
    size: sizeOf(input),
    value: [
      pixelOf(input, width),
      `if (y < ${output.height * size}u && x < ${output.width * size}u) {`,
      `let window = ${placeOf(output, width, [`y / ${size}u`, `x / ${size}u`, "c"])};`,
      `let own = ${words}(y % ${size}u * ${size}u + x % ${size}u);`,
      `value = select(${type}(0.0), dy[window], places[window] == own);`,
      "}",
    ].join("\n"),
    target: { sink },
    words: (2 * sizeOf(output)) / sizeOf(input),
  });
}

export function upsampleKernel(
  name: string,
  input: SampleShape,
  output: SampleShape,
  factor: number,
  from: Store,
  to: Store,
): Kernel {
  const width = widthOf(output.channels);
  const place = placeOf(input, width, [`y / ${factor}u`, `x / ${factor}u`, "c"]);
  return mapKernel({
    name: `${name} forward`,
    bindings: [reads("from_values", from, elementOf(width))],
    width,
    size: sizeOf(output),
    value: `${pixelOf(output, width)}\nvalue = from_values[${place}];`,
    target: { store: to, activation: "linear" },
    words: 1 / factor ** 2,
  });
}

export function upsampleGradientKernel(
  name: string,
  input: SampleShape,
  output: SampleShape,
  factor: number,
  gradient: Store,
  sink: Sink,
): Kernel {
  const width = widthOf(output.channels);
  const place = placeOf(output, width, [`y * ${factor}u + dy`, `x * ${factor}u + dx`, "c"]);
  return mapKernel({
    name: `${name} input gradient`,
    bindings: [reads("out_gradient", gradient, elementOf(width))],
    width,
    size: sizeOf(input),
    value: [
      pixelOf(input, width),
      `for (var dy = 0u; dy < ${factor}u; dy++) {`,
      `for (var dx = 0u; dx < ${factor}u; dx++) { value += out_gradient[${place}]; }`,
      "}",
    ].join("\n"),
    target: { sink },
    words: factor ** 2,
  });
}

/** Pixel (by + i, bx + j) of channel k is channel (ib + j)·channels + k of pixel (y, x). */
export function depthToSpaceKernel(
  name: string,
  deep: SampleShape,
  wide: SampleShape,
  block: number,
  from: Store,
  to: Store,
): Kernel {
  const width = widthOf(wide.channels);
  const across = wide.channels / width;
  const channel = `(y % ${block}u * ${block}u + x % ${block}u) * ${across}u + c`;
  const place = placeOf(deep, width, [`y / ${block}u`, `x / ${block}u`, channel]);
  return mapKernel({
    name: `${name} forward`,
    bindings: [reads("from_values", from, elementOf(width))],
    width,
    size: sizeOf(wide),
    value: `${pixelOf(wide, width)}\nvalue = from_values[${place}];`,
    target: { store: to, activation: "linear" },
  });
}

export function depthToSpaceGradientKernel(
  name: string,
  deep: SampleShape,
  wide: SampleShape,
  block: number,
  gradient: Store,
  sink: Sink,
): Kernel {
  const width = widthOf(wide.channels);
  const across = wide.channels / width;
  const place = placeOf(wide, width, [
    `y * ${block}u + c / ${block * across}u`,
    `x * ${block}u + c / ${across}u % ${block}u`,
    `c % ${across}u`,
  ]);
  return mapKernel({
    name: `${name} input gradient`,
    bindings: [reads("out_gradient", gradient, elementOf(width))],
    width,
    size: sizeOf(deep),
    value: `${pixelOf(deep, width)}\nvalue = out_gradient[${place}];`,
    target: { sink },
  });
}
