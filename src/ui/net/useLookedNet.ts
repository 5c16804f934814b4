import { useEffect, useMemo, useState } from "react";
import type { NetToOpen } from "../../protocol/inference";
import { loadNet, type RunWeights, SHIPPED, weightsOfRun } from "../../state/current-net";
import { useApp, useAppState, useRuns } from "../kit/hooks";

/** The current net as a view opens it. */
export interface OpenableNet {
  /** Equal keys, equal weights. */
  readonly key: string;
  /** A copy of the weights each time, since they change hands. */
  readonly load: () => Promise<NetToOpen>;
}

export interface LookedNet {
  /** The current net's run, or `SHIPPED`; null until it is known what is kept here. */
  readonly id: string | null;
  /** Null while it has no weights; the same object as long as they are the same. */
  readonly net: OpenableNet | null;
  /** When its run had these weights: "epoch 3"; null of the net that comes with the page. */
  readonly moment: string | null;
  /** The moment of newer weights of the same run; null where there are none. */
  readonly newer: string | null;
  /** Takes the newer weights. */
  renew(): void;
}

/**
 * The current net, for a view that looks at it.
 *
 * Weights stay those of the moment until somebody asks for newer ones: to begin anew after every
 * epoch would take the view out of a hand, and the processor from training.
 */
export function useLookedNet(): LookedNet {
  const app = useApp();
  const { runs } = app;
  useEffect(() => app.look(), [app]);
  const id = useAppState(({ currentNet }) => currentNet);
  const record = useRuns(({ records }) => records?.find((each) => each.id === id) ?? null);
  const newest = record && weightsOfRun(record);
  const [held, setHeld] = useState<{ readonly id: string | null; readonly of: RunWeights } | null>(
    null,
  );
  const shown = newest && held?.id === id ? held.of : newest;
  if (shown && shown !== held?.of) setHeld({ id, of: shown });

  const key = id === SHIPPED ? SHIPPED : shown && `${id}/${shown.step}`;
  const net = useMemo(
    () =>
      id === null || key === null
        ? null
        : { key, load: (): Promise<NetToOpen> => loadNet(id, runs.store) },
    [id, key, runs],
  );
  return {
    id,
    net,
    moment: shown?.moment ?? null,
    newer: newest && shown && newest.step !== shown.step ? newest.moment : null,
    renew: () => newest && setHeld({ id, of: newest }),
  };
}
