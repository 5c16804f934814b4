import { useMemo } from "react";
import type { ImageShape } from "../../../../math/image-set";
import type { NetChoice } from "../../../../nets/presets";
import { netOf } from "../../../../nets/presets";
import { type ModelSummary, summarizeNet } from "../../../../nets/summary";

/** What that net consists of, made for images of that shape. */
export function useNetSummary(
  { preset, latentSize, net }: NetChoice,
  shape: ImageShape,
): ModelSummary {
  return useMemo(
    () => summarizeNet(netOf({ preset, latentSize, net }, shape)),
    [preset, latentSize, net, shape],
  );
}
