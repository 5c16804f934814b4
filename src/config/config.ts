/** The settings of one run, a value for each row of the table in settings.ts. */

import { SETTINGS, type Setting } from "./settings";
import type { ValueType } from "./value-types";

type Table = typeof SETTINGS;
type ValueOf<Row> = Row extends { readonly type: ValueType<infer T> } ? T : never;

export type RunConfig = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };
export type SettingName = keyof RunConfig;
export type DeviceName = RunConfig["device"];
export type MonitorName = RunConfig["monitor"];
/** Settings that are shown, changed and put back as one. */
export type SettingPart = Table[SettingName]["part"];

/** The table, each row by the type of its values. */
export const ROWS: { readonly [Name in SettingName]: Setting<RunConfig[Name]> } = SETTINGS;

/** In the order of links and of JSON. */
export const SETTING_NAMES: readonly SettingName[] = keysOf(SETTINGS);

function keysOf<T extends object>(table: T): Extract<keyof T, string>[] {
  const keys: Extract<keyof T, string>[] = [];
  for (const key in table) keys.push(key);
  return keys;
}

/** An object of those settings, each made by its name. */
export function eachOf<Name extends SettingName>(
  names: readonly Name[],
  make: <N extends Name>(name: N) => RunConfig[N],
): Pick<RunConfig, Name> {
  // That each name has its own type of value is the promise of `make`; no loop can keep its types.
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Pick<RunConfig, Name>;
}

/** The write-up's baseline with its recipe: latent 128, batch 128, Adam 1e-3, 50 epochs, BCE. */
export const DEFAULT_CONFIG: RunConfig = eachOf(SETTING_NAMES, (name) => ROWS[name].default);

/** What a run comes to does not depend on these, or hardly. */
const BESIDE: readonly SettingName[] = ["device", "threads", "netName"];
const DECIDING = SETTING_NAMES.filter((name) => !BESIDE.includes(name));

/** The same for settings whose runs come to the same, on whatever device. */
export function runKey(config: RunConfig): string {
  const text = <Name extends SettingName>(name: Name) => ROWS[name].type.write(config[name]);
  return DECIDING.map(text).join("\n");
}

/** Whether two values of a setting are the same. */
export function isSame<Name extends SettingName>(
  name: Name,
  a: Pick<RunConfig, Name>,
  b: Pick<RunConfig, Name>,
): boolean {
  return ROWS[name].type.isSame(a[name], b[name]);
}

/** Settings that are shown, changed and put back with each other. */
export const settingsOf = (part: SettingPart): readonly SettingName[] =>
  SETTING_NAMES.filter((name) => SETTINGS[name].part === part);

/** The setting that a part is named after, else its first. */
export function leadOf(part: SettingPart): SettingName {
  const names = settingsOf(part);
  return names.find((name) => name === part) ?? names[0]!;
}

/** What a setting has for people; empty where there is nothing to say of it. */
export function inWords<Name extends SettingName>(
  name: Name,
  config: Pick<RunConfig, Name>,
): string {
  const { inWords, type } = ROWS[name];
  return inWords ? inWords(config[name]) : type.write(config[name]);
}
