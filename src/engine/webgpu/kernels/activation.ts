/** Activations and their slopes in WGSL, for numbers and vectors alike. */

import type { Activation } from "../../plan";
import { type Element, float } from "../kernel";

const SIGMOID = (type: Element) =>
  [
    `fn sigmoid(x: ${type}) -> ${type} {`,
    "  let e = exp(-abs(x));",
    `  return select(e, ${type}(1.0), x >= ${type}(0.0)) / (1.0 + e);`,
    "}",
  ].join("\n");

/**
 * `fn keep_nan(x, y)`: y, but where x is no number x itself, as on every other device.
 *
 * A GPU's max and clamp make a NaN a number, and a net that is broken would have a loss. As bits it
 * is found even by compilers that hold NaNs for impossible.
 */
const KEEP_NAN = (type: Element) => {
  const words = type === "f32" ? "u32" : "vec4<u32>";
  return [
    `fn keep_nan(x: ${type}, y: ${type}) -> ${type} {`,
    `  let size = bitcast<${words}>(x) & ${words}(0x7fffffffu);`,
    `  return select(y, x, size > ${words}(0x7f800000u));`,
    "}",
  ].join("\n");
};

/** `fn activate(x)`; of a linear one, x itself. */
export function activate(activation: Activation, type: Element): string {
  const zero = `${type}(0.0)`;
  const define = (value: string) => `fn activate(x: ${type}) -> ${type} { return ${value}; }`;
  const defineKept = (value: string) => `${KEEP_NAN(type)}\n${define(`keep_nan(x, ${value})`)}`;
  if (typeof activation === "object") {
    return define(`select(x * ${float(activation.leakyRelu)}, x, x > ${zero})`);
  }
  switch (activation) {
    case "linear":
      return define("x");
    case "relu":
      return defineKept(`max(x, ${zero})`);
    case "sigmoid":
      return `${SIGMOID(type)}\n${define("sigmoid(x)")}`;
    case "elu":
      return defineKept(`select(exp(min(x, ${zero})) - 1.0, x, x > ${zero})`);
    case "swish":
      return `${SIGMOID(type)}\n${define("x * sigmoid(x)")}`;
    case "clamp":
      return defineKept(`clamp(x, ${zero}, ${type}(1.0))`);
  }
}

/**
 * `fn slope(g, kept)`: the gradient before an activation from that behind it, given its output, or
 * for swish its input; nothing for a linear one.
 */
export function slope(activation: Activation, type: Element): string {
  const zero = `${type}(0.0)`;
  const define = (value: string) =>
    `fn slope(g: ${type}, kept: ${type}) -> ${type} { return ${value}; }`;
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
      return [
        SIGMOID(type),
        `fn slope(g: ${type}, kept: ${type}) -> ${type} {`,
        "  let s = sigmoid(kept);",
        "  return g * s * (1.0 + kept * (1.0 - s));",
        "}",
      ].join("\n");
    case "clamp":
      // Not where it would lead further out.
      return [
        `fn slope(g: ${type}, kept: ${type}) -> ${type} {`,
        `  let below = (kept <= ${zero}) & (g > ${zero});`,
        `  let above = (kept >= ${type}(1.0)) & (g < ${zero});`,
        `  return select(g, ${zero}, below | above);`,
        "}",
      ].join("\n");
  }
}
