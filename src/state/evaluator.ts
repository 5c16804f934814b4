/**
 * Evaluates a net on every image: what it, and PCA with as many numbers, make of the whole test
 * split, of images that somebody brings along, and of the images that were trained on. No React.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { InferenceClient } from "../client/inference";
import { createLatest } from "../client/latest";
import type {
  ImageFigures,
  Images,
  NetConfig,
  NetId,
  NetToOpen,
  PartImages,
  Reconstructions,
} from "../protocol/inference";
import { type AnswerFailure, failureOf } from "./answer-failure";

/** What is evaluated: a net, got by `load` once, or PCA alone, of that size on those images. */
export type Subject = { readonly load: () => Promise<NetToOpen> } | { readonly pca: NetConfig };

/** What net and PCA make of the same images. */
export interface Pair {
  readonly net: Reconstructions | null;
  readonly pca: Reconstructions;
}

export interface EvaluatorState {
  /** What is looked at; null before the net is open. */
  readonly config: NetConfig | null;
  /** The net's weights; null before it is open, and of PCA. */
  readonly parameters: number | null;
  /** The test split; null until it is loaded. */
  readonly images: PartImages | null;
  readonly net: Reconstructions | null;
  readonly pca: Reconstructions | null;
  /** How far the net's reconstructions are, or PCA's where there is no net: 0 to 1. */
  readonly share: number;
  /** Figures on the images that were trained on, once `measureTraining` has asked for them. */
  readonly training: ImageFigures | null;
  readonly trainingShare: number | null;
  readonly failure: AnswerFailure | null;
}

export interface Evaluator {
  readonly store: StoreApi<EvaluatorState>;
  readonly hasNet: boolean;
  /** What becomes of images brought along; null for those that newer ones overtook. */
  rebuild(pixels: Uint8Array): Promise<Pair | null>;
  /** Has the training split rebuilt too, by the net or else by PCA; once. */
  measureTraining(): void;
  dispose(): void;
}

export const NO_EVALUATION: EvaluatorState = {
  config: null,
  parameters: null,
  images: null,
  net: null,
  pca: null,
  share: 0,
  training: null,
  trainingShare: null,
  failure: null,
};

export function createEvaluator(inference: InferenceClient, subject: Subject): Evaluator {
  const store = createStore<EvaluatorState>(() => NO_EVALUATION);
  const hasNet = "load" in subject;
  const ended = new AbortController();
  const { signal } = ended;
  const latest = createLatest();

  const report = (error: unknown): void => {
    if (!signal.aborted) store.setState({ failure: failureOf(error) });
  };

  /** The net, or null for PCA alone, and the size and the images that belong to it. */
  const open = async (): Promise<{ net: NetId | null; config: NetConfig }> => {
    if ("pca" in subject) {
      store.setState({ config: subject.pca });
      return { net: null, config: subject.pca };
    }
    const { net, config, parameters } = await inference.ask(
      "open",
      { net: await subject.load() },
      { signal },
    );
    store.setState({ config, parameters });
    return { net, config };
  };
  const opened = open();

  const byPca = async (images: Images, onProgress?: (share: number) => void) => {
    const { config } = await opened;
    return inference.ask(
      "pcaReconstruct",
      { data: config, images, kept: config.latentSize },
      { signal, ...(onProgress ? { onProgress } : {}) },
    );
  };
  const byNet = (net: NetId, images: Images, onProgress?: (share: number) => void) =>
    inference.ask(
      "reconstruct",
      { net, images, kept: null },
      { signal, ...(onProgress ? { onProgress } : {}) },
    );
  /** By the net, or by PCA where there is none. */
  const byOwn = async (images: Images, onProgress: (share: number) => void) => {
    const { net } = await opened;
    return net === null ? byPca(images, onProgress) : byNet(net, images, onProgress);
  };

  const show = async (): Promise<void> => {
    const { config } = await opened;
    const part = { part: "test" } as const;
    store.setState({
      images: await inference.ask("images", { data: config, images: part }, { signal }),
    });
    const own = await byOwn(part, (share) => store.setState({ share }));
    if (hasNet) store.setState({ net: own, share: 1 });
    store.setState({ pca: hasNet ? await byPca(part) : own, share: 1 });
  };
  show().catch(report);

  return {
    store,
    hasNet,
    rebuild: (pixels) =>
      latest(async () => {
        const { net } = await opened;
        const [ownNet, pca] = await Promise.all([
          net === null ? null : byNet(net, { pixels }),
          byPca({ pixels }),
        ]);
        return { net: ownNet, pca };
      }),
    measureTraining() {
      if (store.getState().trainingShare !== null) return;
      store.setState({ trainingShare: 0 });
      byOwn({ part: "train" }, (trainingShare) => store.setState({ trainingShare }))
        .then(({ figures }) => store.setState({ training: figures, trainingShare: 1 }))
        .catch((error) => {
          store.setState({ trainingShare: null });
          report(error);
        });
    },
    dispose() {
      ended.abort();
      opened
        .then(({ net }) => (net === null ? null : inference.ask("close", { net })))
        // A worker that is gone has closed it.
        .catch(() => {});
    },
  };
}
