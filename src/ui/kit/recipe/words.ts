/** Settings in words, a part at a time. */

import {
  inWords,
  leadOf,
  type RunConfig,
  type SettingName,
  type SettingPart,
} from "../../../config/config";
import { catalogueWith } from "../../../datasets/catalogue";
import type { DataSpec } from "../../../datasets/dataset";
import { inLetters, learningRate } from "../format";

/** "constant", "cosine after 10% warm-up", "one cycle, 30% up" */
export function scheduleWords({
  schedule,
  warmup,
}: Pick<RunConfig, "schedule" | "warmup">): string {
  const share = `${Number((warmup * 100).toPrecision(3))}%`;
  if (schedule === "oneCycle")
    return warmup > 0 ? `one cycle, ${share} up` : "one cycle, from its peak";
  return warmup > 0 ? `${schedule} after ${share} warm-up` : schedule;
}

/** "T-shirt/top + Trouser", or "all ten" */
function classWords({ classes }: RunConfig, classNames: readonly string[]): string {
  if (classes.length === classNames.length) return `all ${inLetters(classNames.length)}`;
  return classes.map((id) => classNames[id] ?? `class ${id}`).join(" + ");
}

/** Of each optimiser, the settings that it is told by, in their order. */
const OPTIMIZER_NUMBERS: Readonly<Record<RunConfig["optimizer"], readonly SettingName[]>> = {
  adam: ["beta2"],
  sgd: ["momentum", "nesterov"],
  rmsprop: ["rho", "momentum", "centered"],
};

/** "Adam with β₂ 0.999", "SGD with momentum 0.9, Nesterov’s", with whatever else its numbers say. */
export function optimizerWords(config: RunConfig): string {
  const { optimizer, weightDecay } = config;
  const names: readonly SettingName[] = [
    ...OPTIMIZER_NUMBERS[optimizer],
    "weightDecay",
    "clipNorm",
  ];
  const numbers = names.map((name) => inWords(name, config)).filter((words) => words !== "");
  const kind = optimizer === "adam" && weightDecay > 0 ? "AdamW" : inWords("optimizer", config);
  return numbers.length === 0 ? kind : `${kind} with ${numbers.join(", ")}`;
}

/** Parts that the words of one setting do not tell. */
const PART_WORDS: {
  readonly [Part in SettingPart]?: (config: RunConfig, spec: DataSpec | undefined) => string;
} = {
  data: ({ data }, spec) => spec?.title ?? data,
  classes: (config, spec) => classWords(config, spec?.classNames ?? []),
  learningRate: (config) => learningRate(config.learningRate),
  schedule: scheduleWords,
  optimizer: optimizerWords,
};

/**
 * What settings say about one of their parts: that of the setting that it is named after.
 *
 * @param spec of their data set, where it is one of somebody's own
 */
export function partValue(part: SettingPart, config: RunConfig, spec?: DataSpec): string {
  const known = catalogueWith(spec)(config.data);
  return PART_WORDS[part]?.(config, known) ?? inWords(leadOf(part), config);
}

/** What the form has no field for: Adam's other numbers, and whose weights are kept. */
export function otherSettings(config: RunConfig): string {
  const kept = config.restoreBest
    ? `the weights of the best ${inWords("monitor", config)} are kept`
    : "the last epoch’s weights are kept";
  return `${optimizerWords(config)}; ${kept}.`;
}
