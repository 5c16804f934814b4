/** An image's axes in another order on the WASM device. */

import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { instruction } from "../../wasm/program";
import type { PermuteOperation } from ".";

export const permute: WasmKind<PermuteOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const steps = [from.pitch, from.pixel, 4];
    const [stepDown, stepAcross, stepDeep] = operation.order.map((axis) => steps[axis]!);
    return imageWise(
      instruction("permute", {
        from: from.at,
        to: to.at,
        toPitch: to.pitch,
        ...to.shape,
        stepDown: stepDown!,
        stepAcross: stepAcross!,
        stepDeep: stepDeep!,
      }),
    );
  },
};
