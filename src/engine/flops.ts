/** How much arithmetic a plan takes. */

import type { GraphNode } from "./graph";
import { kindOf, type Operation } from "./ops";
import { wasmKindOf } from "./ops/wasm";
import type { Plan } from "./plan";
import { differentiable } from "./tensors";

/**
 * How products are done: as `written`; `folded`, with four small convolutions for one of a doubled image; or
 * as on `wasm`, where some convolutions take fewer multiply-adds still.
 */
export type ProductCost = "written" | "folded" | "wasm";

/**
 * Floating-point operations of one sample's training step, a multiply-add as two.
 *
 * A product counts for the forward pass, for its weights' gradient, and for its input's where
 * anything that leads to that input has weights: gradients of the image itself nobody needs.
 * What is no product of matrices (pooling, batch norm, activations, losses, Adam) is left out.
 */
export function trainingFlops(plan: Plan, cost: ProductCost = "folded"): number {
  const needed = differentiable(plan.operations);
  let flops = 0;
  for (const operation of plan.operations) {
    const products = operation.inputs.some((tensor) => needed.has(tensor)) ? 3 : 2;
    flops += 2 * products * multiplyAddsOf(operation, cost);
  }
  return flops;
}

/** Multiply-adds of one sample's forward pass through an operation; only products of matrices. */
export function multiplyAddsOf(operation: Operation, cost: ProductCost): number {
  const node: GraphNode = operation;
  const fewer = cost === "wasm" ? wasmKindOf(node)?.multiplyAdds?.(node) : null;
  const doubling = cost === "written" ? "written" : "folded";
  return fewer ?? kindOf(operation).multiplyAdds?.(operation, doubling) ?? 0;
}
