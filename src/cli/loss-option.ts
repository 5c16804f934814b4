/** Losses on the command line. */

import { LOSS_TERMS, type LossWeights } from "../config/loss";
import { LOSS_ALLOWED, parseLoss } from "../config/loss-text";
import { type Option, parsed } from "./args";

/** Terms with their weights, as config/loss-text.ts reads them. Undefined without the option. */
export function lossOption(help: string): Option<LossWeights | undefined> {
  return parsed<LossWeights | undefined>("TERM:W,…", undefined, help, LOSS_ALLOWED, parseLoss);
}

/** "meanSquaredError:1, ssimUniform:0.5" */
export function lossText(loss: LossWeights): string {
  return LOSS_TERMS.flatMap((term) => (loss[term] ? [`${term}:${loss[term]}`] : [])).join(", ");
}
