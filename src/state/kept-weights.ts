/** The weights that a run ended with, out of the store. */

import type { RunConfig } from "../core/config";
import type { RunStore } from "../storage/store";
import type { App } from "./app";

/** Milliseconds that a run's last checkpoint may take to be stored. */
const STORED_WITHIN = 15_000;

/**
 * Flat, in the order of `model.getWeights()`: the best epoch's where the run keeps those.
 *
 * @throws Error where there are none, and StorageError
 */
export async function keptWeights(
  { runs }: Pick<App, "runs">,
  { id, config }: { readonly id: string; readonly config: Pick<RunConfig, "restoreBest"> },
): Promise<Float32Array> {
  const store = await runs.store;
  await ended(store, id);
  const weights = await store.weights(id, config.restoreBest ? "best" : "last");
  if (!weights) throw new Error("This run's weights are not stored. Train it again.");
  return weights;
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
