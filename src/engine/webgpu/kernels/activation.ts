/** Activations and their slopes in WGSL, for numbers and vectors alike. */

import { type FunctionName, functionOf } from "../../activations";
import type { Activation } from "../../graph";
import { type Element, float, keepNan } from "../kernel";
import { wgsl } from "../wgsl";

/** Klambauer et al. 2017, "Self-Normalizing Neural Networks". */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** What an activation is in WGSL. */
interface FunctionText {
  /** Declarations that both of the others take. */
  readonly functions?: (terms: Terms) => string;
  /** Of x. */
  readonly value: (terms: Terms) => string;
  /** Of g, the gradient behind it, and kept, which is x where activations.ts says so and else f(x). */
  readonly slope: (terms: Terms) => string;
}

/** WGSL that the texts are made with. */
interface Terms {
  /** Of x. */
  readonly type: Element;
  readonly zero: string;
  readonly one: string;
  /** The activation's parameter, of that type. */
  readonly alpha: string;
  /** What names of functions begin with: a kernel may hold those of two activations. */
  readonly own: string;
}

const sigmoid = ({ type, one, zero, own }: Terms) => wgsl`
  fn ${own}_sigmoid(x: ${type}) -> ${type} {
    let e = exp(-abs(x));
    return select(e, ${one}, x >= ${zero}) / (1.0 + e);
  }
`;

/** Φ(x) by Abramowitz & Stegun 7.1.26, as on the WASM device. */
const normalCdf = ({ type, zero, own }: Terms) => wgsl`
  fn ${own}_normal_cdf(x: ${type}) -> ${type} {
    let t = 1.0 / (1.0 + 0.23164190168083 * abs(x));
    let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    let tail = 0.5 * p * exp(-0.5 * x * x);
    return select(tail, 1.0 - tail, x >= ${zero});
  }
`;

/** tanh(ln(1 + e^x)), from e^−|x|, which cannot overflow. */
const tanhOfSoftplus = (terms: Terms) => wgsl`
  ${sigmoid(terms)}
  fn ${terms.own}_tanh_of_softplus(x: ${terms.type}) -> ${terms.type} {
    let e = exp(-abs(x));
    let is_positive = x >= ${terms.zero};
    let above = select(e * e, ${terms.one}, is_positive) + 2.0 * e;
    return above / (above + select(${terms.type}(2.0), 2.0 * e * e, is_positive));
  }
`;

/** e^x − 1; near 0 by its series, since differences of a GPU's exp have no digits there. */
const expMinusOne = ({ type, own }: Terms) => wgsl`
  fn ${own}_exp_minus_one(x: ${type}) -> ${type} {
    let series = x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0))));
    return select(exp(x) - 1.0, series, abs(x) < ${type}(0.1));
  }
`;

/** tanh x, likewise. */
const tanhFunction = ({ type, own }: Terms) => wgsl`
  fn ${own}_tanh(x: ${type}) -> ${type} {
    let e = exp(-2.0 * abs(x));
    let z = x * x;
    let series = x * (1.0 + z * (-1.0 / 3.0 + z * (2.0 / 15.0 - z * 17.0 / 315.0)));
    return select(sign(x) * (1.0 - e) / (1.0 + e), series, abs(x) < ${type}(0.1));
  }
`;

