/** Activations and their slopes in WGSL, for numbers and vectors alike. */

import type { Activation } from "../../graph";
import { type Element, float, keepNan } from "../kernel";
import { wgsl } from "../wgsl";

const sigmoid = (type: Element) => wgsl`
  fn sigmoid(x: ${type}) -> ${type} {
    let e = exp(-abs(x));
    return select(e, ${type}(1.0), x >= ${type}(0.0)) / (1.0 + e);
  }
`;

/** `fn activate(x)`; of a linear one, x itself. */
export function activate(activation: Activation, type: Element): string {
  const zero = `${type}(0.0)`;
  const define = (value: string) => `fn activate(x: ${type}) -> ${type} { return ${value}; }`;
  const defineKept = (value: string) => define(keepNan("x", value, type));
  if (typeof activation === "object") {
    return define(`select(x * ${float(activation.leakyRelu)}, x, x > ${zero})`);
  }
  switch (activation) {
    case "linear":
      return define("x");
    case "relu":
      return defineKept(`max(x, ${zero})`);
    case "sigmoid":
      return `${sigmoid(type)}\n${define("sigmoid(x)")}`;
    case "elu":
      return defineKept(`select(exp(min(x, ${zero})) - 1.0, x, x > ${zero})`);
    case "swish":
      return `${sigmoid(type)}\n${define("x * sigmoid(x)")}`;
    case "clamp":
      return defineKept(`clamp(x, ${zero}, ${type}(1.0))`);
  }
}

/**
 * `fn slope(g, kept)`, under that name: the gradient before an activation from that behind it, given its output, or
 * for swish its input; nothing for a linear one.
 */
export function slope(activation: Activation, type: Element, name = "slope"): string {
  const zero = `${type}(0.0)`;
  const define = (value: string) =>
    `fn ${name}(g: ${type}, kept: ${type}) -> ${type} { return ${value}; }`;
  if (typeof activation === "object") {
    return define(`select(g * ${float(activation.leakyRelu)}, g, kept > ${zero})`);
  }
  switch (activation) {
    case "linear":
      return "";
    case "relu":
      return define(`select(${zero}, g, kept > ${zero})`);
    case "sigmoid":
      return define("g * kept * (1.0 - kept)");
    case "elu":
      return define(`g * select(kept + 1.0, ${type}(1.0), kept > ${zero})`);
    case "swish":
      return wgsl`
        ${sigmoid(type)}
        fn ${name}(g: ${type}, kept: ${type}) -> ${type} {
          let s = sigmoid(kept);
          return g * s * (1.0 + kept * (1.0 - s));
        }
      `;
    case "clamp":
      // Not where it would lead further out.
      return wgsl`
        fn ${name}(g: ${type}, kept: ${type}) -> ${type} {
          let below = (kept <= ${zero}) & (g > ${zero});
          let above = (kept >= ${type}(1.0)) & (g < ${zero});
          return select(g, ${zero}, below | above);
        }
      `;
  }
}
