/** Nets that lab and space can open: the one that comes with the page, and runs that this browser keeps. */

import { RECIPES } from "../../core/recipes";
import { LabError, type LabNet, type NetConfig } from "../../protocol/lab";
import { storedWeights } from "../../state/kept-weights";
import type { RunRecord } from "../../storage/record";
import type { RunStore } from "../../storage/store";
import { numbers } from "../common/format";

const CHOOSE = "Choose another net above.";

/** What the address calls the shipped net: nothing. */
export const SHIPPED = "";

/** Gets a net: a fresh copy of its weights each time, since they change hands. */
export async function loadNet(run: string, store: Promise<RunStore>): Promise<LabNet> {
  if (run === SHIPPED) return "shipped";
  const runs = await store;
  const record = await runs.get(run);
  if (!record || record.deletedAt !== null) {
    throw new LabError("This run is not kept in this browser.", CHOOSE);
  }
  const { config, name } = record;
  const weights = await storedWeights(runs, record);
  if (!weights) throw new LabError(`No weights of the run ${name} are kept.`, CHOOSE);
  return { config, weights };
}

/** "amber-willow-12: Loom, 64 numbers" */
export function runTitle({ name, config }: Pick<RunRecord, "name" | "config">): string {
  return `${name}: ${netTitle(config)}`;
}

/** "Loom, 64 numbers" */
export function netTitle({ preset, latentSize }: Pick<NetConfig, "preset" | "latentSize">): string {
  return `${RECIPES[preset].title}, ${numbers(latentSize)}`;
}

/** The run that an address names, "#lab?run=ID" or "#space?run=ID"; SHIPPED where it names none. */
export function runOfHash(hash: string): string {
  return new URLSearchParams(hash.split("?")[1] ?? "").get("run") ?? SHIPPED;
}

/** The address of a run in a view that looks at given nets. */
export function hashOfRun(run: string, view: "lab" | "space" = "lab"): string {
  return run === SHIPPED ? `#${view}` : `#${view}?${new URLSearchParams({ run })}`;
}
