import { useMemo } from "react";
import { netOf } from "../../../../nets/presets";
import { useAppState, usePicturedSpec } from "../../../kit/hooks";
import type { LookedAt } from "./NetHandles";

/** Name of the layer of the run's net that is looked into: its first, where it has none of that name. */
export function useLookedLayer(at: LookedAt | null): string | null {
  const config = useAppState(({ run }) => run?.config ?? null);
  const shape = usePicturedSpec();
  const isAsked = at !== null;
  const names = useMemo(
    () => (isAsked && config ? netOf(config, shape).layers.map(({ name }) => name) : []),
    [isAsked, config, shape],
  );
  return names.find((name) => name === at?.layer) ?? names[0] ?? null;
}
