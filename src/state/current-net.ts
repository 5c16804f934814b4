/**
 * The current net: the one that Images, Lab and Space look at, and that leaves through them.
 *
 * A run that somebody starts, opens or goes on with becomes it, and so does what is chosen in any
 * of those views. It lasts over a reload; a new tab begins with the newest kept run. No React.
 */

import type { StoreApi } from "zustand/vanilla";
import type { NetToOpen } from "../protocol/inference";
import { AnswerError } from "../protocol/rpc";
import { type RunRecord, specOf } from "../storage/record";
import type { RunStore } from "../storage/store";
import { storedWeights } from "./kept-weights";
import type { TextStore } from "./queueStore";
import type { AppEvent } from "./reducer";
import type { Runs } from "./runs";
import type { AppState } from "./state";

/** Stands for the net that comes with the page; no run has this id. */
export const SHIPPED = "";

/** Milliseconds that kept runs may take to be read before the page's own net is shown. */
const READ_WITHIN = 4000;

const KEY = "latent-loom-net";

export interface CurrentNetKeeper {
  /** Makes a kept run's net the current one, or `SHIPPED`. */
  lookAt(id: string): void;
  /** A view shows the current net, until what this returns is called. */
  look(): () => void;
  dispose(): void;
}

/** Sees to it that the current net is there: where it goes, the newest kept run takes its place. */
export function createCurrentNet(
  store: StoreApi<AppState>,
  runs: Pick<Runs, "state" | "say">,
  dispatch: (event: AppEvent) => void,
): CurrentNetKeeper {
  /** Named by an address before it was known what is kept here. */
  let named: string | null = null;

  const settle = (): void => {
    const { records } = runs.state.getState();
    const { currentNet, run } = store.getState();
    if (!records) return;
    const wasNamed = currentNet !== null && currentNet === named;
    named = null;
    if (isThere(currentNet)) return;
    if (wasNamed) runs.say(NOT_HERE);
    dispatch({ type: "netChosen", id: newestOf(records) });

    function isThere(id: string | null): boolean {
      if (id === null) return false;
      return id === SHIPPED || id === run?.id || records!.some((record) => record.id === id);
    }
  };

  // Not when another run begins: the one before may have ended before it is in the list.
  const unsubscribe = runs.state.subscribe(({ records }, before) => {
    if (records !== before.records) settle();
  });
  const timer = setTimeout(() => {
    if (store.getState().currentNet === null) dispatch({ type: "netChosen", id: SHIPPED });
  }, READ_WITHIN);

  return {
    lookAt(id) {
      named = id;
      dispatch({ type: "netChosen", id });
      settle();
    },
    look() {
      dispatch({ type: "looked", by: 1 });
      return () => dispatch({ type: "looked", by: -1 });
    },
    dispose() {
      clearTimeout(timer);
      unsubscribe();
    },
  };
}

const NOT_HERE = {
  message: "The run that this address names is not kept in this browser.",
  remedy: "Such an address works where the run was trained; elsewhere, open the run’s file.",
};

const newestOf = (records: readonly RunRecord[]): string =>
  records.find(({ progress }) => progress !== null)?.id ?? SHIPPED;

/** The weights that stand for a run. */
export interface RunWeights {
  /** Other weights of the same run have another. */
  readonly step: number;
  /** When they were that: "epoch 3", or "step 31" within an epoch. */
  readonly moment: string;
}

/** Those that the run's result is about, or will be; null while none are stored. */
export function weightsOfRun({ config, progress, epochs }: RunRecord): RunWeights | null {
  if (!progress) return null;
  const best = config.restoreBest ? epochs.findLast(({ isBest }) => isBest) : undefined;
  if (best) return { step: best.step, moment: `epoch ${best.epoch}` };
  const { step, epoch, images } = progress;
  return { step, moment: images > 0 ? `step ${step}` : `epoch ${epoch}` };
}

/** A net's weights, for the inference worker: a fresh copy each time, since they change hands. */
export async function loadNet(id: string, opened: Promise<RunStore>): Promise<NetToOpen> {
  if (id === SHIPPED) return "shipped";
  const store = await opened;
  const record = await store.get(id);
  if (!record || record.deletedAt !== null) {
    throw new AnswerError("This run is no longer kept in this browser.", CHOOSE);
  }
  const weights = await storedWeights(store, record);
  if (!weights) throw new AnswerError(`No weights of the run ${record.name} are kept.`, CHOOSE);
  const { height, width, channels } = specOf(record);
  return { config: record.config, shape: { height, width, channels }, weights };
}

const CHOOSE = "Choose another net above.";

/** What was the current net when this tab was reloaded; null where nothing is known of it. */
export function readCurrentNet(session: TextStore | null): string | null {
  try {
    return session?.getItem(KEY) ?? null;
  } catch {
    return null;
  }
}

/** Remembers the current net for a reload of this tab; returns the way to end that. */
export function keepCurrentNet(app: StoreApi<AppState>, session: TextStore | null): () => void {
  return app.subscribe(({ currentNet }, before) => {
    if (currentNet === before.currentNet || currentNet === null) return;
    try {
      session?.setItem(KEY, currentNet);
    } catch {
      // A full disk costs no more than another choice after a reload.
    }
  });
}

/** What this needs of a browser's window. */
interface AddressBar {
  readonly location: { readonly hash: string };
  readonly history: {
    readonly state: unknown;
    replaceState(data: unknown, unused: string, url: string): void;
  };
  addEventListener(type: "hashchange", listener: () => void): void;
  removeEventListener(type: "hashchange", listener: () => void): void;
}

/** The address of a view that makes a run the current net: "#lab?run=ID". */
export const hashOfRun = (run: string, view: "lab" | "space" = "lab"): string =>
  run === SHIPPED ? `#${view}` : `#${view}?${new URLSearchParams({ run })}`;

/**
 * Looks at the net that an address names behind its "#" ("#lab?run=" the page's own), now and whenever it changes. The address
 * then names the view alone: another net may be chosen there. Returns the way to end that.
 */
export function followAddress(lookAt: (id: string) => void, bar: AddressBar): () => void {
  const follow = (): void => {
    const [view = "", parameters = ""] = bar.location.hash.split("?");
    const run = new URLSearchParams(parameters).get("run");
    if (run === null) return;
    bar.history.replaceState(bar.history.state, "", view);
    lookAt(run);
  };
  follow();
  bar.addEventListener("hashchange", follow);
  return () => bar.removeEventListener("hashchange", follow);
}
