/** What two classifiers tell from a net's codes, from PCA's, and from pixels. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { NetConfig, Probe, ProbeSubject } from "../../protocol/inference";
import { csv } from "../../report/table";
import type { Space } from "./space";
import { createTask } from "./task";

/** Rows that classes are told from, in the order in which they are asked for. */
export const SUBJECTS = ["net", "pca", "pixels"] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** The net's own classes, or all of its data set. */
export type ProbeClasses = "own" | "all";

export type Probes = Readonly<Partial<Record<SubjectName, Probe>>>;

export interface ProbeState {
  readonly classes: ProbeClasses;
  /** What is known of each choice of classes. */
  readonly known: Readonly<Record<ProbeClasses, Probes>>;
  /** What is being asked, and how far that is. */
  readonly progress: { readonly of: SubjectName; readonly share: number } | null;
}

export interface Prober {
  readonly store: StoreApi<ProbeState>;
  choose(classes: ProbeClasses): void;
  /** Measures what is missing of the classes chosen. */
  start(): void;
  stop(): void;
  dispose(): void;
}

/** @param space has its net */
export function createProber(space: Space): Prober {
  const { net, images } = space.store.getState();
  if (!net || !images) throw new Error("A probe needs a space with its net and images.");
  const { classNames } = images.spec;
  const store = createStore<ProbeState>(() => ({
    classes: "own",
    known: { own: {}, all: {} },
    progress: null,
  }));
  const task = createTask(space);
  const rows: Readonly<Record<SubjectName, ProbeSubject>> = {
    net: { net: net.net },
    pca: "pca",
    pixels: "pixels",
  };

  const measure = async (): Promise<void> => {
    const { classes } = store.getState();
    const data = { ...net.config, classes: classesOf(net.config, classes, classNames) };
    const sizes = probeSizes(net.config.latentSize);
    for (const of of SUBJECTS) {
      if (store.getState().known[classes][of]) continue;
      const onShare = (share: number | null) =>
        store.setState({ progress: share === null ? null : { of, share } });
      const probe = await task.ask("probe", { of: rows[of], data, sizes }, onShare);
      if (!probe) return;
      store.setState(({ known }) => ({
        known: { ...known, [classes]: { ...known[classes], [of]: probe } },
      }));
    }
  };

  return {
    store,
    choose(classes) {
      task.stop();
      store.setState({ classes, progress: null });
    },
    start: () => void measure(),
    stop: () => task.stop(),
    dispose: () => task.stop(),
  };
}

export function classesOf(
  { classes }: NetConfig,
  choice: ProbeClasses,
  classNames: readonly string[],
): readonly number[] {
  return choice === "own" ? classes : classNames.map((_, id) => id);
}

/** Octaves below a net's size, and that size. */
export function probeSizes(largest: number): number[] {
  const octaves = Array.from({ length: Math.ceil(Math.log2(largest)) }, (_, i) => 2 ** i);
  return [...octaves, largest];
}

/** A line for each subject and size, every figure in full. */
export function probeCsv(probes: Probes, classes: readonly number[]): string {
  const lines = SUBJECTS.flatMap((subject) => {
    const probe = probes[subject];
    return probe ? probe.points.map((point) => ({ subject, probe, ...point })) : [];
  });
  return csv(
    {
      rows: ({ subject }) => subject,
      size: ({ size }) => size,
      nearest_5_accuracy: ({ nearest }) => nearest,
      ridge_accuracy: ({ linear }) => linear,
      train_images: ({ probe }) => probe.train,
      test_images: ({ probe }) => probe.test,
      classes: () => classes.join(" "),
    },
    lines,
  );
}
