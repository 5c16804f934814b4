/** `bench --first-step PATH`: from a data set's files to the first step of training on them. */

import { availableParallelism } from "node:os";
import type { RunConfig } from "../../config/config";
import { type Column, markdownTable } from "../../report/table";
import { RunControl } from "../../training/control";
import { readDataset } from "../data";
import { findData } from "../dataset/own";
import { netName } from "../recipe";
import { runImages, runTask } from "../run";

/** Seconds since the files were named, and those that processors spent on it. */
interface Moment {
  readonly seconds: number;
  readonly processorSeconds: number;
}

export interface FirstStep {
  readonly net: string;
  readonly threads: number;
  readonly images: number;
  /** Images are in memory. */
  readonly read: Moment;
  /** PCA is fitted, the net is built and on its device. */
  readonly made: Moment;
  /** The first step is taken. */
  readonly stepped: Moment;
}

/**
 * Takes the first step, once for the process: what is compiled once is part of what a user waits for.
 *
 * @throws UsageError where the path holds no data set, and what training throws
 */
export async function measureFirstStep(path: string, config: RunConfig): Promise<FirstStep> {
  const begun = { time: performance.now(), processor: processorTime() };
  const now = (): Moment => ({
    seconds: (performance.now() - begun.time) / 1000,
    processorSeconds: processorTime() - begun.processor,
  });
  const { id, classNames } = await findData(path);
  const classes = classNames.map((_, classId) => classId);
  const settings = { ...config, data: id, classes };
  const images = await runImages(readDataset)(settings);
  const read = now();
  const control = new RunControl();
  let [made, stepped] = [read, read];
  await runTask({
    config: settings,
    images,
    control,
    progress(fraction) {
      if (fraction === 0 || control.cancelled) return;
      stepped = now();
      control.cancel();
    },
    say: () => {},
    onStart() {
      made = now();
    },
  }).catch((error) => {
    if (!control.cancelled) throw error;
  });
  const threads = config.threads ?? availableParallelism();
  return { net: netName(config), threads, images: images.dataset.count, read, made, stepped };
}

/** Seconds of all of this process's threads. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const moment = ({ seconds, processorSeconds }: Moment): string =>
  `${seconds.toFixed(2)} s (${processorSeconds.toFixed(2)})`;

const COLUMNS: readonly Column<FirstStep>[] = [
  { title: "net", cell: ({ net }) => net },
  { title: "threads", right: true, cell: ({ threads }) => String(threads) },
  { title: "images", right: true, cell: ({ images }) => images.toLocaleString("en") },
  { title: "read", right: true, cell: ({ read }) => moment(read) },
  { title: "PCA fitted, net made", right: true, cell: ({ made }) => moment(made) },
  { title: "first step", right: true, cell: ({ stepped }) => moment(stepped) },
];

export const firstStepMarkdown = (measured: FirstStep): string =>
  `Seconds since the files were named; in brackets, those of all processors.\n\n${markdownTable(COLUMNS, [measured])}\n`;
