/** Which two nets a ladder leads between, in the address: "#runs?ladder=baseline,form". */

import type { RunConfig } from "../../../../config/config";
import { configFor, netTitle, RECIPES } from "../../../../config/recipes";
import { PRESETS, type PresetName } from "../../../../nets/presets";
import type { LadderEnd } from "../../../../state/ladder/ladder";
import type { RunRecord } from "../../../../storage/record";

/** The end that is the net of the form, with its recipe. */
export const FORM = "form";

/** A preset, `FORM`, or the id of a kept run. */
export interface Ends {
  readonly from: string;
  readonly to: string;
}

const USUAL: Ends = { from: "baseline", to: "modified" };

/** What an address asks for; null where that is no ladder. */
export function endsIn(hash: string): Ends | null {
  const parameters = new URLSearchParams(hash.split("?")[1] ?? "");
  const asked = parameters.get("ladder");
  if (asked === null) return null;
  const [from = "", to = ""] = asked.split(",");
  return { from: from || USUAL.from, to: to || USUAL.to };
}

export const hashOfEnds = ({ from, to }: Ends): string => `#runs?ladder=${from},${to}`;

/** A preset, for the images and the device of the form. */
function presetEnd(preset: PresetName, settings: RunConfig): LadderEnd {
  const { data, classes, split, seed, device, threads } = settings;
  const config = configFor(preset, { data, classes, split, seed, device, threads });
  return { title: RECIPES[preset].title, config };
}

/**
 * What an end's word stands for; null for a run that is no longer kept.
 *
 * @param record the kept run of that id, where there is one
 */
export function endOf(
  word: string,
  settings: RunConfig,
  record: RunRecord | undefined,
): LadderEnd | null {
  const preset = PRESETS.find((name) => name === word);
  if (preset) return presetEnd(preset, settings);
  if (word === FORM) return { title: `${netTitle(settings)} of the form`, config: settings };
  if (!record) return null;
  return { title: `${netTitle(record.config)}, ${record.name}`, config: record.config };
}
