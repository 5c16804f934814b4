/** Scaling and shifting on the WASM device. */

import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { rowFloats } from "../../wasm/lower/images";
import { instruction } from "../../wasm/program";
import type { RescaleOperation } from ".";

export const rescale: WasmKind<RescaleOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(
      instruction("scaleRows", {
        from: from.at,
        fromPitch: from.pitch,
        to: to.at,
        toPitch: to.pitch,
        rows: to.shape.height,
        columns: rowFloats(to),
        scale: operation.scale,
        offset: operation.offset,
      }),
    );
  },
};
