/** Changes and compares the settings that the form edits. */

import { isSame, type RunConfig, SETTING_NAMES } from "../config/config";
import { RECIPES } from "../config/recipes";
import { SETTINGS } from "../config/settings";

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

/** Whether two settings would make the same run. */
export function sameConfig(a: RunConfig, b: RunConfig): boolean {
  return SETTING_NAMES.every((name) => isSame(name, a, b));
}

const OF_DATA = SETTING_NAMES.filter((name) => SETTINGS[name].group === "data");

/** Whether two settings draw the same images into the same parts. */
export function sameData(a: RunConfig, b: RunConfig): boolean {
  return OF_DATA.every((name) => isSame(name, a, b));
}
