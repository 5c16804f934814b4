/** Whether a run that has ended was stopped on its way: its result is then none of its settings. */

import type { RunConfig } from "../config/config";
import type { EpochFigures, RunResult, RunStart } from "../runs/results";

/** Where a run was stopped. */
export interface Stop {
  /** Steps it had taken. */
  readonly step: number;
  /** Steps at most that its settings ask for. */
  readonly of: number;
}

interface EndedRun {
  readonly config: RunConfig;
  readonly started: RunStart | null;
  readonly epochs: readonly EpochFigures[];
  readonly result: RunResult | null;
}

/**
 * Where a run with a result was stopped; null for one that took all its steps, or that its patience
 * ended. Known of the runs of earlier versions too, whose results do not tell.
 */
export function stopOf({ config, started, epochs, result }: EndedRun): Stop | null {
  if (!result || !started) return null;
  const [before, last] = [epochs.at(-2), epochs.at(-1)];
  const best = epochs.findLast(({ isBest }) => isBest)?.epoch ?? 0;
  // The last one alone: a run that was stopped within an epoch can be trained on from the next.
  const isWhole = last !== undefined && last.step - (before?.step ?? 0) >= started.stepsPerEpoch;
  const isOver = isWhole && (last.epoch >= config.epochs || last.epoch - best >= patience(config));
  return isOver ? null : { step: last?.step ?? 0, of: started.totalSteps };
}

/** Whether a run is a model that came trained, and has taken no step here. */
export const isAsItCame = ({ imported, losses }: CameTrained): boolean =>
  imported && losses.count === 0;

interface CameTrained {
  readonly imported: boolean;
  readonly losses: { readonly count: number };
}

const patience = (config: RunConfig): number => config.patience ?? Number.POSITIVE_INFINITY;
