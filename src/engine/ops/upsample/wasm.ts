/** Enlarging on the WASM device, and its gradient. */

import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { instruction } from "../../wasm/program";
import type { UpsampleGradient, UpsampleOperation } from ".";

function settingsOf({ factors, by }: UpsampleOperation | UpsampleGradient) {
  return { factorDown: factors[0], factorAcross: factors[1], middles: by === "middles" };
}

export const upsample: WasmKind<UpsampleOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const { middles, ...factors } = settingsOf(operation);
    const shared = {
      from: from.at,
      fromPitch: from.pitch,
      to: to.at,
      toPitch: to.pitch,
      ...operation.input,
      ...factors,
    };
    return imageWise(
      operation.by === "nearest"
        ? instruction("upsample", shared)
        : instruction("bilinear", { ...shared, middles }),
    );
  },
};

export const upsampleGradient: WasmKind<UpsampleGradient> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const { middles, ...factors } = settingsOf(operation);
    const shared = {
      dy: from.at,
      dyPitch: from.pitch,
      dx: to.at,
      dxPitch: to.pitch,
      ...operation.output,
      ...factors,
    };
    return imageWise(
      operation.by === "nearest"
        ? instruction("upsampleGradient", shared)
        : instruction("bilinearGradient", { ...shared, middles }),
    );
  },
};
