/** Which nets `sweep` trains, and at which sizes each of them is judged. */

import type { RunConfig } from "../../config/config";
import { withNetsSize } from "../../config/net";
import { specFor } from "../../datasets/catalogue";
import { type NetChoice, netOf } from "../../nets/presets";
import { isNested } from "../../nets/spec";
import { atHand } from "../dataset/own";
import { netName } from "../recipe";

export interface PlannedRun {
  readonly config: RunConfig;
  /** Sizes that the net is judged at, ascending. */
  readonly latents: readonly number[];
}

export interface PlanOptions {
  /** The net and how it is trained; its size and seed do not count. */
  readonly config: RunConfig;
  /** Ascending. */
  readonly latents: readonly number[];
  readonly seeds: readonly number[];
}

/** Whether one such net serves every size up to its own. */
export function servesAllSizes(choice: NetChoice & Pick<RunConfig, "data">): boolean {
  return isNested(netOf(choice, specFor(choice.data, atHand)));
}

/**
 * A net a size and seed; of a nested one one a seed, at the largest size.
 *
 * @throws NetError where the net's code cannot have a size
 */
export function plannedRuns({ config, latents, seeds }: PlanOptions): PlannedRun[] {
  const groups = servesAllSizes(config) ? [latents] : latents.map((latent) => [latent]);
  return seeds.flatMap((seed) =>
    groups.map((group) => ({
      config: withNetsSize({ ...config, seed }, group.at(-1), specFor(config.data, atHand)),
      latents: group,
    })),
  );
}

/** The place in the report that a run takes: a later run with other settings replaces it. */
export function slotOf(config: NetChoice & Pick<RunConfig, "data" | "seed">): string {
  const { latentSize, seed } = config;
  return servesAllSizes(config)
    ? `${netName(config)}, seed ${seed}`
    : `${netName(config)} ${latentSize}, seed ${seed}`;
}
