/** What the page asks of the worker before any run: images and PCA's figures. */

import type { StoreApi } from "zustand/vanilla";
import type { LoadRequest, TrainingClient } from "../client/client";
import type { RunConfig } from "../config/config";
import type { AppEvent } from "./reducer";
import { sameData } from "./settings";
import { type AppState, atHand, isActive } from "./state";

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
  dispose(): void;
}

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

  const loadBy = (ask: (images: LoadRequest) => void): void => {
    const { data, classes, split, seed, latentSize } = request();
    dispatch({ type: "loadRequested" });
    ask({ data, classes, split, seed });
    client.reference(latentSize);
  };
  const load = (): void => loadBy(client.load);

  const fetchChosen = (): void => {
    timer = null;
    const state = store.getState();
    const { settings, run, data } = state;
    if (isActive(run)) return;
    // A run of images that cannot be had here is shown without them.
    if (!atHand(state)(settings.data) && data?.spec.id !== settings.data) return;
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
    dispose: stopTimer,
  };
}
