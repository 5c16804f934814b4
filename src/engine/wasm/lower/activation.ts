/** Activations on the WASM device: in place, with gradients from what the layer keeps. */

import type { Activation, ActivationOperation } from "../../plan";
import type { Buffer } from "../buffers";
import { type Instruction, instruction } from "../program";
import { imageStep, type LoweredOperation, type Surroundings } from "./context";
import { copyImage, rowFloats } from "./copy";

/** A function other than linear, as the kernels are told it. */
function functionOf(activation: Exclude<Activation, "linear">) {
  return typeof activation === "string"
    ? { kind: activation, alpha: 0 }
    : { kind: "leakyRelu" as const, alpha: activation.leakyRelu };
}

/** What of a layer's tensors the gradient of its activation is taken from. */
export function gradientSource(activation: Activation): "none" | "input" | "output" {
  if (activation === "linear") return "none";
  return activation === "swish" ? "input" : "output";
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
 * `kept` is the output, or where `gradientSource` says so the input.
 */
export function activationGradient(
  activation: Activation,
  kept: Buffer,
  gradient: Buffer,
): Instruction[] {
  if (activation === "linear") return [];
  return [
    instruction("activationGradient", {
      ...functionOf(activation),
      kept: kept.at,
      keptPitch: kept.pitch,
      dy: gradient.at,
      dyPitch: gradient.pitch,
      rows: gradient.shape.height,
      columns: rowFloats(gradient),
    }),
  ];
}

/** An activation that no layer before it could take in. */
export function lowerActivation(
  operation: ActivationOperation,
  around: Surroundings,
): LoweredOperation {
  const { input, output, inputGradient, outputGradient } = around;
  const { activation } = operation;
  const kept = gradientSource(activation) === "input" ? input : output;
  return {
    prepare: [],
    forward: () => [imageStep(copyImage(input, output), ...activate(activation, output))],
    backward: () =>
      inputGradient && outputGradient
        ? [
            imageStep(
              ...activationGradient(activation, kept, outputGradient),
              copyImage(outputGradient, inputGradient),
            ),
          ]
        : [],
    reduce: () => [],
  };
}
