/** Activations on the WASM device that no layer before them could take in, and slopes. */

import { activate, activationGradient } from "../../wasm/lower/activation";
import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { copyImage } from "../../wasm/lower/images";
import type { ActivationOperation, SlopeOperation } from ".";

export const activation: WasmKind<ActivationOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(copyImage(from, to), ...activate(operation.activation, to));
  },
};

export const slope: WasmKind<SlopeOperation> = {
  isInPlace: () => true,
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const kept = context.buffer(operation.inputs[1]!);
    const copy = from.at.base === to.at.base ? [] : [copyImage(from, to)];
    return imageWise(...copy, activationGradient(operation.activation, kept, to));
  },
};
