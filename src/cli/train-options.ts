/** What `npm run -s train` is asked for: an option for each setting of the table, and a few more. */

import {
  DEFAULT_CONFIG,
  type DeviceName,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingName,
} from "../config/config";
import { choice, flag, type Option, ofType, parseArguments, text } from "./args";
import { DATA } from "./dataset/own";
import { DEVICE_CHOICES, deviceName } from "./devices";
import { type Flags, presetsText, settle } from "./recipe";

/** Undefined without the option: the recipe's value counts then, or the table's default. */
function settingOption<Name extends SettingName>(name: Name): Option<RunConfig[Name] | undefined> {
  const row = ROWS[name];
  const option = ofType(row.type, row.help);
  return row.group === "recipe" ? option : { ...option, standard: row.type.write(row.default) };
}

/** Node has other devices than browsers, and the command line names of its own for them. */
const devices = choice(DEVICE_CHOICES, undefined, ROWS.device.help);
const DEVICE: Option<DeviceName | undefined> = {
  ...devices,
  fallback: undefined,
  standard: DEFAULT_CONFIG.device,
  read(given) {
    const name = devices.read(given);
    return name && deviceName(name);
  },
};

/** The net with its recipe, then what is chosen apart from it. */
const IN_HELP = (["net", "recipe", "data", "device"] as const).flatMap((group) =>
  SETTING_NAMES.filter((name) => ROWS[name].group === group),
);

const SYNTAX = {
  name: "train",
  summary:
    "Trains an autoencoder and judges it on the test split. Settings come from the preset's recipe, " +
    "then from --recipe,\nthen from the options.",
  options: {
    preset: settingOption("preset"),
    recipe: text("FILE", "JSON with settings, named as in a result's config"),
    ...Object.fromEntries(IN_HELP.map((name) => [ROWS[name].key, settingOption(name)])),
    [ROWS.data.key]: DATA,
    [ROWS.device.key]: DEVICE,
    save: text("DIR", "Folder for the trained model, in tfjs's format, and its result"),
    json: flag("Prints the result as one JSON object, on the last line"),
  },
  notes: presetsText(),
};

export interface TrainRequest {
  readonly config: RunConfig;
  /** Where the trained model goes; null for nowhere. */
  readonly folder: string | null;
  /** Print the result as one JSON object. */
  readonly json: boolean;
}

/**
 * Reads the arguments and the recipe file that they name; null after printing the help.
 *
 * @throws UsageError for arguments and settings that are not allowed
 */
export async function readRequest(
  argv: readonly string[],
  print: (text: string) => void,
): Promise<TrainRequest | null> {
  const options = parseArguments(SYNTAX, argv, print);
  if (!options) return null;
  const config = await settle(flagsOf(options), options.recipe);
  return { config, folder: options.save, json: options.json };
}

function flagsOf(options: Readonly<Record<string, unknown>>): Flags {
  const flags = Object.fromEntries(SETTING_NAMES.map((name) => [name, options[ROWS[name].key]]));
  const { patience, restoreBest } = flags;
  return {
    ...flags,
    // Who waits for progress wants the epoch that made it.
    restoreBest: restoreBest ?? (typeof patience === "number" ? true : undefined),
  };
}
