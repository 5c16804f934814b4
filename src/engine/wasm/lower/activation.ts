/** Activations on the WASM device: in place, with gradients from what the layer keeps. */

import type { Activation, ActivationOperation } from "../../plan";
import {
  ACTIVATE,
  ACTIVATION_GRADIENT,
  CLAMP,
  COPY_ROWS,
  ELU,
  LEAKY_RELU,
  RELU,
  SIGMOID,
  SWISH,
} from "../assembly/opcodes";
import type { Buffer } from "../buffers";
import { floatBits, type Instruction } from "../program";
import { imageStep, type LoweredOperation, type Surroundings } from "./context";

const CODES = { relu: RELU, sigmoid: SIGMOID, elu: ELU, swish: SWISH, clamp: CLAMP } as const;

/** Number and factor of a function other than linear. */
function codeOf(activation: Exclude<Activation, "linear">): [code: number, factor: number] {
  if (typeof activation === "string") return [CODES[activation], 0];
  return [LEAKY_RELU, floatBits(activation.leakyRelu)];
}

/** What of a layer's tensors the gradient of its activation is taken from. */
export function gradientSource(activation: Activation): "none" | "input" | "output" {
  if (activation === "linear") return "none";
  return activation === "swish" ? "input" : "output";
}

/** Floats in one row of pixels. */
export function rowFloats(buffer: Buffer): number {
  return buffer.shape.width * buffer.shape.channels;
}

/** Applies an activation to one image, in place. */
export function activate(activation: Activation, buffer: Buffer): Instruction[] {
  if (activation === "linear") return [];
  const [code, factor] = codeOf(activation);
  const { height } = buffer.shape;
  return [
    {
      opcode: ACTIVATE,
      args: [code, buffer.at, buffer.pitch, height, rowFloats(buffer), factor],
    },
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
  const [code, factor] = codeOf(activation);
  const { height } = gradient.shape;
  return [
    {
      opcode: ACTIVATION_GRADIENT,
      args: [
        ...[code, kept.at, kept.pitch],
        ...[gradient.at, gradient.pitch, height, rowFloats(gradient), factor],
      ],
    },
  ];
}

/** Copies one image from buffer to buffer of the same shape. */
export function copyImage(from: Buffer, to: Buffer): Instruction {
  return {
    opcode: COPY_ROWS,
    args: [from.at, from.pitch, to.at, to.pitch, from.shape.height, rowFloats(from) * 4],
  };
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
