import { useMemo } from "react";
import type { ImageShape } from "../../../../math/image-set";
import { type NetChoice, netOf } from "../../../../nets/presets";
import type { NetSpec } from "../../../../nets/spec";
import { type NetSoFar, summarizeSoFar } from "../../../../nets/summary";

/**
 * What that net consists of, made for images of that shape.
 *
 * @param draft a net that is being made and stands in its place, as far as it goes
 */
export function useNetSummary(
  { preset, latentSize, net }: NetChoice,
  shape: ImageShape,
  draft: NetSpec | null,
): NetSoFar {
  return useMemo(
    () => summarizeSoFar(draft ?? netOf({ preset, latentSize, net }, shape)),
    [preset, latentSize, net, shape, draft],
  );
}
