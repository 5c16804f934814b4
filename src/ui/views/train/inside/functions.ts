/** Activations as they are worked out on the page: one number at a time, in double precision. */

import { ACTIVATION_TITLES, type Activation } from "../../../../nets/activations";
import type { ActivationSpec } from "../../../../nets/spec";

export interface NumberFunction {
  /** "ReLU" */
  readonly title: string;
  readonly apply: (x: number) => number;
}

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

const relu = (x: number): number => Math.max(0, x);
const between = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** ln(1 + eˣ), without an overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** How much of the standard normal distribution lies below x: Abramowitz & Stegun 7.1.26, to 10⁻⁷. */
function normalShare(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (series * Math.exp(-z * z)) / 2;
  return x < 0 ? tail : 1 - tail;
}

/** Keras 3's formulas; softmax is none of a single number. */
const FUNCTIONS: Readonly<Record<Exclude<Activation, "softmax">, (x: number) => number>> = {
  linear: (x) => x,
  relu,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  swish: (x) => x * sigmoid(x),
  sigmoid,
  tanh: Math.tanh,
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  gelu: (x) => x * normalShare(x),
  selu: (x) => SELU.scale * (x > 0 ? x : SELU.alpha * Math.expm1(x)),
  mish: (x) => x * Math.tanh(softplus(x)),
  relu6: (x) => between(x, 0, 6),
  hardSigmoid: (x) => between(x / 6 + 0.5, 0, 1),
  hardSigmoidTfjs: (x) => between(x / 5 + 0.5, 0, 1),
};

/** @returns null for softmax, which takes all numbers of a pixel or vector together */
export function functionOf(activation: ActivationSpec["activation"]): NumberFunction | null {
  if (activation === "softmax") return null;
  if (activation === "clamp") return { title: "clamp to 0 … 1", apply: (x) => between(x, 0, 1) };
  if (typeof activation === "string") {
    const title = activation === "linear" ? "no activation" : ACTIVATION_TITLES[activation];
    return { title, apply: FUNCTIONS[activation] };
  }
  if ("leakyRelu" in activation) {
    const { leakyRelu: slope } = activation;
    return { title: `leaky ReLU, slope ${slope}`, apply: (x) => (x > 0 ? x : slope * x) };
  }
  if ("cappedRelu" in activation) {
    const { cappedRelu: most } = activation;
    return { title: `ReLU up to ${most}`, apply: (x) => between(x, 0, most) };
  }
  const { thresholdedRelu: least } = activation;
  return { title: `ReLU from ${least}`, apply: (x) => (x > least ? x : 0) };
}
