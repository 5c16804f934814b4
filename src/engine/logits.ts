/** Cross-entropy from logits is exact where a sigmoid has saturated: what it takes of a plan. */

import type { Plan } from "./plan";

/**
 * The plan with its final sigmoid taken off.
 *
 * @throws Error where it does not end in one
 */
export function withoutFinalSigmoid(plan: Plan): Plan {
  const placeOf = (tensor: number): number => {
    const place = plan.operations.findIndex(({ result }) => result === tensor);
    const operation = plan.operations[place];
    return operation?.kind === "reshape" ? placeOf(operation.inputs[0]) : place;
  };
  const last = placeOf(plan.result);
  const operation = plan.operations[last];
  if (!operation || !("activation" in operation) || operation.activation !== "sigmoid") {
    throw new Error("binary cross-entropy needs a model that ends in a sigmoid");
  }
  const operations = [...plan.operations];
  operations[last] = { ...operation, activation: "linear" };
  return { ...plan, operations };
}
