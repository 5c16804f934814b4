/** Changes and compares the settings that the form edits. */

import { isSame, type RunConfig, SETTING_NAMES } from "../config/config";
import { withNetsSize } from "../config/net";
import { RECIPES } from "../config/recipes";
import { SETTINGS } from "../config/settings";
import { NetError } from "../nets/summary";

/** Adds or removes a class, keeping ids ascending; the last one cannot be removed. */
export function toggleClass(classes: readonly number[], id: number): readonly number[] {
  if (!classes.includes(id)) return [...classes, id].sort((a, b) => a - b);
  return classes.length === 1 ? classes : classes.filter((other) => other !== id);
}

/**
 * The settings after a change; another preset comes with its recipe, and without a net of one's own.
 * A size that an own net's code cannot have is not taken.
 */
export function changeSettings(settings: RunConfig, change: Partial<RunConfig>): RunConfig {
  const preset = change.preset ?? settings.preset;
  const recipe = preset === settings.preset ? {} : { ...RECIPES[preset].recipe, net: null };
  const changed = { ...settings, ...recipe, ...change };
  if (changed.net === null) return changed;
  try {
    return withNetsSize(changed, change.latentSize);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return withNetsSize(changed, undefined);
  }
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
