/** What a model takes and makes for black and white, as far as its layers say it. */

import { isJson } from "../json";
import { MODEL_INPUT, type Topology, type TopologyLayer } from "../topology";
import type { ValueRange } from "../value-ranges";

export interface Ranges {
  readonly takes: ValueRange;
  readonly makes: ValueRange;
}

/**
 * Ranges that are possible, the likeliest first; a single pair where the layers say it all.
 *
 * A first `Rescaling` with a small factor takes bytes; a last tanh makes −1 to 1, a sigmoid 0 to 1. What a model
 * takes, and does not say, is mostly what it makes.
 */
export function possibleRanges(topology: Topology): readonly [Ranges, ...Ranges[]] {
  const takes = taken(topology);
  const makes = made(topology);
  if (takes && makes) return [{ takes, makes }];
  if (takes) {
    const others = takes === "0..1" ? [] : [{ takes, makes: takes }];
    return [{ takes, makes: "0..1" }, ...others];
  }
  if (makes === "-1..1") return [both("-1..1"), { takes: "0..1", makes }];
  if (makes === "0..255") return [both(makes), { takes: "0..1", makes }];
  if (makes === "0..1") {
    return [both(makes), { takes: "-1..1", makes }, { takes: "0..255", makes }];
  }
  return [both("0..1"), both("-1..1"), both("0..255")];
}

const both = (range: ValueRange): Ranges => ({ takes: range, makes: range });

function taken({ layers }: Topology): ValueRange | null {
  const first = layers.filter(({ inputs }) => inputs.includes(MODEL_INPUT));
  const [only] = first;
  if (first.length !== 1 || only?.className !== "Rescaling") return null;
  const scale = numberIn(only, "scale", 1);
  if (scale < 0.05) return "0..255";
  return scale <= 2 ? "0..1" : null;
}

const SIGMOIDS = new Set(["sigmoid", "hard_sigmoid", "hardsigmoid", "softmax", "clamp"]);

function made({ layers, output }: Topology): ValueRange | null {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  for (let layer = byName.get(output); layer; layer = byName.get(layer.inputs[0] ?? "")) {
    const { className, config } = layer;
    if (className === "Rescaling") return numberIn(layer, "scale", 1) > 50 ? "0..255" : null;
    if (/^(Clamp|Softmax)$/.test(className)) return "0..1";
    const { activation } = config;
    const name = isJson(activation) ? activation.config : activation;
    if (typeof name === "string" && name !== "linear") {
      if (name === "tanh") return "-1..1";
      return SIGMOIDS.has(name) ? "0..1" : null;
    }
    // What only gives numbers another shape leaves them as they are.
    if (!/^(Reshape|Flatten|Identity|Activation|Cropping2D|Permute)$/.test(className)) return null;
  }
  return null;
}

function numberIn({ config }: TopologyLayer, setting: string, usual: number): number {
  const value = config[setting];
  return typeof value === "number" ? value : usual;
}
