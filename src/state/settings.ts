/** Checks and compares the settings that the form edits. */

import { LIMITS, type RunConfig } from "../core/config";
import { LOSS_TERMS, type LossWeights } from "../core/loss";
import { RECIPES } from "../core/recipes";

export type NumberSetting = keyof typeof LIMITS;

export type Checked =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly allowed: string };

const DECIMAL: ReadonlySet<NumberSetting> = new Set<NumberSetting>([
  "lossWeight",
  "learningRate",
  "warmup",
  "beta2",
  "weightDecay",
  "clipNorm",
]);

/** What may be entered, for people: "a whole number from 1 to 512". */
export function allowedText(name: NumberSetting): string {
  const { min, max } = LIMITS[name];
  return DECIMAL.has(name)
    ? `a number from ${min} to ${max}`
    : `a whole number from ${min} to ${max}`;
}

/** Reads what a person typed; anything outside the limits comes back with what is allowed. */
export function checkNumber(name: NumberSetting, text: string): Checked {
  const { min, max } = LIMITS[name];
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const fits = value >= min && value <= max && (DECIMAL.has(name) || Number.isInteger(value));
  return fits ? { ok: true, value } : { ok: false, allowed: allowedText(name) };
}

/** Adds or removes a class, keeping ids ascending; the last one cannot be removed. */
export function toggleClass(classes: readonly number[], id: number): readonly number[] {
  if (!classes.includes(id)) return [...classes, id].sort((a, b) => a - b);
  return classes.length === 1 ? classes : classes.filter((other) => other !== id);
}

/** The settings after a change; another preset comes with its recipe. */
export function changeSettings(settings: RunConfig, change: Partial<RunConfig>): RunConfig {
  const preset = change.preset ?? settings.preset;
  const recipe = preset === settings.preset ? {} : RECIPES[preset].recipe;
  return { ...settings, ...recipe, ...change };
}

/** Whether two losses have the same terms with the same weights. */
export const sameLoss = (a: LossWeights, b: LossWeights): boolean =>
  LOSS_TERMS.every((term) => a[term] === b[term]);

/** Whether two settings would make the same run. */
export function sameConfig(a: RunConfig, b: RunConfig): boolean {
  return (Object.keys(a) as (keyof RunConfig)[]).every((key) => {
    if (key === "classes") return a.classes.join() === b.classes.join();
    if (key === "loss") return sameLoss(a.loss, b.loss);
    return a[key] === b[key];
  });
}

/** Whether two settings draw the same images into the same parts. */
export function sameData(a: RunConfig, b: RunConfig): boolean {
  return a.classes.join() === b.classes.join() && a.split === b.split && a.seed === b.seed;
}
