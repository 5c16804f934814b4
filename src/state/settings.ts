/** Changes and compares the settings that the form edits. */

import { isSame, type RunConfig, SETTING_NAMES } from "../config/config";
import { netProblem, withNetsSize } from "../config/net";
import { RECIPES } from "../config/recipes";
import { SETTINGS } from "../config/settings";
import type { DataSpec } from "../datasets/dataset";
import type { ImageShape } from "../math/image-set";
import { NetError } from "../nets/summary";

/** Adds or removes a class, keeping ids ascending; the last one cannot be removed. */
export function toggleClass(classes: readonly number[], id: number): readonly number[] {
  if (!classes.includes(id)) return [...classes, id].sort((a, b) => a - b);
  return classes.length === 1 ? classes : classes.filter((other) => other !== id);
}

/**
 * The settings after a change; another preset comes with its recipe, and without a net of one's own.
 * A size that an own net's code cannot have is not taken. For another data set, what its images do
 * not allow is as at first: classes, the split, and the net.
 *
 * @param spec of the data set after the change
 */
export function changeSettings(
  settings: RunConfig,
  change: Partial<RunConfig>,
  spec: DataSpec,
): RunConfig {
  const preset = change.preset ?? settings.preset;
  const recipe = preset === settings.preset ? {} : { ...RECIPES[preset].recipe, net: null };
  const changed = { ...settings, ...recipe, ...change };
  if (changed.data !== settings.data) return adaptedTo(spec, changed);
  // A name is an own net's.
  if (changed.net === null) return { ...changed, netName: "" };
  return withOwnSize(changed, change.latentSize, spec);
}

/** An own net's settings with the size wanted, where its code can have it, else with its own. */
export function withOwnSize(
  config: RunConfig,
  wanted: number | undefined,
  image: ImageShape,
): RunConfig {
  try {
    return withNetsSize(config, wanted, image);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return withNetsSize(config, undefined, image);
  }
}

/** Settings as near to those as that data set's images allow. */
function adaptedTo(spec: DataSpec, settings: RunConfig): RunConfig {
  const known = settings.classes.filter((id) => id < spec.classNames.length);
  const classes = known.length > 0 ? known : [0];
  const { net, preset } = settings;
  const isSplit = SETTINGS.split.type.lack(settings.split, spec) === null;
  const split = isSplit ? settings.split : SETTINGS.split.default;
  if (net === null) return { ...settings, netName: "", classes, split };
  if (netProblem(net, spec) === null) {
    return { ...withNetsSize(settings, undefined, spec), classes, split };
  }
  return { ...settings, ...RECIPES[preset].recipe, net: null, netName: "", classes, split };
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
