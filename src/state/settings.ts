/** Changes and compares the settings that the form edits. */

import type { RunConfig } from "../config/config";
import { LOSS_TERMS, type LossWeights } from "../config/loss";
import { RECIPES } from "../config/recipes";

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
