/** Activations as ONNX operators. */

import type { NetLayer } from "../graph";
import { type ActivationName, activationOf } from "../settings";
import type { OnnxBuilder } from "./builder";

/** Writes what comes before a layer's activation, and the activation. */
export function activated(
  to: OnnxBuilder,
  layer: NetLayer,
  write: (output: string) => string,
): string {
  const activation = activationOf(layer);
  const name = to.tensorOf(layer.name);
  if (activation === "linear") return write(name);
  return writeActivation(to, activation, write(`${name}/linear`), name);
}

export function writeActivation(
  to: OnnxBuilder,
  activation: ActivationName,
  input: string,
  output: string,
): string {
  switch (activation) {
    case "linear":
      return to.node("Identity", [input], output);
    case "swish":
      return to.node("Mul", [input, to.node("Sigmoid", [input], `${output}/sigmoid`)], output);
    default:
      return to.node(OPERATORS[activation], [input], output);
  }
}

const OPERATORS = {
  relu: "Relu",
  sigmoid: "Sigmoid",
  tanh: "Tanh",
  elu: "Elu",
  softplus: "Softplus",
} as const satisfies Partial<Record<ActivationName, string>>;
