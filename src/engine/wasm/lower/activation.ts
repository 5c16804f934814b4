/** Activations of one image, in place, and their slopes. */

import { functionOf } from "../../activations";
import type { Activation } from "../../graph";
import type { Buffer } from "../buffers";
import { type Instruction, instruction } from "../program";
import { rowFloats } from "./images";

/** Applies an activation to one image, in place. */
export function activate(activation: Activation, buffer: Buffer): Instruction[] {
  if (activation === "linear") return [];
  const { name, alpha } = functionOf(activation);
  return [
    instruction("activate", {
      kind: name,
      alpha,
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
  const { name, alpha } = functionOf(activation);
  return instruction("activationGradient", {
    kind: name,
    alpha,
    kept: kept.at,
    keptPitch: kept.pitch,
    dy: gradient.at,
    dyPitch: gradient.pitch,
    rows: gradient.shape.height,
    columns: rowFloats(gradient),
  });
}
