/** Sums on the WASM device. */

import type { Buffer } from "../../wasm/buffers";
import { activate } from "../../wasm/lower/activation";
import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { copyImage, rowFloats } from "../../wasm/lower/images";
import { type Instruction, instruction } from "../../wasm/program";
import type { AddOperation } from ".";

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

export const add: WasmKind<AddOperation> = {
  // Gradients add up where the first of them lies.
  isInPlace: ({ isBackward }) => isBackward === true,
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const [second, ...others] = operation.inputs.slice(1).map((tensor) => context.buffer(tensor));
    const first = second
      ? from.at.base === to.at.base
        ? sum(second, to, to)
        : sum(from, second, to)
      : copyImage(from, to);
    const rest = others.map((other) => sum(other, to, to));
    return imageWise(first, ...rest, ...activate(operation.activation, to));
  },
};
