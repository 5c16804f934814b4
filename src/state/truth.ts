/**
 * The truth about every image: what a net, and PCA with as many numbers, make of the whole test
 * split, of images that somebody brings along, and of the images that were trained on. No React.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { LabClient } from "../client/lab";
import { createLatest } from "../client/latest";
import {
  type ImageFigures,
  type Images,
  LabError,
  type NetConfig,
  type NetId,
  type PartImages,
  type Reconstructions,
} from "../protocol/lab";

/** Whose truth it is: a net, or PCA alone. */
export interface Subject {
  /** Equal keys, equal nets on equal images. */
  readonly key: string;
  readonly config: NetConfig;
  /** A copy of the net's weights each time, since they change hands; null for PCA alone. */
  readonly weights: (() => Promise<Float32Array>) | null;
}

/** What net and PCA make of the same images. */
export interface Pair {
  readonly net: Reconstructions | null;
  readonly pca: Reconstructions;
}

export interface TruthState {
  /** The test split; null until it is loaded. */
  readonly images: PartImages | null;
  readonly net: Reconstructions | null;
  readonly pca: Reconstructions | null;
  /** How far the net's reconstructions are, or PCA's where there is no net: 0 to 1. */
  readonly share: number;
  /** Figures on the images that were trained on, once `measureTraining` has asked for them. */
  readonly training: ImageFigures | null;
  readonly trainingShare: number | null;
  readonly failure: { readonly message: string; readonly remedy: string } | null;
}

export interface Truth {
  readonly store: StoreApi<TruthState>;
  readonly hasNet: boolean;
  /** What becomes of images brought along; null for those that newer ones overtook. */
  rebuild(pixels: Uint8Array): Promise<Pair | null>;
  /** Has the training split rebuilt too, by the net or else by PCA; once. */
  measureTraining(): void;
  dispose(): void;
}

const NOTHING: TruthState = {
  images: null,
  net: null,
  pca: null,
  share: 0,
  training: null,
  trainingShare: null,
  failure: null,
};

export function createTruth(lab: LabClient, { config, weights }: Subject): Truth {
  const store = createStore<TruthState>(() => NOTHING);
  const ended = new AbortController();
  const { signal } = ended;
  const latest = createLatest();

  const report = (error: unknown): void => {
    if (signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    const remedy = error instanceof LabError ? error.remedy : "Reload the page.";
    store.setState({ failure: { message, remedy } });
  };

  const opened: Promise<NetId | null> = weights
    ? weights()
        .then((flat) => lab.ask("open", { net: { config, weights: flat } }, { signal }))
        .then(({ net }) => net)
    : Promise.resolve(null);

  const byPca = (images: Images, onProgress?: (share: number) => void) =>
    lab.ask(
      "pcaReconstruct",
      { data: config, images, kept: config.latentSize },
      { signal, ...(onProgress ? { onProgress } : {}) },
    );
  const byNet = (net: NetId, images: Images, onProgress?: (share: number) => void) =>
    lab.ask(
      "reconstruct",
      { net, images, kept: null },
      { signal, ...(onProgress ? { onProgress } : {}) },
    );
  /** By the net, or by PCA where there is none. */
  const byOwn = async (images: Images, onProgress: (share: number) => void) => {
    const net = await opened;
    return net === null ? byPca(images, onProgress) : byNet(net, images, onProgress);
  };

  const show = async (): Promise<void> => {
    const part = { part: "test" } as const;
    const asked = lab.ask("images", { data: config, images: part }, { signal });
    store.setState({ images: await asked });
    const own = await byOwn(part, (share) => store.setState({ share }));
    if (weights) store.setState({ net: own, share: 1 });
    store.setState({ pca: weights ? await byPca(part) : own, share: 1 });
  };
  show().catch(report);
  opened.catch(report);

  return {
    store,
    hasNet: weights !== null,
    rebuild: (pixels) =>
      latest(async () => {
        const net = await opened;
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
        .then((net) => (net === null ? null : lab.ask("close", { net })))
        // A worker that is gone has closed it.
        .catch(() => {});
    },
  };
}