const FUNCTIONS: Readonly<Record<FunctionName, FunctionText>> = {
  relu: {
    value: ({ type, zero }) => keepNan("x", `max(x, ${zero})`, type),
    slope: ({ zero }) => `select(${zero}, g, kept > ${zero})`,
  },
  sigmoid: {
    functions: sigmoid,
    value: ({ own }) => `${own}_sigmoid(x)`,
    slope: () => "g * kept * (1.0 - kept)",
  },
  elu: {
    value: ({ type, zero }) =>
      keepNan("x", `select(exp(min(x, ${zero})) - 1.0, x, x > ${zero})`, type),
    slope: ({ zero, one }) => `g * select(kept + 1.0, ${one}, kept > ${zero})`,
  },
  swish: {
    functions: (terms) => wgsl`
      ${sigmoid(terms)}
      fn ${terms.own}_swish_slope(x: ${terms.type}) -> ${terms.type} {
        let s = ${terms.own}_sigmoid(x);
        return s * (1.0 + x * (1.0 - s));
      }
    `,
    value: ({ own }) => `x * ${own}_sigmoid(x)`,
    slope: ({ own }) => `g * ${own}_swish_slope(kept)`,
  },
  clamp: {
    value: ({ type, zero, one }) => keepNan("x", `clamp(x, ${zero}, ${one})`, type),
    // Not where it would lead further out.
    functions: ({ type, zero, one, own }) => wgsl`
      fn ${own}_leads_out(g: ${type}, y: ${type}) -> ${type === "f32" ? "bool" : "vec4<bool>"} {
        return ((y <= ${zero}) & (g > ${zero})) | ((y >= ${one}) & (g < ${zero}));
      }
    `,
    slope: ({ zero, own }) => `select(g, ${zero}, ${own}_leads_out(g, kept))`,
  },
  tanh: {
    functions: tanhFunction,
    value: ({ type, own }) => keepNan("x", `${own}_tanh(x)`, type),
    slope: () => "g * (1.0 - kept * kept)",
  },
  softplus: {
    functions: expMinusOne,
    value: ({ type, zero }) => keepNan("x", `max(x, ${zero}) + log(1.0 + exp(-abs(x)))`, type),
    slope: ({ own }) => `-g * ${own}_exp_minus_one(-kept)`,
  },
  softsign: {
    value: () => "x / (1.0 + abs(x))",
    slope: () => "g * (1.0 - abs(kept)) * (1.0 - abs(kept))",
  },
  gelu: {
    functions: normalCdf,
    value: ({ own }) => `x * ${own}_normal_cdf(x)`,
    slope: ({ own }) =>
      `g * (${own}_normal_cdf(kept) + kept * 0.3989422804014327 * exp(-0.5 * kept * kept))`,
  },
  selu: {
    functions: (terms) => wgsl`
      ${expMinusOne(terms)}
      fn ${terms.own}_selu(x: ${terms.type}) -> ${terms.type} {
        let below = ${float(SELU_ALPHA * SELU_SCALE)} * ${terms.own}_exp_minus_one(min(x, ${terms.zero}));
        return select(below, ${float(SELU_SCALE)} * x, x > ${terms.zero});
      }
    `,
    value: ({ type, own }) => keepNan("x", `${own}_selu(x)`, type),
    slope: ({ type, zero }) =>
      `g * select(kept + ${float(SELU_ALPHA * SELU_SCALE)}, ${type}(${float(SELU_SCALE)}), kept > ${zero})`,
  },
  mish: {
    functions: (terms) => wgsl`
      ${tanhOfSoftplus(terms)}
      fn ${terms.own}_mish_slope(x: ${terms.type}) -> ${terms.type} {
        let t = ${terms.own}_tanh_of_softplus(x);
        return t + x * ${terms.own}_sigmoid(x) * (1.0 - t * t);
      }
    `,
    value: ({ own }) => `x * ${own}_tanh_of_softplus(x)`,
    slope: ({ own }) => `g * ${own}_mish_slope(kept)`,
  },
  leakyRelu: {
    value: ({ zero, alpha }) => `select(x * ${alpha}, x, x > ${zero})`,
    slope: ({ zero, alpha }) => `select(g * ${alpha}, g, kept > ${zero})`,
  },
  cappedRelu: {
    value: ({ type, zero, alpha }) => keepNan("x", `clamp(x, ${zero}, ${alpha})`, type),
    slope: ({ zero, alpha }) => `select(${zero}, g, (kept > ${zero}) & (kept < ${alpha}))`,
  },
  thresholdedRelu: {
    value: ({ type, zero, alpha }) => keepNan("x", `select(${zero}, x, x > ${alpha})`, type),
    slope: ({ zero }) => `select(${zero}, g, kept > ${zero})`,
  },
  hardSigmoid: {
    value: ({ type, zero, one, alpha }) =>
      keepNan("x", `clamp(x * ${alpha} + 0.5, ${zero}, ${one})`, type),
    slope: ({ zero, one, alpha }) =>
      `select(${zero}, g * ${alpha}, (kept > ${zero}) & (kept < ${one}))`,
  },
};

/** `fn activate(x)`; of a linear one, x itself. */
export function activate(activation: Activation, type: Element): string {
  if (activation === "linear") return `fn activate(x: ${type}) -> ${type} { return x; }`;
  const { text, terms } = textOf(activation, type, "activate");
  return wgsl`
    ${text.functions?.(terms) ?? ""}
    fn activate(x: ${type}) -> ${type} { return ${text.value(terms)}; }
  `;
}

/**
 * `fn slope(g, kept)`, under that name: the gradient before an activation from that behind it, given
 * what the slope is taken from; nothing for a linear one.
 */
export function slope(activation: Activation, type: Element, name = "slope"): string {
  if (activation === "linear") return "";
  const { text, terms } = textOf(activation, type, name);
  return wgsl`
    ${text.functions?.(terms) ?? ""}
    fn ${name}(g: ${type}, kept: ${type}) -> ${type} { return ${text.slope(terms)}; }
  `;
}

function textOf(activation: Exclude<Activation, "linear">, type: Element, own: string) {
  const { name, alpha } = functionOf(activation);
  const number = (value: number) => `${type}(${float(value)})`;
  const terms = { type, own, zero: number(0), one: number(1), alpha: number(alpha) };
  return { text: FUNCTIONS[name], terms };
}
