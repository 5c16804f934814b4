/** Losses, schedules and the rest of a recipe, in words. */

import {
  CLASS_NAMES,
  type MonitorName,
  type RunConfig,
  type SplitName,
} from "../../../config/config";
import { LOSS_TERMS, type LossTerm, type LossWeights } from "../../../config/loss";
import type { SettingPart } from "../../../state/recipe";
import { learningRate } from "../format";

const SHORT: Readonly<Record<LossTerm, string>> = {
  ssimUniform: "SSIM 7×7",
  ssimGaussian: "SSIM 11×11",
  ssimWriteup: "SSIM write-up",
  binaryCrossentropy: "BCE",
  meanSquaredError: "MSE",
  meanAbsoluteError: "MAE",
};

const LONG: Readonly<Partial<Record<LossTerm, string>>> = {
  binaryCrossentropy: "binary cross-entropy",
  meanSquaredError: "mean squared error",
  meanAbsoluteError: "mean absolute error",
};

const FRACTIONS: ReadonlyMap<number, string> = new Map([
  [0.25, "¼ "],
  [0.5, "½ "],
  [0.75, "¾ "],
  [1, ""],
]);

/** Order of reading: what leads the loss first, then SSIM, then what only steadies it. */
const ORDER: readonly LossTerm[] = [
  "binaryCrossentropy",
  "ssimUniform",
  "ssimGaussian",
  "ssimWriteup",
  "meanSquaredError",
  "meanAbsoluteError",
] satisfies (typeof LOSS_TERMS)[number][];

const weighted = (loss: LossWeights, term: LossTerm, name: string): string => {
  const weight = loss[term] ?? 0;
  return `${FRACTIONS.get(weight) ?? `${weight} · `}${name}`;
};

/**
 * "½ SSIM 7×7 + ½ SSIM 11×11 + MSE", or "SSIM (¼ 7×7 + ¼ 11×11 + ½ write-up) + MSE" where there are
 * more of them; an SSIM counts as 1 − SSIM.
 */
export function lossFormula(loss: LossWeights): string {
  const terms = ORDER.filter((term) => loss[term] !== undefined);
  const ssims = terms.filter((term) => SHORT[term].startsWith("SSIM "));
  if (ssims.length < 3) {
    return terms.map((term) => weighted(loss, term, SHORT[term])).join(" + ");
  }
  const inner = ssims.map((term) => weighted(loss, term, SHORT[term].replace("SSIM ", "")));
  return terms
    .flatMap((term) => {
      if (!ssims.includes(term)) return [weighted(loss, term, SHORT[term])];
      return term === ssims[0] ? [`SSIM (${inner.join(" + ")})`] : [];
    })
    .join(" + ");
}

/** "binary cross-entropy" where it is one whole term with a name, else the formula. */
export function lossName(loss: LossWeights): string {
  const terms = LOSS_TERMS.filter((term) => loss[term] !== undefined);
  const only = terms.length === 1 && loss[terms[0]!] === 1 ? LONG[terms[0]!] : undefined;
  return only ?? lossFormula(loss);
}

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

export const MONITORED: Readonly<Record<MonitorName, string>> = {
  validationLoss: "validation loss",
  ssimWriteup: "validation SSIM (write-up)",
  ssim: "validation SSIM (Wang)",
  mse: "validation MSE",
};

/** "none", "1 epoch", "5 epochs" */
export function patienceWords(patience: number | null): string {
  if (patience === null) return "none";
  return patience === 1 ? "1 epoch" : `${patience} epochs`;
}

/** "T-shirt/top + Trouser", or "all ten" */
function classWords(ids: readonly number[]): string {
  if (ids.length === CLASS_NAMES.length) return "all ten";
  return ids.map((id) => CLASS_NAMES[id]).join(" + ");
}

/** "Adam with β₂ 0.999", with whatever else its numbers say. */
function optimizerWords({
  beta2,
  weightDecay,
  clipNorm,
}: Pick<RunConfig, "beta2" | "weightDecay" | "clipNorm">): string {
  return [
    `${weightDecay > 0 ? "AdamW" : "Adam"} with β₂ ${beta2}`,
    ...(weightDecay > 0 ? [`weight decay ${weightDecay}`] : []),
    ...(clipNorm === null ? [] : [`gradients of norm ${clipNorm} at most`]),
  ].join(", ");
}

const SPLIT_WORDS: Readonly<Record<SplitName, string>> = {
  stratified: "stratified",
  writeup: "write-up’s",
};

/** What settings say about one of their parts. */
export function partValue(part: SettingPart, settings: RunConfig): string {
  switch (part) {
    case "loss":
      return lossFormula(settings.loss);
    case "schedule":
      return scheduleWords(settings);
    case "patience":
      return patienceWords(settings.patience);
    case "flips":
      return settings.flips ? "on" : "off";
    case "optimizer":
      return optimizerWords(settings);
    case "classes":
      return classWords(settings.classes);
    case "split":
      return SPLIT_WORDS[settings.split];
    case "device":
      return settings.device === "auto" ? "automatic" : settings.device;
    case "threads":
      return settings.threads === null ? "automatic" : String(settings.threads);
    case "learningRate":
      return learningRate(settings.learningRate);
    default:
      return String(settings[part]);
  }
}

/** What the form has no field for: Adam's other numbers, and whose weights are kept. */
export function otherSettings(config: RunConfig): string {
  const { restoreBest, monitor } = config;
  const kept = restoreBest
    ? `the weights of the best ${MONITORED[monitor]} are kept`
    : "the last epoch’s weights are kept";
  return `${optimizerWords(config)}; ${kept}.`;
}
