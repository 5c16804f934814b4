/** Data sets of one's own, as the page has them before anybody wants to see one. */

import { createStore } from "zustand/vanilla";
import { loadPart } from "../client/parts";
import type { DataRef } from "../datasets/dataset";
import type { Choices } from "../datasets/proposal";
import { createChanges, OWN_DATABASE, setsOf } from "../storage/changes";
import type { createOwnDataStore, OwnDataHost, OwnDataState, OwnDataStore } from "./own-data";

/** All but its state comes when it is needed: most who visit the page bring nothing. */
export function createOwnData(
  host: OwnDataHost,
  load = () => loadPart("state/own-data", () => import("./own-data")),
): OwnDataStore {
  const state = createStore<OwnDataState>(() => ({
    sets: null,
    bringing: null,
    trouble: null,
    removed: null,
  }));
  let made: Promise<ReturnType<typeof createOwnDataStore>> | null = null;
  const make = () => {
    made ??= load().then(({ createOwnDataStore }) => createOwnDataStore(state, host));
    return made;
  };
  /** That one's method, once it is there. */
  const later =
    <Args extends unknown[], Answer>(
      method: (store: Awaited<NonNullable<typeof made>>, ...args: Args) => Promise<Answer> | Answer,
    ) =>
    async (...args: Args): Promise<Answer | null> => {
      try {
        return await method(await make(), ...args);
      } catch (error) {
        made = null;
        const why = error instanceof Error ? error.message : String(error);
        state.setState({ trouble: `What reads data sets could not be loaded: ${why}` });
        return null;
      }
    };

  const list = later((store) => store.list());
  const changes = createChanges(setsOf(OWN_DATABASE));
  const unsubscribe = changes.subscribe(() => void list());
  void hasDatabase().then((there) => {
    if (there) return list();
    state.setState({ sets: [] });
    host.known([]);
  });

  return {
    state,
    start: later((store) => store.start()),
    bring: later((store, ...args: Parameters<OwnDataStore["bring"]>) => store.bring(...args)),
    bringLinked: later((store, address: string) => store.bringLinked(address)),
    allow: later((store) => store.allow()),
    choose: later((store, choices: Choices) => store.choose(choices)),
    setTitle: later((store, title: string) => store.setTitle(title)),
    keep: later((store) => store.keep()),
    cancel: later((store) => store.cancel()),
    change: later((store, ...args: Parameters<OwnDataStore["change"]>) => store.change(...args)),
    remove: later((store, id: DataRef) => store.remove(id)),
    putBack: later((store) => store.putBack()),
    images: later((store, ...args: Parameters<OwnDataStore["images"]>) => store.images(...args)),
    dismissTrouble: () => state.setState({ trouble: null }),
    dispose() {
      unsubscribe();
      changes.close();
      void made?.then((store) => store.dispose());
    },
  };
}

/** Whether there can be sets: no worker is started for a list that is empty. Older Firefoxes do not tell. */
async function hasDatabase(): Promise<boolean> {
  if (typeof indexedDB === "undefined") return false;
  try {
    const all = await indexedDB.databases?.();
    return all?.some(({ name }) => name === OWN_DATABASE) ?? true;
  } catch {
    return false;
  }
}
