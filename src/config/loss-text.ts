/** Losses in one word, on the command line and in links: `mse:1,ssimUniform:0.5`. */

import { LIMITS } from "./config";
import { LOSS_TERMS, type LossTerm, type LossWeights } from "./loss";
import { readNumber } from "./number-text";

const SHORT: Readonly<Record<string, LossTerm>> = {
  bce: "binaryCrossentropy",
  mse: "meanSquaredError",
  mae: "meanAbsoluteError",
};

const TERMS: ReadonlyMap<string, LossTerm> = new Map([
  ...LOSS_TERMS.map((term) => [term, term] as const),
  ...Object.entries(SHORT),
]);

const { min, max } = LIMITS.lossWeight;

/** What may be written, for people. */
export const LOSS_ALLOWED =
  `terms with weights from ${min} to ${max} such as mse:1,ssimUniform:0.5, ` +
  `out of ${[...TERMS.keys()].join(", ")}, each once`;

/** Terms with their weights; a weight that is left out is 1. Undefined for anything else. */
export function parseLoss(text: string): LossWeights | undefined {
  const loss: Partial<Record<LossTerm, number>> = {};
  for (const part of text.split(",")) {
    const [name = "", weight = "1", ...rest] = part.split(":").map((word) => word.trim());
    const term = TERMS.get(name);
    const value = readNumber(weight, LIMITS.lossWeight);
    if (!term || rest.length > 0 || value === undefined) return undefined;
    if (loss[term] !== undefined) return undefined;
    loss[term] = value;
  }
  return loss;
}

/** What `parseLoss` reads, as short as can be: "bce,ssimUniform:0.5". */
export function writeLoss(loss: LossWeights): string {
  return LOSS_TERMS.flatMap((term) => {
    const weight = loss[term];
    if (weight === undefined) return [];
    const name = Object.keys(SHORT).find((short) => SHORT[short] === term) ?? term;
    return [weight === 1 ? name : `${name}:${weight}`];
  }).join();
}
