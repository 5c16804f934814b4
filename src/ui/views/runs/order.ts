/** Which runs the list shows, and in which order: pure functions over records. */

import type { PresetName } from "../../../nets/presets";
import type { RunRecord, RunStatus } from "../../../storage/record";

export const ORDERS = ["newest", "ssim", "validation", "name"] as const;
export type Order = (typeof ORDERS)[number];

export interface Filter {
  /** Which net: a preset's, or all of one's own. */
  readonly net: PresetName | "own" | "all";
  readonly starred: boolean;
  /** Part of the name, in any case. */
  readonly text: string;
}

export const NO_FILTER: Filter = { net: "all", starred: false, text: "" };

/** The run's newest figure on the validation split: of the write-up's SSIM, or the loss. */
const lastEpoch = (record: Pick<RunRecord, "epochs">) => record.epochs.at(-1) ?? null;

/** SSIM by the write-up's protocol: of the test split where there is a result, else so far. */
export function writeupSsim({ result, epochs }: Pick<RunRecord, "result" | "epochs">) {
  return result?.test.ssimWriteup ?? lastEpoch({ epochs })?.validation.ssimWriteup ?? null;
}

/** Runs that pass the filter. */
export function filtered(records: readonly RunRecord[], filter: Filter): RunRecord[] {
  const text = filter.text.trim().toLowerCase();
  return records.filter(
    ({ config, starred, name }) =>
      (filter.net === "all" || filter.net === (config.net === null ? config.preset : "own")) &&
      (!filter.starred || starred) &&
      name.toLowerCase().includes(text),
  );
}

/** Best first; runs without the figure come last, and the newest first among equals. */
export function ordered(records: readonly RunRecord[], order: Order): RunRecord[] {
  const newest = (a: RunRecord, b: RunRecord) => b.createdAt - a.createdAt;
  const by = (figure: (record: RunRecord) => number | null, sign: 1 | -1) => {
    const value = (record: RunRecord) => figure(record) ?? sign * Number.POSITIVE_INFINITY;
    return (a: RunRecord, b: RunRecord): number => {
      const [x, y] = [value(a), value(b)];
      return x === y ? newest(a, b) : sign * (x - y);
    };
  };
  const compare = {
    newest,
    ssim: by(writeupSsim, -1),
    validation: by((record) => lastEpoch(record)?.validationLoss ?? null, 1),
    name: (a: RunRecord, b: RunRecord) => a.name.localeCompare(b.name) || newest(a, b),
  }[order];
  return [...records].sort(compare);
}

export const STATUS_WORDS: Readonly<Record<RunStatus, string>> = {
  running: "training",
  paused: "paused",
  interrupted: "interrupted",
  finished: "finished",
  failed: "failed",
};
