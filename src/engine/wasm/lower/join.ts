/** Adding and concatenating on the WASM device. */

import type { AddOperation } from "../../plan";
import type { Buffer } from "../buffers";
import { type Argument, type Instruction, instruction, plus } from "../program";
import { activate, activationGradient } from "./activation";
import { imageStep, type LoweredOperation, type Surroundings } from "./context";
import { copyImage, rowFloats } from "./copy";

function sum(a: Buffer, b: Buffer, to: Buffer): Instruction {
  return instruction("addRows", {
    a: a.at,
    aPitch: a.pitch,
    b: b.at,
    bPitch: b.pitch,
    to: to.at,
    toPitch: to.pitch,
    rows: to.shape.height,
    columns: rowFloats(to),
  });
}

/** Adds one image of a buffer to another of the same shape. */
export function addImage(part: Buffer, total: Buffer): Instruction {
  return sum(part, total, total);
}

export function lowerAdd(operation: AddOperation, around: Surroundings): LoweredOperation {
  const { inputs, output, inputGradients, outputGradient } = around;
  const [first, second, ...others] = inputs;
  const forward = [
    second ? sum(first, second, output) : copyImage(first, output),
    ...others.map((input) => addImage(input, output)),
    ...activate(operation.activation, output),
  ];
  return {
    prepare: [],
    forward: () => [imageStep(...forward)],
    backward: () => {
      if (!outputGradient) return [];
      const copies = inputGradients.flatMap((gradient) =>
        gradient ? [copyImage(outputGradient, gradient)] : [],
      );
      return [
        imageStep(...activationGradient(operation.activation, output, outputGradient), ...copies),
      ];
    },
    reduce: () => [],
  };
}

/** Copies a part's channels between a buffer of its own and one that holds all parts. */
function copyChannels(from: Buffer, fromAt: Argument, to: Buffer, toAt: Argument, part: Buffer) {
  const { height, width } = part.shape;
  return instruction("copyPixels", {
    from: fromAt,
    fromPitch: from.pitch,
    fromPixel: from.pixel,
    to: toAt,
    toPitch: to.pitch,
    toPixel: to.pixel,
    rows: height,
    pixels: width,
    bytes: part.pixel,
  });
}

export function lowerConcat(around: Surroundings): LoweredOperation {
  const { inputs, output, inputGradients, outputGradient } = around;
  let bytes = 0;
  const offsets = inputs.map(({ pixel }) => {
    bytes += pixel;
    return bytes - pixel;
  });
  const forward = inputs.map((input, index) =>
    copyChannels(input, input.at, output, plus(output.at, offsets[index]), input),
  );
  return {
    prepare: [],
    forward: () => [imageStep(...forward)],
    backward: () => {
      if (!outputGradient) return [];
      const copies = inputGradients.flatMap((gradient, index) => {
        if (!gradient) return [];
        const from = plus(outputGradient.at, offsets[index]);
        return [copyChannels(outputGradient, from, gradient, gradient.at, gradient)];
      });
      return [imageStep(...copies)];
    },
    reduce: () => [],
  };
}
