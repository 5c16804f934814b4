/** Stored runs back on the page: opened, gone on with, continued, and in and out of files. */

import type { StoreApi } from "zustand/vanilla";
import type { TrainingClient } from "../client/client";
import type { RunFiles } from "../client/files";
import { loadPart } from "../client/parts";
import type { RunConfig } from "../config/config";
import type { Calibration } from "../config/devices";
import { type DataSpec, sameImages } from "../datasets/dataset";
import type { ImageShape } from "../math/image-set";
import { type NetChoice, netOf } from "../nets/presets";
import { summarizeNet } from "../nets/summary";
import type { RunLocks } from "../storage/locks";
import { type RunRecord, specOf, statusNow } from "../storage/record";
import type { RunStore } from "../storage/store";
import { StorageError, toStorageError } from "../storage/trouble";
import type { FrameStore } from "./frames";
import type { RunKeeper } from "./keeper";
import type { Loading } from "./loading";
import { type OpenedNet, shownWeights } from "./opened-net";
import type { AppEvent } from "./reducer";
import type { Runs } from "./runs";
import { type AppState, atHand, dataSpec, isActive, type Run } from "./state";
import { runOf, storeContinuation } from "./stored";

export interface Reopening {
  /** Shows a stored run in place of the current one; not while a run is under way. */
  openRun(id: string): Promise<void>;
  /** Goes on with a stored run from its newest checkpoint. */
  resumeRun(id: string): Promise<void>;
  /** Trains a copy of a stored run for so many epochs more; it keeps its own result. */
  continueRun(id: string, moreEpochs: number): Promise<void>;
  /** A stored run as a file, with its name; null, and said why, where that fails. */
  exportRun(id: string, withPictures?: boolean): Promise<{ name: string; blob: Blob } | null>;
  /** Takes in a run from a file; whether it did. */
  importRun(file: Blob, name: string): Promise<boolean>;
  /** Takes in a run from an address, and shows it where nothing trains; one at a time. */
  importLink(address: string): Promise<void>;
  /** No longer waits for the run of an address. */
  cancelLink(): void;
}

interface Parts {
  readonly store: StoreApi<AppState>;
  readonly client: TrainingClient;
  readonly runs: Runs;
  readonly locks: RunLocks;
  readonly keeper: RunKeeper;
  readonly frames: FrameStore;
  readonly files: RunFiles;
  readonly loading: Loading;
  readonly openedNet: OpenedNet;
  readonly dispatch: (event: AppEvent) => void;
  readonly newId: () => string;
  /** What is known of the devices' speed with that net. */
  readonly known: (config: RunConfig) => Calibration | null;
}

const weightsOf = (net: NetChoice, shape: ImageShape): number =>
  summarizeNet(netOf(net, shape)).parameters;

