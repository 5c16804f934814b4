/** Activations of one image, in place, and their slopes. */

import type { Activation } from "../../graph";
import type { Buffer } from "../buffers";
import { type Instruction, instruction } from "../program";
import { rowFloats } from "./images";

/** A function other than linear, as the kernels are told it. */
function functionOf(activation: Exclude<Activation, "linear">) {
  return typeof activation === "string"
    ? { kind: activation, alpha: 0 }
    : { kind: "leakyRelu" as const, alpha: activation.leakyRelu };
}

/** Applies an activation to one image, in place. */
export function activate(activation: Activation, buffer: Buffer): Instruction[] {
  if (activation === "linear") return [];
  return [
    instruction("activate", {
      ...functionOf(activation),
      x: buffer.at,
      pitch: buffer.pitch,
      rows: buffer.shape.height,
      columns: rowFloats(buffer),
    }),
  ];
}

/**
 * Turns the gradient of one image's activated output into that of what was activated, in place.
 *
 * `kept` is what the slope is taken from.
 */
export function activationGradient(
  activation: Exclude<Activation, "linear">,
  kept: Buffer,
  gradient: Buffer,
): Instruction {
  return instruction("activationGradient", {
    ...functionOf(activation),
    kept: kept.at,
    keptPitch: kept.pitch,
    dy: gradient.at,
    dyPitch: gradient.pitch,
    rows: gradient.shape.height,
    columns: rowFloats(gradient),
  });
}
