/** How much arithmetic a plan takes. */

import { type Operation, type Plan, trainedBy } from "./plan";
import { foldedTaps } from "./taps";

/**
 * How a convolution over a doubled image is computed: `folded` as four small ones over the image
 * itself, as the WASM device does, or as `written`, on the doubled image.
 */
export type DoublingCost = "folded" | "written";

/** Multiply-adds of one sample's forward pass through one operation; only products of matrices. */
function forwardMultiplyAdds(operation: Operation, doubling: DoublingCost): number {
  switch (operation.kind) {
    case "dense":
      return operation.kernel.size;
    case "convTranspose":
      return operation.input.height * operation.input.width * operation.kernel.size;
    case "conv": {
      const { input, output, kernelSize, kernel, upsample } = operation;
      if (upsample === 1 || doubling === "written") {
        return output.height * output.width * kernel.size;
      }
      // A transposed convolution over the small image, with this many taps a pixel.
      const taps = foldedTaps(kernelSize[0]).length * foldedTaps(kernelSize[1]).length;
      return input.height * input.width * taps * input.channels * output.channels;
    }
    default:
      return 0;
  }
}

/**
 * Floating-point operations of one sample's training step, a multiply-add as two.
 *
 * A product counts for the forward pass, for its weights' gradient, and for its input's where
 * anything that leads to that input has weights: gradients of the image itself nobody needs.
 * What is no product of matrices (pooling, batch norm, activations, losses, Adam) is left out.
 */
export function trainingFlops(plan: Plan, doubling: DoublingCost = "folded"): number {
  const withGradient = new Set<number>();
  let flops = 0;
  for (const operation of plan.operations) {
    const needsInputGradient = operation.inputs.some((tensor) => withGradient.has(tensor));
    flops += 2 * forwardMultiplyAdds(operation, doubling) * (needsInputGradient ? 3 : 2);
    if (needsInputGradient || trainedBy(operation).length > 0) withGradient.add(operation.result);
  }
  return flops;
}
