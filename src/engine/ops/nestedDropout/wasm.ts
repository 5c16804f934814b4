/** Nested dropout on the WASM device. */

import { STREAM_TRUNCATION, truncationThresholds } from "../../../math/philox";
import { sizeOf } from "../../graph";
import { ends, imageStep, type WasmKind } from "../../wasm/lower/context";
import { instruction } from "../../wasm/program";
import type { NestedDropoutOperation } from ".";

export const nestedDropout: WasmKind<NestedDropoutOperation> = {
  lower(context, operation) {
    const { arena, settings } = context;
    const { from, to } = ends(context, operation);
    const size = sizeOf(operation.output);
    const thresholds = arena.words(truncationThresholds(size, operation.evenTo));
    const truncate = (isDrawn: boolean) =>
      instruction("truncate", {
        settings,
        stream: STREAM_TRUNCATION,
        image: { base: 0, stride: 1, by: "image" },
        thresholds: isDrawn ? thresholds : null,
        from: from.at,
        to: to.at,
        size,
      });
    return { run: (_, isTraining) => [imageStep(truncate(isTraining))] };
  },
};
