import { useMemo } from "react";
import type { NetChoice } from "../../../../config/config";
import { FASHION_MNIST } from "../../../../datasets/fashion-mnist";
import { netOf } from "../../../../nets/presets";
import { type ModelSummary, summarizeNet } from "../../../../nets/summary";

/** What that net consists of. */
export function useNetSummary({ preset, latentSize }: NetChoice): ModelSummary {
  return useMemo(
    () => summarizeNet(netOf({ preset, latentSize }, FASHION_MNIST)),
    [preset, latentSize],
  );
}
