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
  return WRITTEN[activation](to, input, output);
}

type Write = (to: OnnxBuilder, input: string, output: string) => string;

const operator =
  (name: string, floats: Readonly<Record<string, number>> = {}): Write =>
  (to, input, output) =>
    to.node(name, [input], output, { attributes: floats, floats: Object.keys(floats) });

/** min(max(x, 0), most) */
export function writeCapped(to: OnnxBuilder, input: string, output: string, most: number): string {
  const ends = [to.scalar(`${output}/min`, 0), to.scalar(`${output}/max`, most)];
  return to.node("Clip", [input, ...ends], output);
}

const WRITTEN: Readonly<Record<ActivationName, Write>> = {
  linear: operator("Identity"),
  relu: operator("Relu"),
  sigmoid: operator("Sigmoid"),
  tanh: operator("Tanh"),
  elu: operator("Elu"),
  softplus: operator("Softplus"),
  softsign: operator("Softsign"),
  selu: operator("Selu", { alpha: 1.6732632423543772, gamma: 1.0507009873554805 }),
  hardSigmoid: operator("HardSigmoid", { alpha: 0.2, beta: 0.5 }),
  kerasHardSigmoid: operator("HardSigmoid", { alpha: 1 / 6, beta: 0.5 }),
  // Channels come first in an image, and alone in a vector.
  softmax: (to, input, output) => to.node("Softmax", [input], output, { attributes: { axis: 1 } }),
  relu6: (to, input, output) => writeCapped(to, input, output, 6),
  swish: (to, input, output) =>
    to.node("Mul", [input, to.node("Sigmoid", [input], `${output}/sigmoid`)], output),
  // Operators of their own came after set 17.
  gelu(to, input, output) {
    const scaled = to.node(
      "Mul",
      [input, to.scalar(`${output}/scale`, Math.SQRT1_2)],
      `${output}/scaled`,
    );
    const error = to.node("Erf", [scaled], `${output}/erf`);
    const above = to.node("Add", [error, to.scalar(`${output}/one`, 1)], `${output}/above`);
    const half = to.node("Mul", [above, to.scalar(`${output}/half`, 0.5)], `${output}/share`);
    return to.node("Mul", [input, half], output);
  },
  mish(to, input, output) {
    const softplus = to.node("Softplus", [input], `${output}/softplus`);
    return to.node("Mul", [input, to.node("Tanh", [softplus], `${output}/tanh`)], output);
  },
};
