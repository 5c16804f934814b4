/** What the page asks of the worker before any run: images, PCA's figures, what nets consist of. */

import type { StoreApi } from "zustand/vanilla";
import type { LoadRequest, TrainingClient } from "../client/client";
import type { NetChoice, RunConfig } from "../config/config";
import { StorageError } from "../storage/trouble";
import type { AppEvent } from "./reducer";
import { sameData } from "./settings";
import { type AppState, isActive, netKey } from "./state";

export interface Loading {
  /** The settings whose images the worker has or is about to get; the form's unless said otherwise. */
  request(config?: RunConfig): RunConfig;
  /** Whether those are the images of a run. */
  isFor(config: RunConfig): boolean;
  /** Has the images fetched that the form stands for. */
  load(): void;
  /** The same, and drops whatever run the worker has. */
  reset(): void;
  /** Fetches what the form now stands for, unless a run has the worker's attention. */
  fetchChosen(): void;
  /** The same, once the form has rested. */
  fetchSoon(): void;
  /** Asks what a net consists of, where that is not known yet. */
  describe(net: NetChoice): void;
  /** What the worker counts in that net. @throws StorageError where it does not answer */
  weightsOf(net: NetChoice): Promise<number>;
  dispose(): void;
}

/** Milliseconds after which a net is asked for again. */
const ASK_AGAIN_AFTER = 2000;
/** Milliseconds after which nobody waits for that any more: a worker takes seconds to start. */
const ANSWERS_WITHIN = 60_000;
/** Milliseconds that settings rest before images are fetched for them. */
const LOAD_AFTER = 200;

export function createLoading(
  store: StoreApi<AppState>,
  client: TrainingClient,
  dispatch: (event: AppEvent) => void,
): Loading {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let loaded: RunConfig | null = null;

  const request = (config: RunConfig = store.getState().settings): RunConfig => {
    loaded = config;
    return loaded;
  };

  const describe = (net: NetChoice): void => {
    if (!store.getState().nets[netKey(net)]) client.describe(net);
  };

  const loadBy = (ask: (images: LoadRequest) => void): void => {
    const { classes, split, seed, latentSize } = request();
    dispatch({ type: "loadRequested" });
    ask({ classes, split, seed });
    client.reference(latentSize);
  };
  const load = (): void => loadBy(client.load);

  const fetchChosen = (): void => {
    timer = null;
    const { settings, run } = store.getState();
    if (isActive(run)) return;
    if (!loaded || !sameData(loaded, settings)) load();
    else if (loaded.latentSize !== settings.latentSize) client.reference(request().latentSize);
  };

  const stopTimer = (): void => {
    if (timer !== null) clearTimeout(timer);
  };

  return {
    request,
    isFor: (config) => loaded === null || sameData(config, loaded),
    load,
    reset: () => loadBy(client.reset),
    fetchChosen,
    fetchSoon() {
      stopTimer();
      timer = setTimeout(fetchChosen, LOAD_AFTER);
    },
    describe,
    weightsOf: (net) =>
      new Promise((resolve, reject) => {
        const known = (): number | undefined => store.getState().nets[netKey(net)]?.parameters;
        const look = (): void => {
          const weights = known();
          if (weights === undefined) return;
          end();
          resolve(weights);
        };
        const end = (): void => {
          clearInterval(again);
          clearTimeout(deadline);
          stopLooking();
        };
        const stopLooking = store.subscribe(look);
        // A newer question of the form may have taken this one's place.
        const again = setInterval(() => describe(net), ASK_AGAIN_AFTER);
        const deadline = setTimeout(() => {
          end();
          reject(silent());
        }, ANSWERS_WITHIN);
        describe(net);
        look();
      }),
    dispose: stopTimer,
  };
}

const silent = (): StorageError =>
  new StorageError(
    "failed",
    "The run is not taken in: the training worker does not answer, so nobody can tell whether its weights fit its net.",
    "Reload the page and try again.",
  );
