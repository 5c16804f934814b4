/**
 * Settings as a page's query: `?v=1&preset=loom&latent=64&seed=3`.
 *
 * Only what differs from the preset's recipe, or from the defaults where it has none, under the
 * names of the command line's options. A link comes from anywhere, so each value is checked alone:
 * one that is not allowed is named and left out, and the others count.
 */

import {
  DEFAULT_CONFIG,
  eachOf,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingName,
} from "../config/config";
import { checkSetting, misfit } from "../config/config-schema";
import { withNetsSize } from "../config/net";
import { configFor } from "../config/recipes";
import { NetError } from "../nets/summary";
import { shortened, someOf } from "./quoted";

/** Names in the address that are no settings: the lesson that is open, and hidden controls. */
const OTHERS = ["lesson", "hide"];

/** Raised when a value's meaning changes; links of older versions are read as they were meant. */
const LINK_VERSION = 1;

/** The query that stands for those settings; empty for the defaults. */
export function writeLink(config: RunConfig): string {
  const parts = SETTING_NAMES.flatMap((name) => {
    const usual = name === "preset" ? DEFAULT_CONFIG : configFor(config.preset);
    const text = textOf(name, config);
    if (text === textOf(name, usual)) return [];
    // An own net's text says it.
    if (name === "latentSize" && config.net !== null) return [];
    // Commas and colons need no escape in a query, and read better without.
    const escaped = encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":");
    return [`${ROWS[name].key}=${escaped}`];
  });
  return parts.length > 0 ? `?v=${LINK_VERSION}&${parts.join("&")}` : "";
}

function textOf<Name extends SettingName>(name: Name, config: RunConfig): string {
  return ROWS[name].type.write(config[name]);
}

/** The same query with what an address says besides settings. */
export function keepOthers(link: string, address: string): string {
  const given = new URLSearchParams(address);
  const others = OTHERS.flatMap((key) => {
    const value = given.get(key);
    return value === null ? [] : [`${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`];
  });
  if (others.length === 0) return link;
  return `${link === "" ? "?" : `${link}&`}${others.join("&")}`;
}

export interface ReadLink {
  readonly config: RunConfig;
  /** What was left out, and what would be allowed: a sentence each. */
  readonly problems: readonly string[];
}

/** The settings that a query stands for; never throws. */
export function readLink(query: string): ReadLink {
  const given = new URLSearchParams(query);
  const problems = [...versionProblem(given), ...unknownNames(given)];
  const leaveOut = (name: SettingName, text: string, reason: string) =>
    problems.push(`${ROWS[name].key}=${shortened(text)} was left out. ${reason}`);
  const take = (name: SettingName): Partial<RunConfig> => {
    const { key, type } = ROWS[name];
    const text = given.get(key);
    if (text === null) return {};
    const checked = checkSetting(name, type.read(text));
    if ("value" in checked) return { [name]: checked.value };
    leaveOut(name, text, type.hasOwnText ? `It must be ${type.allowed}.` : checked.message);
    return {};
  };
  const { preset } = { preset: DEFAULT_CONFIG.preset, ...take("preset") };
  const others = SETTING_NAMES.filter((name) => name !== "preset").map(take);
  const chosen: Partial<RunConfig> = Object.assign({}, ...others);
  const read = withLinkedSize(configFor(preset, chosen), chosen.latentSize);
  // Each setting alone is allowed, but not for every net.
  const unfit = SETTING_NAMES.flatMap((name) => {
    const message = misfit(name, read);
    if (message === null) return [];
    leaveOut(name, textOf(name, read), message);
    return [name];
  });
  return { config: { ...read, ...eachOf(unfit, (name) => configFor(preset)[name]) }, problems };
}

/** The size of an own net's code is its text's; a size beside it counts where the code can have it. */
function withLinkedSize(config: RunConfig, wanted: number | undefined): RunConfig {
  try {
    return config.net === null ? config : withNetsSize(config, wanted);
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return withNetsSize(config, undefined);
  }
}

function versionProblem(given: URLSearchParams): string[] {
  const text = given.get("v");
  if (text === null || text === String(LINK_VERSION)) return [];
  return [
    `v=${shortened(text)} is not a version that this page knows: the link may come from a newer one. What it says is read as version ${LINK_VERSION}.`,
  ];
}

function unknownNames(given: URLSearchParams): string[] {
  // The run of a link comes with settings of its own, and is read elsewhere.
  const known = new Set(["v", "run", ...OTHERS, ...SETTING_NAMES.map((name) => ROWS[name].key)]);
  const unknown = [...new Set(given.keys())].filter((key) => !known.has(key));
  if (unknown.length === 0) return [];
  if (unknown.length === 1) {
    return [`${shortened(unknown[0]!)} is not a setting of this page, and was left out.`];
  }
  return [`${someOf(unknown)} are not settings of this page, and were left out.`];
}
