/**
 * The space of a net's codes: all test images with their codes and what comes back of them, and
 * which of them are selected. No React.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { InferenceClient } from "../../client/inference";
import type { PrincipalAxes } from "../../math/principal-axes";
import type {
  Answer,
  Asked,
  Codes,
  InferenceQuestion,
  NetToOpen,
  OpenNet,
  PartImages,
  Reconstructions,
} from "../../protocol/inference";
import type { AskOptions } from "../../protocol/rpc-client";
import { joinSignals } from "../../protocol/signals";
import { type AnswerFailure, failureOf } from "../answer-failure";

/** What the space is waiting for: the net and its images, their codes, or what comes back of them. */
export type SpaceStep = "open" | "encode" | "reconstruct";

/** In the order in which they are filled; places are rows of all of them. */
export interface SpaceState {
  readonly net: OpenNet | null;
  /** The test split. */
  readonly images: PartImages | null;
  readonly codes: Codes | null;
  /** Directions in which those codes vary most. */
  readonly axes: PrincipalAxes | null;
  /** What the decoder makes of those codes, and how good that is. */
  readonly rebuilt: Reconstructions | null;
  /** Null once all is there. */
  readonly progress: { readonly step: SpaceStep; readonly share: number } | null;
  /** Places in the test split, ascending; null where nothing is selected. */
  readonly selection: Uint32Array | null;
  /** Places that were picked one by one, the newest last: at most two, for a way from one to the other. */
  readonly picked: readonly number[];
  /** What went wrong last; it does not end the space. */
  readonly failure: AnswerFailure | null;
}

export interface Space {
  readonly store: StoreApi<SpaceState>;
  /** Asks the inference worker; a space that is disposed of takes its questions back. */
  ask<Q extends InferenceQuestion>(
    question: Q,
    ask: Asked<Q>,
    options?: AskOptions<number>,
  ): Promise<Answer<Q>>;
  /** Shows an error of such a question, unless the space has ended meanwhile; null for none any more. */
  report(error: unknown): void;
  /** Sorts the places; none is as good as null. */
  select(places: Iterable<number> | null): void;
  /** Adds a place to those picked; picked again, it becomes the newest. */
  pick(place: number): void;
  /** Ends all that is under way and frees the net. */
  dispose(): void;
}

export const NOTHING: SpaceState = {
  net: null,
  images: null,
  codes: null,
  axes: null,
  rebuilt: null,
  progress: { step: "open", share: 0 },
  selection: null,
  picked: [],
  failure: null,
};

const TEST = { part: "test" } as const;

/** @param load the net, once: its weights change hands */
export function createSpace(inference: InferenceClient, load: () => Promise<NetToOpen>): Space {
  const store = createStore<SpaceState>(() => NOTHING);
  const ended = new AbortController();
  const { signal } = ended;

  const ask: Space["ask"] = (question, given, options = {}) => {
    const { signal: own } = options;
    if (!own) return inference.ask(question, given, { ...options, signal });
    const either = joinSignals(signal, own);
    return inference
      .ask(question, given, { ...options, signal: either.signal })
      .finally(either.release);
  };

  const report = (error: unknown): void => {
    if (!signal.aborted) store.setState({ failure: error === null ? null : failureOf(error) });
  };

  /** Options of a long question: it shows how far it is. */
  const reporting = (step: SpaceStep) => ({
    onProgress: (share: number) => store.setState({ progress: { step, share } }),
  });

  const open = async (): Promise<void> => {
    const net = await ask("open", { net: await load() });
    store.setState({ net });
    const images = await ask("images", { data: net.config, images: TEST });
    store.setState({ images, progress: { step: "encode", share: 0 } });
    const asked = { net: net.net, images: TEST };
    const codes = await ask("encode", asked, reporting("encode"));
    const axes = await ask("axes", asked);
    store.setState({ codes, axes, progress: { step: "reconstruct", share: 0 } });
    const rebuilt = await ask("reconstruct", { ...asked, kept: null }, reporting("reconstruct"));
    store.setState({ rebuilt, progress: null });
  };
  const opened = open().catch((error) => {
    report(error);
    store.setState({ progress: null });
  });

  return {
    store,
    ask,
    report,
    select(places) {
      const sorted = Uint32Array.from(places ?? []).sort();
      store.setState({ selection: sorted.length > 0 ? sorted : null });
    },
    pick(place) {
      const others = store.getState().picked.filter((other) => other !== place);
      store.setState({ picked: [...others.slice(-1), place] });
    },
    dispose() {
      ended.abort();
      void opened.then(() => {
        const { net } = store.getState();
        // A worker that is gone has closed it.
        if (net) inference.ask("close", { net: net.net }).catch(() => {});
      });
    },
  };
}
