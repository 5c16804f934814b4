/** How much arithmetic a plan takes. */

import { kindOf } from "./ops";
import type { DoublingCost } from "./ops/kind";
import type { Plan } from "./plan";
import { differentiable } from "./tensors";

/**
 * Floating-point operations of one sample's training step, a multiply-add as two.
 *
 * A product counts for the forward pass, for its weights' gradient, and for its input's where
 * anything that leads to that input has weights: gradients of the image itself nobody needs.
 * What is no product of matrices (pooling, batch norm, activations, losses, Adam) is left out.
 */
export function trainingFlops(plan: Plan, doubling: DoublingCost = "folded"): number {
  const needed = differentiable(plan.operations);
  let flops = 0;
  for (const operation of plan.operations) {
    const products = operation.inputs.some((tensor) => needed.has(tensor)) ? 3 : 2;
    flops += 2 * products * (kindOf(operation).multiplyAdds?.(operation, doubling) ?? 0);
  }
  return flops;
}
