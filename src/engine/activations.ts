/** Activations: how layers name them, and what the slope of each is taken from. */

import type { Activation, ActivationName, ParametricActivation } from "./graph";

/** The name of an activation other than linear; each device has a row for it. */
export type FunctionName = ActivationName | ParametricActivation["name"];

export interface ActivationFunction {
  readonly name: FunctionName;
  /** 0 where it has no parameter. */
  readonly alpha: number;
}

export function functionOf(activation: Exclude<Activation, "linear">): ActivationFunction {
  return typeof activation === "string" ? { name: activation, alpha: 0 } : activation;
}

/**
 * Whether a slope is taken from what was activated; the others' is worked out from the output, so
 * that the input need not be kept.
 */
const TAKES_INPUT: Readonly<Record<FunctionName, boolean>> = {
  relu: false,
  sigmoid: false,
  elu: false,
  swish: true,
  clamp: false,
  tanh: false,
  softplus: false,
  softsign: false,
  gelu: true,
  selu: false,
  mish: true,
  leakyRelu: false,
  cappedRelu: false,
  thresholdedRelu: false,
  hardSigmoid: false,
};

/** What of an operation's tensors the slope of its activation is taken from. */
export function keptForSlope(activation: Exclude<Activation, "linear">): "input" | "output" {
  return TAKES_INPUT[functionOf(activation).name] ? "input" : "output";
}

/** Activations by the names that tfjs's layers, and ours, have for them. */
export const NAMED_ACTIVATIONS = {
  linear: "linear",
  relu: "relu",
  sigmoid: "sigmoid",
  elu: "elu",
  swish: "swish",
  tanh: "tanh",
  softplus: "softplus",
  softsign: "softsign",
  gelu: "gelu",
  selu: "selu",
  mish: "mish",
  relu6: { name: "cappedRelu", alpha: 6 },
  // tfjs's is Keras 2's; Keras 3 has another slope (nets/build/layers/hard-sigmoid.ts).
  hardSigmoid: { name: "hardSigmoid", alpha: 0.2 },
  kerasHardSigmoid: { name: "hardSigmoid", alpha: 1 / 6 },
} as const satisfies Readonly<Record<string, Activation>>;
