/** Whose truth the images view may show: runs with stored weights, and PCA. */

import type { RunConfig } from "../../core/config";
import { LabError } from "../../protocol/lab";
import type { Subject } from "../../state/truth";
import type { RunRecord } from "../../storage/record";
import type { RunStore, WeightsKind } from "../../storage/store";

/** In the list of choices; no run has this id. */
export const PCA_ALONE = "pca";

/** A stored run as it can be looked at. */
export interface Choice {
  readonly id: string;
  readonly title: string;
  /** Of the weights that are stored now: another number means other weights. */
  readonly epoch: number;
  readonly config: RunConfig;
}

/** Weights that stand for a run: those that its result is about. */
const kindOf = ({ restoreBest }: RunConfig): WeightsKind => (restoreBest ? "best" : "last");

/** Runs with weights, the newest first; the one on the page is called so. */
export function choicesOf(records: readonly RunRecord[], current: string | null): Choice[] {
  return records.flatMap((record) => {
    const { id, name, config, progress, epochs } = record;
    if (!progress) return [];
    const last = progress.epoch;
    const best = epochs.findLast(({ isBest }) => isBest)?.epoch ?? last;
    const epoch = kindOf(config) === "best" ? best : last;
    const title = id === current ? `This run, ${name}` : name;
    return [{ id, title, epoch, config }];
  });
}

/** PCA with as many numbers as the form says, on the images that it names. */
export function pcaSubject(config: RunConfig): Subject {
  const { latentSize, classes, split, seed } = config;
  return { key: JSON.stringify([latentSize, classes, split, seed]), config, weights: null };
}

export function runSubject({ id, epoch, config }: Choice, store: Promise<RunStore>): Subject {
  return {
    key: `${id}/${epoch}`,
    config,
    async weights() {
      const weights = await (await store).weights(id, kindOf(config));
      if (weights) return weights;
      throw new LabError("The weights of this run are not stored.", "Choose another run.");
    },
  };
}
