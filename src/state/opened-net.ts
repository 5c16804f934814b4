/** The net of a stored run that is shown, looked into by the worker as one in training is. */

import type { StoreApi } from "zustand/vanilla";
import type { TrainingClient } from "../client/client";
import type { ActivationChoice } from "../protocol/messages";
import type { RunRecord } from "../storage/record";
import type { WeightsKind } from "../storage/store";
import { weightsOfRun } from "./current-net";
import type { Runs } from "./runs";
import { type AppState, isActive } from "./state";

export interface OpenedNet {
  /** A stored run is shown: its layers will be, once somebody watches them. */
  show(record: RunRecord): void;
  /** Has layers of the net shown for one image; null for no more. */
  watch(choice: ActivationChoice | null): void;
}

/** Which of a run's weights its pictures are of, and their step; null where there are none. */
export function shownWeights(record: RunRecord): { kind: WeightsKind; step: number } | null {
  if (!record.progress) return null;
  // One that is not over shows where it stands, not the best that it has been.
  const best = record.result && record.config.restoreBest ? weightsOfRun(record) : null;
  return best ? { kind: "best", step: best.step } : { kind: "last", step: record.progress.step };
}

export function createOpenedNet(
  store: StoreApi<AppState>,
  client: Pick<TrainingClient, "look" | "watch">,
  runs: Pick<Runs, "store" | "report">,
): OpenedNet {
  let shown: RunRecord | null = null;
  let isWatched = false;

  /** Reads the weights only where their layers are on the screen, and once for a run. */
  const look = async (): Promise<void> => {
    const record = shown;
    const weights = record && shownWeights(record);
    if (!record || !weights || !isWatched) return;
    shown = null;
    const stored = await runs.store;
    const values =
      (await stored.weights(record.id, weights.kind)) ?? (await stored.weights(record.id, "last"));
    const { run } = store.getState();
    if (!values || run?.id !== record.id || isActive(run)) return;
    const { id: runId, config } = record;
    client.look({ runId, config, weights: values, step: weights.step });
  };

  return {
    show(record) {
      shown = record;
      look().catch(runs.report);
    },
    watch(choice) {
      isWatched = choice !== null;
      client.watch(choice);
      look().catch(runs.report);
    },
  };
}
