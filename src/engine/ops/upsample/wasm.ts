/** Enlarging on the WASM device, and the sums of pixels that are its gradient. */

import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { instruction } from "../../wasm/program";
import type { UpsampleGradient, UpsampleOperation } from ".";

export const upsample: WasmKind<UpsampleOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(
      instruction("upsample", {
        from: from.at,
        fromPitch: from.pitch,
        to: to.at,
        toPitch: to.pitch,
        ...operation.input,
        factor: operation.factor,
      }),
    );
  },
};

export const upsampleGradient: WasmKind<UpsampleGradient> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(
      instruction("upsampleGradient", {
        dy: from.at,
        dyPitch: from.pitch,
        dx: to.at,
        dxPitch: to.pitch,
        ...operation.output,
        factor: operation.factor,
      }),
    );
  },
};
