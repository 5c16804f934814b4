/** Codes drawn at random beside real ones. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { Samples } from "../../protocol/inference";
import type { Space } from "./space";
import { createTask } from "./task";

/** Pictures of each kind: a grid of six by four. */
const PICTURES = 24;

export interface SampleState {
  readonly samples: Samples | null;
  /** How far the next ones are; null while none are under way. */
  readonly share: number | null;
  /** Draws them; each press takes the next. */
  readonly seed: number;
}

export interface Sampler {
  readonly store: StoreApi<SampleState>;
  /** Draws with another seed. */
  again(): void;
  stop(): void;
  dispose(): void;
}

/** @param space has its net */
export function createSampler(space: Space): Sampler {
  const store = createStore<SampleState>(() => ({ samples: null, share: null, seed: 1 }));
  const task = createTask(space);

  const draw = async (): Promise<void> => {
    const { net } = space.store.getState();
    if (!net) return;
    const ask = { net: net.net, pictures: PICTURES, seed: store.getState().seed };
    const samples = await task.ask("samples", ask, (share) => store.setState({ share }));
    if (samples) store.setState({ samples });
  };
  void draw();

  return {
    store,
    again() {
      store.setState(({ seed }) => ({ seed: seed + 1 }));
      void draw();
    },
    stop: () => task.stop(),
    dispose: () => task.stop(),
  };
}
