/** What of the settings is no longer as it was before anybody changed it. */

import { eachOf, isSame, type RunConfig, type SettingPart, settingsOf } from "../config/config";
import { configFor, RECIPE_NAMES, RECIPES, type Recipe } from "../config/recipes";
import { SETTINGS } from "../config/settings";

/** Those that come with a recipe; each of the others has a default of its own. */
export const RECIPE_PARTS: readonly SettingPart[] = [
  ...new Set(RECIPE_NAMES.map((name) => SETTINGS[name].part)),
];

export function recipeOf(settings: Pick<RunConfig, "preset">): Recipe {
  return RECIPES[settings.preset].recipe;
}

/** Whether that part was changed by hand. */
export function isChanged(settings: RunConfig, part: SettingPart): boolean {
  const usual = configFor(settings.preset);
  return settingsOf(part).some((name) => !isSame(name, settings, usual));
}

/** All parts of the recipe that were. */
export function changedParts(settings: RunConfig): SettingPart[] {
  return RECIPE_PARTS.filter((part) => isChanged(settings, part));
}

/** The change that puts those parts back as the recipe, or the default, has them. */
export function putBack(settings: RunConfig, parts: readonly SettingPart[]): Partial<RunConfig> {
  const usual = configFor(settings.preset);
  return eachOf(parts.flatMap(settingsOf), (name) => usual[name]);
}

/** Early stopping after so many epochs keeps the best weights, and never keeps the recipe's. */
export function withPatience(
  settings: RunConfig,
  patience: number | null,
): Pick<RunConfig, "patience" | "restoreBest"> {
  return { patience, restoreBest: patience !== null || recipeOf(settings).restoreBest };
}
