/** A plan that computes in training as it does outside it. */

import type { Operation } from "./ops";
import type { Plan } from "./plan";

/**
 * The same plan whose normalisations take their moving averages, and that drops and draws nothing: its
 * gradients are those of what the net makes of images once it is trained.
 *
 * @throws Error for a plan that draws from distributions: what goes into that is its own plan's end
 */
export function asInference(plan: Plan): Plan {
  return { ...plan, operations: plan.operations.map(still) };
}

function still(operation: Operation): Operation {
  switch (operation.kind) {
    case "batchNorm":
      return { ...operation, isFrozen: true };
    case "dropout":
    case "nestedDropout":
    case "noise": {
      const { layer, inputs, result, input, output } = operation;
      return {
        layer,
        inputs,
        result,
        input,
        output,
        kind: "activation",
        activation: "linear",
      };
    }
    case "sample":
      throw new Error(`${operation.layer} draws from a distribution.`);
    default:
      return operation;
  }
}
