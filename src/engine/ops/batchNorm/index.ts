/**
 * y = γ (x − μ) / √(σ² + ε) + β for each channel (Ioffe & Szegedy 2015): in training with the mean
 * and variance of the whole batch and all pixels, else with their moving averages.
 */

import type { Activation, GraphNode, Parameter } from "../../graph";
import { backwardOf, type OperationKind } from "../kind";

export interface BatchNormOperation extends GraphNode {
  readonly kind: "batchNorm";
  readonly gamma: Parameter | null;
  readonly beta: Parameter | null;
  /** Moving averages, among the plan's statistics. */
  readonly mean: Parameter;
  readonly variance: Parameter;
  /** Part of a moving average that a step leaves as it was. */
  readonly momentum: number;
  readonly epsilon: number;
  readonly activation: Activation;
  /** It takes moving averages in training too, and leaves them as they are, as Keras's does. */
  readonly isFrozen: boolean;
}

/** Takes the gradient of the output and the input; makes those of the input, γ and β. */
export interface BatchNormGradient extends GraphNode {
  readonly kind: "batchNormGradient";
  readonly of: BatchNormOperation;
}

export const batchNorm: OperationKind<BatchNormOperation, BatchNormGradient> = {
  layers: {
    BatchNormalization(reader, node) {
      reader.lastAxis("axis");
      reader.noConstraint("betaConstraint", "gammaConstraint");
      reader.ignore("betaInitializer", "gammaInitializer");
      reader.ignore("movingMeanInitializer", "movingVarianceInitializer");
      const gamma = reader.isOn("scale") ? reader.parameter(0) : null;
      const beta = reader.isOn("center") ? reader.parameter(gamma ? 1 : 0) : null;
      return {
        ...node,
        kind: "batchNorm",
        gamma: reader.regularized(gamma, "gammaRegularizer"),
        beta: reader.regularized(beta, "betaRegularizer"),
        mean: reader.statistic(0, 2),
        variance: reader.statistic(1, 2),
        momentum: reader.number("momentum"),
        epsilon: reader.number("epsilon"),
        activation: "linear",
        isFrozen: reader.isFrozen,
      };
    },
  },
  trains: ({ gamma, beta }) => [gamma, beta],
  gradient: (of, dy, tape) => [
    tape.push({ ...backwardOf(of, dy, ...of.inputs), kind: "batchNormGradient", of }),
  ],
};
