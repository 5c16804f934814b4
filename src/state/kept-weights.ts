/** The weights that a run ended with, out of the store. */

import type { RunConfig } from "../config/config";
import type { RunStore } from "../storage/store";
import type { Runs } from "./runs";

/** Milliseconds that a run's last checkpoint may take to be stored. */
const STORED_WITHIN = 15_000;

interface Keeping {
  readonly runs: Pick<Runs, "store">;
}

interface KeptRun {
  readonly id: string;
  readonly config: Pick<RunConfig, "restoreBest">;
}

/**
 * Of a run that has just ended: flat, in the order of `model.getWeights()`, the best epoch's where
 * the run keeps those.
 *
 * @throws Error where there are none, and StorageError
 */
export async function keptWeights(app: Keeping, run: KeptRun): Promise<Float32Array> {
  await ended(await app.runs.store, run.id);
  return weightsOf(app, run);
}

/** As `keptWeights`, of a run as it is stored now. */
export async function weightsOf({ runs }: Keeping, run: KeptRun): Promise<Float32Array> {
  const weights = await storedWeights(await runs.store, run);
  if (!weights) throw new Error("This run's weights are not stored. Train it again.");
  return weights;
}

/** Null where there are none; those of the newest checkpoint where it keeps the best and has none yet. */
export async function storedWeights(
  store: RunStore,
  { id, config }: KeptRun,
): Promise<Float32Array | null> {
  const best = config.restoreBest ? await store.weights(id, "best") : null;
  return best ?? store.weights(id, "last");
}

/** Waits for a run's end to be stored: its result is written last, after its weights. */
function ended(store: RunStore, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      unsubscribe();
      act();
    };
    const look = () => {
      store.get(id).then(
        (record) => {
          if (record?.result) settle(resolve);
        },
        (error: unknown) => settle(() => reject(error)),
      );
    };
    const unsubscribe = store.subscribe((changed) => {
      if (changed === id) look();
    });
    const timer = setTimeout(
      () => settle(() => reject(new Error("This run could not be stored. Train it again."))),
      STORED_WITHIN,
    );
    look();
  });
}
