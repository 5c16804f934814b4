/**
 * A net in the lab: garments there and back at a latent size that a slider moves, beside
 * PCA with as many numbers and JPEG with as many bytes. No React.
 *
 * Everything that depends on the slider is asked for again whenever it moves, one question of a
 * kind at a time and the newest next (client/latest.ts), so that the worker is never behind.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { InferenceClient } from "../../client/inference";
import { createLatest } from "../../client/latest";
import { pickImages } from "../../math/image-set";
import { elementOf } from "../../math/vectors";
import {
  type Images,
  type JpegAnswer,
  MOST_COMPARED,
  type NetConfig,
  type NetToOpen,
  type Reconstructions,
} from "../../protocol/inference";
import { failureOf } from "../answer-failure";
import { inTurn } from "../images";
import { curvesOf } from "./curves";
import { createPictures, type Pictures } from "./pictures";
import { stopsUpTo } from "./sizes";
import { EMPTY_LAB, type JpegLane, type LabState, type Lane } from "./types";

/** Garments on the bench: a multiple of 1, 2, 3 and 4 classes, and as many as one line holds. */
const GARMENTS = 12;

/** Milliseconds after its last move from which on the slider counts as at rest. */
const REST = 400;
/** The same for JPEG's worker, which makes files of the whole test split and needs a core for it. */
const STILL = 120;

export interface Lab {
  readonly store: StoreApi<LabState>;
  readonly pictures: Pictures;
  /** Moves the slider: 1 to the net's latent size. */
  setKept(kept: number): void;
  select(garment: number): void;
  /** Ends all that is under way and frees the net. */
  dispose(): void;
}

