/** Average pooling on the WASM device. */

import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { windowArguments } from "../../wasm/lower/pooling";
import { instruction } from "../../wasm/program";
import type { AveragePoolGradient, AveragePoolOperation } from ".";

export const averagePool: WasmKind<AveragePoolOperation> = {
  lower(context, operation) {
    const { input: image, output: pooled } = operation;
    const { from, to } = ends(context, operation);
    return imageWise(
      instruction("averagePool", {
        x: from.at,
        xPitch: from.pitch,
        y: to.at,
        yPitch: to.pitch,
        ...windowArguments(operation, image, pooled),
      }),
    );
  },
};

export const averagePoolGradient: WasmKind<AveragePoolGradient> = {
  lower(context, operation) {
    const { input: pooled, output: image } = operation;
    const { from, to } = ends(context, operation);
    return imageWise(
      instruction("averagePoolGradient", {
        dy: from.at,
        dyPitch: from.pitch,
        dx: to.at,
        dxPitch: to.pitch,
        ...windowArguments(operation, image, pooled),
      }),
    );
  },
};
