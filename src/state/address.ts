/** Keeps the form's settings in the page's address, so that copying it copies them. */

import type { StoreApi } from "zustand/vanilla";
import { keepOthers, writeLink } from "./link";
import { type AppState, formSpec } from "./state";

/** Milliseconds that settings rest before they are written: Safari takes 100 a half-minute. */
const WRITE_AFTER = 400;

/** What this needs of a browser's window. */
export interface AddressBar {
  readonly location: { readonly pathname: string; readonly search: string; readonly hash: string };
  readonly history: {
    readonly state: unknown;
    replaceState(data: unknown, unused: string, url: string): void;
  };
}

/**
 * Writes settings that were changed into the address, in place of the last ones; the part behind
 * "#" stays. An address that was opened stays as it is until then. Returns the way to end that.
 */
export function keepAddress(
  store: StoreApi<AppState>,
  { location, history }: AddressBar,
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const write = (): void => {
    timer = null;
    const state = store.getState();
    const link = keepOthers(writeLink(state.settings, formSpec(state)), location.search);
    if (link === location.search) return;
    history.replaceState(history.state, "", `${location.pathname}${link}${location.hash}`);
  };
  const unsubscribe = store.subscribe((state, before) => {
    if (state.settings === before.settings) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(write, WRITE_AFTER);
  });
  return () => {
    unsubscribe();
    if (timer !== null) clearTimeout(timer);
  };
}
