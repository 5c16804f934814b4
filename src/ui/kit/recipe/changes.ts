/** How two settings differ, in words. */

import {
  inWords,
  leadOf,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingPart,
} from "../../../config/config";
import { configFor, netTitle, RECIPES } from "../../../config/recipes";
import { SETTINGS } from "../../../config/settings";
import { builtIn } from "../../../datasets/catalogue";
import type { DataSpec } from "../../../datasets/dataset";
import { partValue } from "./words";

/** What most decides a run first; parts of the table that are not named here come behind. */
const FIRST: readonly SettingPart[] = [
  "latentSize",
  "classes",
  "loss",
  "epochs",
  "batchSize",
  "learningRate",
  "schedule",
  "patience",
  "flips",
  "optimizer",
  "seed",
  "split",
];
const REST = SETTING_NAMES.map((name) => SETTINGS[name].part).filter(
  // The net is named.
  (part) => part !== "preset" && part !== "net",
);
const PARTS: readonly SettingPart[] = [...new Set([...FIRST, ...REST])];

/** Every setting but the net, with its value. @param spec as `partValue`'s */
export function described(
  config: RunConfig,
  spec?: DataSpec,
): readonly (readonly [name: string, value: string])[] {
  const kept = config.restoreBest ? `best ${inWords("monitor", config)}` : "last epoch";
  return [
    ...PARTS.map((part) => [partName(part, config), partValue(part, config, spec)] as const),
    ["kept weights", `of the ${kept}`],
  ];
}

/** The classes of garments are called so; of others, classes. */
function partName(part: SettingPart, { data }: RunConfig): string {
  const isOfImages = part === SETTINGS.classes.part && builtIn(data)?.itemName === undefined;
  return isOfImages ? "classes" : ROWS[leadOf(part)].label.toLowerCase();
}

/**
 * What turns `from` into `to`: "latent size 64", "seed 7". Another net comes with its recipe, so
 * only what differs from that recipe stands beside its name.
 */
export function changesInWords(from: RunConfig, to: RunConfig, spec?: DataSpec): readonly string[] {
  const recipe = from.preset === to.preset ? {} : RECIPES[to.preset].recipe;
  const before = described({ ...from, ...recipe }, spec);
  const changes = described(to, spec).flatMap(([name, value], i) =>
    value === before[i]?.[1] ? [] : [`${name} ${value}`],
  );
  const isSameNet = from.preset === to.preset && from.net === to.net;
  return isSameNet ? changes : [netTitle(to), ...changes];
}

/** A run by its net and what was changed of the recipe: "Loom, latent size 64, seed 7". */
export function runInWords(config: RunConfig, spec?: DataSpec): string {
  const { preset, net } = config;
  const changes = changesInWords(configFor(preset, { net }), config, spec);
  return [netTitle(config), ...changes].join(", ");
}
