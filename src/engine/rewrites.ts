/**
 * Rewrites that leave a plan's results as they are (but for rounding) and make it cheaper.
 *
 * Each has a name, a condition under which it is exact, and a test that it is.
 */

import { keptForSlope } from "./activations";
import type { Operation } from "./ops";
import type { ConvOperation } from "./ops/conv";
import type { Plan } from "./plan";

/**
 * Makes other operations of two that follow each other, of which the second alone takes what the
 * first makes; null where that would not be exact.
 */
export type Rewrite = (previous: Operation, next: Operation) => readonly Operation[] | null;

/** Where a convolution over an enlarged image equals small ones over the image itself. */
function isFoldable(conv: ConvOperation): boolean {
  const [height, width] = conv.kernelSize;
  const { padding, strides, dilation } = conv;
  // Odd kernels, centred: the zeros around the enlarged image are then those around the small one.
  return (
    [...strides, ...dilation].every((step) => step === 1) &&
    conv.upsample === 1 &&
    height % 2 === 1 &&
    width % 2 === 1 &&
    padding.top === (height - 1) / 2 &&
    padding.bottom === padding.top &&
    padding.left === (width - 1) / 2 &&
    padding.right === padding.left
  );
}

export const REWRITES = {
  /** An activation right behind a layer without one becomes that layer's own. */
  activationIntoLayer(previous, next) {
    if (next.kind !== "activation") return null;
    const { result } = next;
    if (next.activation === "linear") return [{ ...previous, result }];
    // Its gradient takes what it was applied to, so that must stay.
    if (keptForSlope(next.activation) === "input") return null;
    if (previous.kind === "maxPool") {
      const fits = previous.activation === "linear" && next.activation === "relu";
      return fits ? [{ ...previous, activation: "relu", result }] : null;
    }
    if (previous.kind === "activation" || !("activation" in previous)) return null;
    if (previous.activation !== "linear") return null;
    return [{ ...previous, activation: next.activation, result }];
  },

  /**
   * ReLU moves behind max pooling: max(relu(x)) = relu(max(x)), and where the gradients could
   * differ (all of a window at or below 0) both are 0. A quarter of the numbers remain.
   */
  reluBehindMaxPool(previous, next) {
    if (previous.kind !== "conv" || previous.activation !== "relu" || next.kind !== "maxPool") {
      return null;
    }
    return [
      { ...previous, activation: "linear" },
      { ...next, activation: "relu" },
    ];
  },

  /** Zeros put around an image are those that a convolution puts around it itself, and no copy of it. */
  padIntoConv(previous, next) {
    if (previous.kind !== "pad") return null;
    if (next.kind !== "depthwise" && (next.kind !== "conv" || next.upsample !== 1)) return null;
    const { edges, input, inputs } = previous;
    const { top, bottom, left, right } = next.padding;
    const padding = {
      top: top + edges.top,
      bottom: bottom + edges.bottom,
      left: left + edges.left,
      right: right + edges.right,
    };
    return [{ ...next, input, inputs, padding }];
  },

  /** Nearest 2× then a k×k convolution is four convolutions with (k+1)/2 taps a side: 9 become 4. */
  upsampleIntoConv(previous, next) {
    if (previous.kind !== "upsample" || previous.by !== "nearest") return null;
    if (previous.factors.some((factor) => factor !== 2)) return null;
    if (next.kind !== "conv" || !isFoldable(next)) return null;
    return [{ ...next, input: previous.input, inputs: previous.inputs, upsample: 2 }];
  },
} as const satisfies Readonly<Record<string, Rewrite>>;

/** How many operations take each tensor; being kept counts as one more. */
function countUses(operations: readonly Operation[], kept: readonly number[]): Map<number, number> {
  const uses = new Map<number, number>();
  for (const tensor of [...kept, ...operations.flatMap((operation) => operation.inputs)]) {
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  }
  return uses;
}

/**
 * The operations with the rewrites applied, wherever they are exact.
 *
 * @param kept tensors that have to be there, such as the model's output
 */
export function rewrite(
  operations: readonly Operation[],
  kept: readonly number[],
  rewrites: readonly Rewrite[],
): Operation[] {
  const uses = countUses(operations, kept);
  const rewritten: Operation[] = [];
  for (const operation of operations) {
    const [between, ...others] = operation.inputs;
    const isAlone = between !== undefined && others.length === 0 && uses.get(between) === 1;
    const at = isAlone ? rewritten.findIndex((earlier) => earlier.result === between) : -1;
    const previous = rewritten[at];
    const found =
      previous && rewrites.map((apply) => apply(previous, operation)).find((made) => made !== null);
    if (found) {
      // Nothing since depends on the earlier one, so that it can move to the end.
      rewritten.splice(at, 1);
      rewritten.push(...found);
    } else {
      rewritten.push(operation);
    }
  }
  return rewritten;
}

/**
 * The plan with the sigmoid taken off that makes the tensor, which is one of logits then.
 *
 * Cross-entropy of σ(z) against y is max(z, 0) − z·y + ln(1 + e^−|z|), and its slope σ(z) − y; from σ(z)
 * in single precision both would be lost where it has saturated.
 * @throws Error where it does not end in a sigmoid, or something else takes what that makes
 */
export function crossEntropyFromLogits(plan: Plan, tensor: number): Plan {
  const uses = countUses(plan.operations, [
    ...[...plan.ends, ...plan.activities].map((each) => each.tensor),
    ...plan.outputs.values(),
  ]);
  const placeOf = (tensor: number): number => {
    if (uses.get(tensor) !== 1) {
      throw new Error(
        "The output that cross-entropy is taken of has another use: give it no sigmoid.",
      );
    }
    const place = plan.operations.findIndex(({ result }) => result === tensor);
    const operation = plan.operations[place];
    return operation?.kind === "reshape" ? placeOf(operation.inputs[0]!) : place;
  };
  const last = placeOf(tensor);
  const operation = plan.operations[last];
  if (!operation || !("activation" in operation) || operation.activation !== "sigmoid") {
    throw new Error("The plan does not end in a sigmoid.");
  }
  const operations = plan.operations.with(last, { ...operation, activation: "linear" });
  return { ...plan, operations };
}
