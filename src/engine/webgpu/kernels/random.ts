/** Dropout and truncation: what is random is drawn where it is needed, and again on the way back. */

import { dropoutThreshold, STREAM_DROPOUT, STREAM_TRUNCATION } from "../../../math/philox";
import { philoxWgsl } from "../../philox-wgsl";
import { float, type Kernel, reads } from "../kernel";
import { elementOf } from "../sink";
import type { Store } from "../stores";
import { mapKernel, type Target, widthOf } from "./map";

export interface DropoutSpec {
  readonly name: string;
  readonly rate: number;
  /** The layer's number among the dropout layers. */
  readonly number: number;
  /** Numbers of one image. */
  readonly size: number;
}

/** values · mask: on the way there and back the same. */
export function dropoutKernel(
  { name, rate, number, size }: DropoutSpec,
  from: Store,
  target: Target,
): Kernel {
  const width = widthOf(size);
  const type = elementOf(width);
  const blocks = Math.ceil(size / 4);
  const block = `image * ${blocks}u + ${width === 4 ? "e" : "e / 4u"}`;
  const words = `random(${block}, ${STREAM_DROPOUT + number}u)${width === 4 ? "" : "[e % 4u]"}`;
  const threshold = `${width === 4 ? "vec4<u32>" : "u32"}(${dropoutThreshold(rate)}u)`;
  const scaled = `from_values[i] * ${float(1 / (1 - rate))}`;
  return mapKernel({
    name,
    bindings: [reads("from_values", from, type)],
    width,
    size,
    functions: philoxWgsl("batch"),
    value: `value = select(${type}(0.0), ${scaled}, ${words} >= ${threshold});`,
    target,
  });
}

/** The same numbers. */
export function copyKernel(name: string, size: number, from: Store, target: Target): Kernel {
  const width = widthOf(size);
  return mapKernel({
    name,
    bindings: [reads("from_values", from, elementOf(width))],
    width,
    size,
    value: "value = from_values[i];",
    target,
  });
}

/**
 * The first k numbers of each vector: k is drawn for the image from `thresholds` (of
 * `truncationThresholds`, math/philox.ts), or without them it is what the batch says.
 */
export function truncationKernel(
  name: string,
  size: number,
  thresholds: Store | null,
  from: Store,
  target: Target,
): Kernel {
  const drawn = [
    `let word = random(image, ${STREAM_TRUNCATION}u).x;`,
    "var low = 0u;",
    `var high = ${size}u;`,
    "while (low < high) {",
    "let middle = (low + high + 1u) / 2u;",
    "if (thresholds[middle - 1u] <= word) { low = middle; } else { high = middle - 1u; }",
    "}",
    "let kept_numbers = low;",
  ];
  return mapKernel({
    name,
    bindings: [
      reads("from_values", from),
      ...(thresholds ? [reads("thresholds", thresholds, "u32")] : []),
    ],
    width: 1,
    size,
    functions: thresholds ? philoxWgsl("batch") : "",
    value: [
      ...(thresholds ? drawn : ["let kept_numbers = batch.kept;"]),
      "value = select(0.0, from_values[i], e < kept_numbers);",
    ].join("\n"),
    target,
  });
}
