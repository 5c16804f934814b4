/**
 * A number drawn for each pair of a mean and a log-variance (Kingma & Welling 2014).
 *
 * Of a pixel's channels the first half are means, and the second log-variances. In training the number
 * is mean + exp(log-variance / 2) · ε with a normal ε, so that gradients reach both; else it is the mean.
 */

import type { GraphNode } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface SampleOperation extends GraphNode {
  readonly kind: "sample";
  /** Which stream it draws from. */
  readonly number: number;
}

/** Takes what it was drawn from, and the gradient of what was drawn. */
export interface SampleGradient extends GraphNode {
  readonly kind: "sampleGradient";
  readonly number: number;
}

export const sample: OperationKind<SampleOperation, SampleGradient> = {
  layers: {
    Sampling(reader, node) {
      const { input, output } = node;
      reader.fits(
        input.channels === 2 * output.channels,
        "it takes a mean and a log-variance for each number",
      );
      return { ...node, kind: "sample", number: reader.streamNumber() };
    },
  },
  // ε is drawn again: the gradient of the mean is dy, that of the log-variance dy · ε · deviation / 2.
  gradient({ number, ...operation }, dy, tape) {
    const [from] = operation.inputs;
    return [
      tape.push({
        ...backwardOf(operation, dy, from!),
        kind: "sampleGradient",
        number,
      }),
    ];
  },
};
