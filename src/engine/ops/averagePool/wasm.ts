/** Average pooling on the WASM device. */

import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { instruction } from "../../wasm/program";
import type { AveragePoolGradient, AveragePoolOperation } from ".";

/** The windows, as the kernels are told them. */
function windowsOf({ size, strides, padding }: AveragePoolOperation | AveragePoolGradient) {
  return {
    windowHeight: size[0],
    windowWidth: size[1],
    strideDown: strides[0],
    strideAcross: strides[1],
    top: padding[0],
    left: padding[1],
  };
}

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
        ...image,
        windowsDown: pooled.height,
        windowsAcross: pooled.width,
        ...windowsOf(operation),
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
        ...image,
        windowsDown: pooled.height,
        windowsAcross: pooled.width,
        ...windowsOf(operation),
      }),
    );
  },
};
