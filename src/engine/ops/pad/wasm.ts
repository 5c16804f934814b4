/** Zeros around an image on the WASM device, and an image without its edges. */

import type { Padding } from "../../graph";
import type { Buffer } from "../../wasm/buffers";
import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { rowFloats } from "../../wasm/lower/images";
import { type Argument, instruction, plus } from "../../wasm/program";
import type { CropOperation, PadOperation } from ".";

/** Where the image lies in one that has edges around it. */
function inside({ at, pitch, pixel }: Buffer, { top, left }: Padding): Argument {
  return plus(at, top * pitch + left * pixel);
}

export const pad: WasmKind<PadOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    const { height } = to.shape;
    const rowBytes = rowFloats(to) * 4;
    return imageWise(
      // From the first pixel to the last, with the halo between rows, which is zero anyway.
      instruction("fillZero", { to: to.at, bytes: (height - 1) * to.pitch + rowBytes }),
      instruction("copyRows", {
        from: from.at,
        fromPitch: from.pitch,
        to: inside(to, operation.edges),
        toPitch: to.pitch,
        rows: from.shape.height,
        bytes: rowFloats(from) * 4,
      }),
    );
  },
};

export const crop: WasmKind<CropOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(
      instruction("copyRows", {
        from: inside(from, operation.edges),
        fromPitch: from.pitch,
        to: to.at,
        toPitch: to.pitch,
        rows: to.shape.height,
        bytes: rowFloats(to) * 4,
      }),
    );
  },
};
