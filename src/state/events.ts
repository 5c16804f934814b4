/** Events on their way into the store: most at once, losses a few times a second. */

import type { StoreApi } from "zustand/vanilla";
import { type AppEvent, reduce } from "./reducer";
import type { AppState } from "./state";

export interface EventQueue {
  /** Takes an event in, and all that wait before it. */
  dispatch(event: AppEvent): void;
  /** Losses wait for their turn; all else, rarer and more important, takes them along at once. */
  receive(event: AppEvent): void;
  /** Takes in what waits. */
  flush(): void;
  dispose(): void;
}

/** Milliseconds between two updates of the page while losses stream in: at most 10 a second. */
const FLUSH_EVERY = 100;

export function createEventQueue(store: StoreApi<AppState>): EventQueue {
  let waiting: AppEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lastFlush = 0;

  const stopTimer = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };

  const flush = (): void => {
    stopTimer();
    lastFlush = Date.now();
    const events = waiting;
    waiting = [];
    if (events.length > 0) store.setState(events.reduce(reduce, store.getState()), true);
  };

  const dispatch = (event: AppEvent): void => {
    waiting.push(event);
    flush();
  };

  return {
    dispatch,
    receive(event) {
      if (event.type !== "steps" && event.type !== "dataProgress") {
        dispatch(event);
        return;
      }
      waiting.push(event);
      const wait = lastFlush + FLUSH_EVERY - Date.now();
      if (wait <= 0) flush();
      else timer ??= setTimeout(flush, wait);
    },
    flush,
    dispose: stopTimer,
  };
}
