/** Tensors joined number by number on the WASM device. */

import type { Buffer } from "../../wasm/buffers";
import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { copyImage, rowFloats } from "../../wasm/lower/images";
import { type Instruction, instruction } from "../../wasm/program";
import type { ExtremeGradient, MergeOperation, MultipleOperation } from ".";

function multiply(from: Buffer, to: Buffer, scale: number): Instruction {
  return instruction("scaleRows", {
    from: from.at,
    fromPitch: from.pitch,
    to: to.at,
    toPitch: to.pitch,
    rows: to.shape.height,
    columns: rowFloats(to),
    scale,
    offset: 0,
  });
}

const JOINING = {
  multiply: "multiplyRows",
  subtract: "subtractRows",
  average: "addRows",
  maximum: "maximumRows",
  minimum: "minimumRows",
} as const satisfies Record<MergeOperation["by"], string>;

function join(by: MergeOperation["by"], a: Buffer, b: Buffer, to: Buffer): Instruction {
  return instruction(JOINING[by], {
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

export const merge: WasmKind<MergeOperation> = {
  lower(context, operation) {
    const { by, inputs } = operation;
    const { from, to } = ends(context, operation);
    const [second, ...others] = inputs.slice(1).map((tensor) => context.buffer(tensor));
    const first = second ? join(by, from, second, to) : copyImage(from, to);
    const rest = others.map((other) => join(by, to, other, to));
    const share = by === "average" ? [multiply(to, to, 1 / inputs.length)] : [];
    return imageWise(first, ...rest, ...share);
  },
};

export const multiple: WasmKind<MultipleOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(multiply(from, to, operation.factor));
  },
};

export const extremeGradient: WasmKind<ExtremeGradient> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const [extreme, ...others] = operation.inputs.slice(1).map((tensor) => context.buffer(tensor));
    const passes = others.map((other, index) => {
      const source = index === 0 ? from : to;
      return instruction("passWhere", {
        a: extreme!.at,
        aPitch: extreme!.pitch,
        b: other.at,
        bPitch: other.pitch,
        // Where its own input is the extreme, and then where none before it is.
        equal: index === 0,
        from: source.at,
        fromPitch: source.pitch,
        to: to.at,
        toPitch: to.pitch,
        rows: to.shape.height,
        columns: rowFloats(to),
      });
    });
    return imageWise(...passes);
  },
};