/** @param load the net, once: its weights change hands */
export function createLab(
  inference: InferenceClient,
  load: () => Promise<NetToOpen>,
  kept: number,
): Lab {
  const store = createStore<LabState>(() => ({ ...EMPTY_LAB, kept }));
  const pictures = createPictures();
  const ended = new AbortController();
  const { signal } = ended;
  const latest = {
    net: createLatest(),
    pca: createLatest(),
    jpeg: createLatest(),
    filmNet: createLatest(),
    filmPca: createLatest(),
  };
  /** JPEG's answers: each serves every size from its bytes up to the next quality's. */
  const jpegs: (JpegAnswer & { readonly lane: Omit<JpegLane, "kept"> })[] = [];
  /** JPEG needs more bytes than this. */
  let tooFew = 0;
  let movedAt = Number.NEGATIVE_INFINITY;
  let shown: { places: Uint32Array; indices: Uint32Array } | null = null;

  const report = (error: unknown): void => {
    if (!signal.aborted) store.setState({ failure: failureOf(error) });
  };

  const ofGarments = (): Images => ({ indices: shown!.indices });

  const pullNet = (): void => {
    const { net, kept: asked } = store.getState();
    if (!net || !shown) return;
    const ask = { net: net.net, images: ofGarments(), kept: net.nested ? asked : null };
    latest
      .net(() => inference.ask("reconstruct", ask, { signal }))
      .then((answer) => {
        if (!answer) return;
        pictures.set("net", answer);
        store.setState({ netLane: laneOf(asked, answer) });
      })
      .catch(report);
  };

  const pullPca = (): void => {
    const { net, kept: asked } = store.getState();
    if (!net || !shown) return;
    const ask = { data: net.config, images: ofGarments(), kept: asked };
    latest
      .pca(() => inference.ask("pcaReconstruct", ask, { signal }))
      .then((answer) => {
        if (!answer) return;
        pictures.set("pca", answer);
        store.setState({ pcaLane: laneOf(asked, answer) });
      })
      .catch(report);
  };

  const showJpeg = (asked: number): boolean => {
    if (asked <= tooFew) {
      pictures.set("jpeg", null);
      store.setState({ jpegLane: "none" });
      return true;
    }
    const known = jpegs.find(
      ({ bytes, nextBytes }) => bytes <= asked && (nextBytes === null || asked < nextBytes),
    );
    if (!known) return false;
    const lane = store.getState().jpegLane;
    // The same quality with other bytes to spare: nothing to draw.
    if (pictures.get("jpeg") !== known.reconstructions) {
      pictures.set("jpeg", known.reconstructions);
    }
    if (lane !== "none" && lane?.quality === known.quality && lane.kept === asked) return true;
    store.setState({ jpegLane: { ...known.lane, kept: asked } });
    return true;
  };

  const takeJpeg = (asked: number, answer: JpegAnswer | null): void => {
    if (!answer) tooFew = Math.max(tooFew, asked);
    else if (!jpegs.some(({ quality }) => quality === answer.quality)) {
      const { quality, bytes, reconstructions } = answer;
      const { mean, figures } = reconstructions;
      jpegs.push({ ...answer, lane: { quality, bytes, mean, figures } });
    }
  };

  const askJpeg = (asked: number) =>
    inference.ask(
      "jpeg",
      { data: store.getState().net!.config, places: shown!.places, bytes: asked },
      { signal },
    );

  const atRest = async (ms: number): Promise<void> => {
    for (let left = 1; left > 0; ) {
      left = movedAt + ms - performance.now();
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    }
  };

  const pullJpeg = (): void => {
    const { net, kept: asked } = store.getState();
    if (!net || !shown || showJpeg(asked)) return;
    store.setState({ jpegLane: null });
    latest
      .jpeg(async () => {
        await atRest(STILL);
        signal.throwIfAborted();
        const { kept } = store.getState();
        if (!showJpeg(kept)) takeJpeg(kept, await askJpeg(kept));
      })
      .then(() => {
        if (!signal.aborted) showJpeg(store.getState().kept);
      })
      .catch(report);
  };

  const pullFilm = (): void => {
    const { net, stops, selected } = store.getState();
    const index = shown?.indices[selected];
    if (!net || index === undefined) return;
    const images = { indices: new Uint32Array(stops.length).fill(index) };
    const kept = Uint16Array.from(stops);
    const take = (name: "filmNet" | "filmPca") => (answer: Reconstructions | null) => {
      if (!answer || store.getState().selected !== selected) return;
      pictures.set(name, answer);
      store.setState({ [name]: answer.figures });
    };
    if (net.nested) {
      latest
        .filmNet(() => inference.ask("reconstruct", { net: net.net, images, kept }, { signal }))
        .then(take("filmNet"))
        .catch(report);
    }
    latest
      .filmPca(() =>
        inference.ask("pcaReconstruct", { data: net.config, images, kept }, { signal }),
      )
      .then(take("filmPca"))
      .catch(report);
  };

  const pull = (): void => {
    pullNet();
    pullPca();
    pullJpeg();
  };

  const showGarments = async (config: NetConfig): Promise<void> => {
    const part = await inference.ask(
      "images",
      { data: config, images: { part: "test", first: MOST_COMPARED } },
      { signal },
    );
    const places = Uint32Array.from(inTurn(part.labels, GARMENTS));
    const { shape } = part;
    const pixels = pickImages({ shape, images: part.pixels }, places);
    shown = { places, indices: Uint32Array.from(places, elementOf(part.indices)) };
    pictures.set("original", { shape, count: places.length, pixels });
    store.setState({
      spec: part.spec,
      sourceNote: part.sourceNote,
      labels: Array.from(places, elementOf(part.labels)),
      testImages: part.count,
      allTestImages: part.ofPart,
    });
  };

  const open = async (): Promise<void> => {
    const net = await inference.ask("open", { net: await load() }, { signal });
    // A net that is not nested has one size, its own.
    const { latentSize } = net.config;
    const wanted = net.nested ? Math.min(store.getState().kept, latentSize) : latentSize;
    store.setState({ net, kept: wanted, stops: stopsUpTo(latentSize) });
    await showGarments(net.config);
    pull();
    pullFilm();
    await curvesOf({
      inference,
      net,
      signal,
      atRest: () => atRest(REST),
      jpeg: async (bytes) => {
        const answer = await askJpeg(bytes);
        takeJpeg(bytes, answer);
        return answer;
      },
      show: (curves) => store.setState(curves),
    });
  };

  open().catch(report);

  return {
    store,
    pictures,
    setKept(wanted) {
      const { net, kept: before } = store.getState();
      if (wanted === before || net?.nested === false) return;
      movedAt = performance.now();
      store.setState({ kept: wanted });
      pull();
    },
    select(garment) {
      if (garment === store.getState().selected) return;
      store.setState({ selected: garment });
      pullFilm();
    },
    dispose() {
      ended.abort();
      const { net } = store.getState();
      if (net) inference.ask("close", { net: net.net }).catch(() => {});
    },
  };
}

function laneOf(kept: number, { mean, figures }: Reconstructions): Lane {
  return { kept, mean, figures };
}
