import { useRef } from "react";
import type { NetChoice } from "../../../../config/config";
import type { ModelSummary } from "../../../../nets/summary";
import { netKey } from "../../../../state/state";
import { useAppState } from "../../../kit/hooks";

interface Net {
  /** Null until the worker has answered for the first time. */
  readonly summary: ModelSummary | null;
  /** It is still the net before: the worker has not answered yet. */
  readonly isOld: boolean;
}

/** What that net consists of; while the worker counts, what the one before consisted of. */
export function useNet(net: NetChoice): Net {
  const known = useAppState((state) => state.nets[netKey(net)]) ?? null;
  const last = useRef(known);
  if (known) last.current = known;
  return { summary: known ?? last.current, isOld: known === null };
}
