/** How two settings differ, in words. */

import type { RunConfig } from "../../../config/config";
import { configFor, RECIPES } from "../../../config/recipes";
import type { SettingPart } from "../../../state/recipe";
import { changeSettings } from "../../../state/settings";
import { MONITORED, partValue } from "./words";

/** In the order of reading: what most decides a run first. */
const NAMES: readonly (readonly [part: SettingPart, name: string])[] = [
  ["latentSize", "latent size"],
  ["classes", "garments"],
  ["loss", "loss"],
  ["epochs", "epochs"],
  ["batchSize", "batch size"],
  ["learningRate", "learning rate"],
  ["schedule", "schedule"],
  ["patience", "patience"],
  ["flips", "mirrored images"],
  ["optimizer", "optimiser"],
  ["seed", "seed"],
  ["split", "split"],
  ["device", "device"],
  ["threads", "threads"],
];

/** Every setting but the net, with its value. */
export function described(config: RunConfig): readonly (readonly [name: string, value: string])[] {
  const kept = config.restoreBest ? `best ${MONITORED[config.monitor]}` : "last epoch";
  return [
    ...NAMES.map(([part, name]) => [name, partValue(part, config)] as const),
    ["kept weights", `of the ${kept}`],
  ];
}

/**
 * What turns `from` into `to`: "latent size 64", "seed 7". Another net comes with its recipe, so
 * only what differs from that recipe stands beside its name.
 */
export function changesInWords(from: RunConfig, to: RunConfig): readonly string[] {
  const before = described(changeSettings(from, { preset: to.preset }));
  const changes = described(to).flatMap(([name, value], i) =>
    value === before[i]![1] ? [] : [`${name} ${value}`],
  );
  return from.preset === to.preset ? changes : [RECIPES[to.preset].title, ...changes];
}

/** A run by its net and what was changed of the recipe: "Loom, latent size 64, seed 7". */
export function runInWords(config: RunConfig): string {
  const { title } = RECIPES[config.preset];
  return [title, ...changesInWords(configFor(config.preset), config)].join(", ");
}
