/** Rewrites that leave a plan's results as they are (but for rounding) and make it cheaper. */

import type { Operation } from "./ops";
import type { ConvOperation } from "./ops/conv";

/** An activation right behind a layer without one becomes that layer's own. */
function fuseActivation(previous: Operation, next: Operation): Operation[] | null {
  if (next.kind !== "activation") return null;
  const { result } = next;
  if (next.activation === "linear") return [{ ...previous, result }];
  // Its gradient takes what it was applied to, so that must stay.
  if (next.activation === "swish") return null;
  if (previous.kind === "maxPool") {
    const fits = previous.activation === "linear" && next.activation === "relu";
    return fits ? [{ ...previous, activation: "relu", result }] : null;
  }
  if (previous.kind === "activation" || !("activation" in previous)) return null;
  if (previous.activation !== "linear") return null;
  return [{ ...previous, activation: next.activation, result }];
}

/**
 * ReLU moves behind max pooling: max(relu(x)) = relu(max(x)), and where the gradients could
 * differ (all of a window at or below 0) both are 0. A quarter of the numbers remain.
 */
function moveReluBehindPool(previous: Operation, next: Operation): Operation[] | null {
  if (previous.kind !== "conv" || previous.activation !== "relu" || next.kind !== "maxPool") {
    return null;
  }
  return [
    { ...previous, activation: "linear" },
    { ...next, activation: "relu" },
  ];
}

/** Where a convolution over an enlarged image equals small ones over the image itself. */
function isFoldable(conv: ConvOperation): boolean {
  const [height, width] = conv.kernelSize;
  const { padding } = conv;
  // Odd kernels, centred: the zeros around the enlarged image are then those around the small one.
  return (
    conv.stride === 1 &&
    conv.upsample === 1 &&
    height % 2 === 1 &&
    width % 2 === 1 &&
    padding.top === (height - 1) / 2 &&
    padding.bottom === padding.top &&
    padding.left === (width - 1) / 2 &&
    padding.right === padding.left
  );
}

/** Nearest 2× then a k×k convolution is four convolutions with (k+1)/2 taps a side: 9 become 4. */
function foldUpsampling(previous: Operation, next: Operation): Operation[] | null {
  if (previous.kind !== "upsample" || previous.factor !== 2) return null;
  if (next.kind !== "conv" || !isFoldable(next)) return null;
  return [{ ...next, input: previous.input, inputs: previous.inputs, upsample: 2 }];
}

const RULES = [fuseActivation, moveReluBehindPool, foldUpsampling];

/** How many operations take each tensor; the model's output counts as one more. */
function countUses(operations: readonly Operation[], result: number): Map<number, number> {
  const uses = new Map([[result, 1]]);
  for (const tensor of operations.flatMap((operation) => operation.inputs)) {
    uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  }
  return uses;
}

/**
 * The operations with every rewrite applied, wherever it is exact.
 *
 * Two become one only where nothing else takes what is between them.
 * @param result the tensor that the model puts out
 */
export function fuse(operations: readonly Operation[], result: number): Operation[] {
  const uses = countUses(operations, result);
  const fused: Operation[] = [];
  for (const operation of operations) {
    const [between, ...others] = operation.inputs;
    const at =
      others.length === 0 && uses.get(between) === 1
        ? fused.findIndex((earlier) => earlier.result === between)
        : -1;
    const rewritten =
      at >= 0 &&
      RULES.map((rule) => rule(fused[at], operation)).find((rewrite) => rewrite !== null);
    if (rewritten) {
      // Nothing since depends on the earlier one, so that it can move to the end.
      fused.splice(at, 1);
      fused.push(...rewritten);
    } else {
      fused.push(operation);
    }
  }
  return fused;
}
