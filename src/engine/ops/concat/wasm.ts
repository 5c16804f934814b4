/** Channels side by side on the WASM device, and some of them alone. */

import { ends, imageWise, type WasmKind } from "../../wasm/lower/context";
import { copyChannels } from "../../wasm/lower/images";
import { plus } from "../../wasm/program";
import type { ConcatOperation, SliceOperation } from ".";

export const concat: WasmKind<ConcatOperation> = {
  lower(context, { inputs, result }) {
    const to = context.buffer(result);
    let bytes = 0;
    const copies = inputs.map((tensor) => {
      const part = context.buffer(tensor);
      const at = plus(to.at, bytes);
      bytes += part.pixel;
      return copyChannels(part, part.at, to, at, part);
    });
    return imageWise(...copies);
  },
};

export const slice: WasmKind<SliceOperation> = {
  lower(context, operation) {
    const { from, to } = ends(context, operation);
    return imageWise(copyChannels(from, plus(from.at, operation.from * 4), to, to.at, to));
  },
};