export function createReopening(parts: Parts): Reopening {
  const { store, client, runs, locks, keeper, frames, files, loading, newId } = parts;

  /** Shows a stored run with the pictures of its weights. */
  const show = async (record: RunRecord, phase: Run["phase"]): Promise<void> => {
    const stored = await (await runs.store).frames(record.id);
    frames.replace(
      stored.map(({ count, pixels, ...frame }) => ({
        ...frame,
        pictures: { shape: specOf(record), count, pixels },
      })),
      shownWeights(record)?.step,
    );
    parts.dispatch({ type: "runShown", run: runOf(record, phase) });
  };

  /** What went wrong is said; the page stays as it was. */
  const attempt = async (work: (store: RunStore) => Promise<void>): Promise<void> => {
    try {
      await work(await runs.store);
    } catch (error) {
      runs.say(toStorageError(error));
    }
  };

  const open = async (stored: RunStore, id: string): Promise<void> => {
    if (isActive(store.getState().run)) return;
    const record = await stored.get(id);
    if (!record) throw nothingLeft();
    const status = statusNow(record, await locks.held());
    if (status === "running" || status === "paused") throw elsewhere();
    await show(record, status);
    loading.fetchChosen();
    if (sameImages(specOf(record), dataSpec(store.getState()))) parts.openedNet.show(record);
  };

  const takeIn = async (stored: RunStore, file: Blob, name: string): Promise<string> => {
    const { importRun } = await runFiles();
    return importRun({ files, store: stored, newId, weightsOf }, file, name);
  };

  let link = new AbortController();
  const takeInLink = async (stored: RunStore, address: string): Promise<void> => {
    link.abort();
    link = new AbortController();
    const { signal } = link;
    try {
      const { fetchRunFile, LINKED_RUN } = await runLink();
      const file = await fetchRunFile(address, window.location.href, {
        signal,
        onProgress: runs.arriving,
      });
      const id = await takeIn(stored, file, LINKED_RUN);
      if (signal.aborted) await stored.remove(id);
      else await open(stored, id);
    } catch (error) {
      // Whoever took it back knows.
      if (!signal.aborted) throw error;
    } finally {
      if (!signal.aborted) runs.arriving(null);
    }
  };

  const goOnWith = async (stored: RunStore, id: string): Promise<void> => {
    if (!(await keeper.take(id))) throw elsewhere();
    const record = await stored.get(id);
    const checkpoint = await stored.checkpoint(id);
    if (!record || !checkpoint) {
      keeper.letGo();
      throw nothingLeft();
    }
    const spec = specOf(record);
    const isHere = atHand(store.getState())(spec.id) !== undefined;
    if (!isHere && !sameImages(spec, dataSpec(store.getState()))) {
      keeper.letGo();
      throw otherImages(spec);
    }
    // The worker takes the arrays.
    keeper.goOn(record, structuredClone(checkpoint));
    await show({ ...record, result: null }, "preparing");
    client.start(id, loading.request(), false, checkpoint, parts.known(record.config));
  };

  return {
    openRun: (id) => attempt((stored) => open(stored, id)),
    resumeRun: (id) => attempt((stored) => goOnWith(stored, id)),
    continueRun: (id, moreEpochs) =>
      attempt(async (stored) => {
        const copy = await storeContinuation(stored, id, newId(), moreEpochs);
        if (!copy) throw nothingLeft();
        await goOnWith(stored, copy.id);
      }),
    async exportRun(id, withPictures) {
      let file: { name: string; blob: Blob } | null = null;
      await attempt(async (stored) => {
        const { exportRun } = await runFiles();
        file = await exportRun(files, stored, id, withPictures);
      });
      return file;
    },
    async importRun(file, name) {
      let taken = false;
      await attempt(async (stored) => {
        await takeIn(stored, file, name);
        taken = true;
      });
      return taken;
    },
    importLink: (address) => attempt((stored) => takeInLink(stored, address)),
    cancelLink() {
      link.abort();
      runs.arriving(null);
    },
  };
}

// Neither is needed when the page opens: 2 kB packed that its own script has no room for.
const runFiles = () => wanted(loadPart("state/files", () => import("./files")));
const runLink = () => wanted(loadPart("state/run-link", () => import("./run-link")));

/** @throws StorageError where that part of the page cannot be had */
const wanted = <Module>(part: Promise<Module>): Promise<Module> =>
  part.catch(({ message }: Error) => {
    throw new StorageError(
      "failed",
      `What reads and writes runs as files could not be loaded: ${message}`,
      "Try it again.",
    );
  });

const elsewhere = (): StorageError =>
  new StorageError(
    "refused",
    "This run is being trained in another tab.",
    "Go on with it there, or stop it there first.",
  );

/** "digits (8 × 8 pixels, 10 classes)". */
const inShort = ({ title, height, width, channels, classNames }: DataSpec): string =>
  `${title} (${height} × ${width} pixels${channels === 3 ? " in colour" : ""}, ${classNames.length} classes)`;

const otherImages = (spec: DataSpec): StorageError =>
  new StorageError(
    "refused",
    `This run was trained on ${inShort(spec)}, which is not in this browser.`,
    "It can be looked at; to go on with it, bring the files of that data set: drop them on the page.",
  );

const nothingLeft = (): StorageError =>
  new StorageError(
    "failed",
    "This run is no longer stored, or has nothing to go on from.",
    "Train it anew with its settings.",
  );
