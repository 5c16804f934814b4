import { useMemo } from "react";
import type { NetChoice } from "../../../../config/config";
import type { ImageShape } from "../../../../math/image-set";
import { netOf } from "../../../../nets/presets";
import { type ModelSummary, summarizeNet } from "../../../../nets/summary";

/** What that net consists of, made for images of that shape. */
export function useNetSummary({ preset, latentSize }: NetChoice, shape: ImageShape): ModelSummary {
  return useMemo(
    () => summarizeNet(netOf({ preset, latentSize }, shape)),
    [preset, latentSize, shape],
  );
}
